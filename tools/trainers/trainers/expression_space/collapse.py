"""Whether a space has collapsed: everything in one place, or along one line.

Shapes: n embeddings of length 1, k dimensions.
"""

from dataclasses import asdict, dataclass

import numpy as np

from trainers.expression_space.layers import Array

MAX_COSINE = 0.95
"""Mean cosine between two embeddings above which they lie in one place: 18 degrees apart."""
MIN_RANK = 2.0
"""Effective rank below which they lie along one line."""
SAMPLE = 2_000
"""Embeddings that are looked at, at most: the first."""


@dataclass(frozen=True)
class Collapse:
    """How far embeddings spread.

    Attributes:
        mean_cosine: mean cosine between two different embeddings, -1 to 1.
        effective_rank: exponential of the entropy of the singular values' shares, 1 to k (Roy and
            Vetterli 2007, "The effective rank", definition 1); of the embeddings as they are, since
            those of one place differ by rounding alone once their mean is taken away.
    """

    mean_cosine: float
    effective_rank: float

    @property
    def is_collapsed(self) -> bool:
        """Whether there is hardly more than one place."""
        return self.mean_cosine > MAX_COSINE or self.effective_rank < MIN_RANK

    def name(self, prefix: str) -> dict[str, float]:
        """The figures, each by the prefix and its name."""
        return {f"{prefix}_{name}": value for name, value in asdict(self).items()}


def measure_collapse(embeddings: Array) -> Collapse:
    """Measure how far embeddings spread.

    Args:
        embeddings: (n, k), rows of length 1; of a single one the mean cosine is 1.
    """
    rows = embeddings[:SAMPLE].astype(np.float64)
    count = len(rows)
    total = rows.sum(axis=0)
    pairs = count * (count - 1)
    mean = float((total @ total - (rows * rows).sum()) / pairs) if pairs else 1.0
    values = np.linalg.svd(rows, compute_uv=False)
    shares = values / values.sum()
    shares = shares[shares > 0.0]
    return Collapse(mean, float(np.exp(-(shares * np.log(shares)).sum())))
