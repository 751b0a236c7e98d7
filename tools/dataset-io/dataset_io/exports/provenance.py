"""Where the records of an export come from, and on what terms."""

from collections import Counter
from typing import NamedTuple

from affectory_protocol.records import Source

MAX_ORIGINS = 500
"""So many are told apart in the table; the records of all others are counted together."""

LICENCES = frozenset(
    {
        "apache-2.0",
        "cc-by-4.0",
        "cc-by-nc-4.0",
        "cc-by-nc-nd-4.0",
        "cc-by-nc-sa-4.0",
        "cc-by-sa-4.0",
        "cc0-1.0",
        "mit",
        "odc-by",
    }
)
"""SPDX identifiers in small letters that a card may name; others are `other`."""


class Origin(NamedTuple):
    """What a record says of its source; None where it says nothing."""

    dataset: str | None
    licence: str | None
    consent: str | None
    citation: str | None


UNTOLD = Origin(None, None, None, None)


class Provenance:
    """Counts records by origin, and what they do not say.

    Attributes:
        origins: records of each origin, of the first `MAX_ORIGINS`.
        beyond: records of all other origins.
        licences: of every record, as a card names them; `unknown` where one tells none.
    """

    def __init__(self) -> None:
        self.origins: Counter[Origin] = Counter()
        self.beyond = 0
        self.licences: set[str] = set()
        self._untold: Counter[str] = Counter()

    def add(self, source: Source | None) -> None:
        """Count a record."""
        origin = UNTOLD
        if source is not None:
            origin = Origin(source.dataset, source.licence, source.consent, source.citation)
        if origin in self.origins or len(self.origins) < MAX_ORIGINS:
            self.origins[origin] += 1
        else:
            self.beyond += 1
        self.licences.add(_name_licence(origin.licence))
        self._untold.update(
            field for field, said in zip(Origin._fields, origin, strict=True) if said is None
        )

    def count_without(self, field: str) -> int:
        """Records whose source does not say this."""
        return self._untold[field]


def _name_licence(licence: str | None) -> str:
    if licence is None:
        return "unknown"
    name = licence.lower()
    return name if name in LICENCES else "other"
