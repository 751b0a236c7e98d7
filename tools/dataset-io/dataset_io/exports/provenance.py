"""Where the records of an export come from, and on what terms."""

from collections import Counter
from typing import NamedTuple

from affectory_protocol.records import Source

MAX_ORIGINS = 500
"""So many are told apart; the records of all others are counted together."""


class Origin(NamedTuple):
    """What a record says of its source; None where it says nothing."""

    dataset: str | None
    licence: str | None
    consent: str | None
    citation: str | None


UNTOLD = Origin(None, None, None, None)


class Provenance:
    """Counts records by origin."""

    def __init__(self) -> None:
        self.origins: Counter[Origin] = Counter()
        self.beyond = 0

    def add(self, source: Source | None) -> None:
        """Count a record."""
        origin = UNTOLD
        if source is not None:
            origin = Origin(source.dataset, source.licence, source.consent, source.citation)
        if origin in self.origins or len(self.origins) < MAX_ORIGINS:
            self.origins[origin] += 1
        else:
            self.beyond += 1

    @property
    def licences(self) -> list[str]:
        """Distinct licences, sorted."""
        return sorted({origin.licence for origin in self.origins if origin.licence is not None})

    def count_without(self, field: str) -> int:
        """Records, of those told apart, whose source does not say this."""
        return sum(n for origin, n in self.origins.items() if getattr(origin, field) is None)
