"""A share of records and how far it can be trusted."""

from dataclasses import dataclass
from math import sqrt

Z_95 = 1.96
"""Two-sided 95 % quantile of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of records with its uncertainty.

    Attributes:
        hits: records that count.
        n: records looked at.
        low: lower end of the 95 % interval (Wilson), 0 to 1.
        high: upper end.
    """

    hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Hits over n, 0 to 1."""
        return self.hits / self.n


def compute_rate(hits: int, n: int) -> Rate:
    """Share of n with its 95 % interval.

    Args:
        hits: 0 to n.
        n: at least 1.

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    share = hits / n
    spread = Z_95 * Z_95 / n
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Rate(hits, n, max(0.0, centre - half), min(1.0, centre + half))
