"""Under which terms the records may be used, gathered from what they say of their source."""

from dataclasses import dataclass, field

from affectory_protocol.records import Source

from report.tally import Tally


@dataclass(frozen=True, slots=True)
class Terms:
    """What a dataset says about itself; empty where it says nothing."""

    dataset: str
    licence: str
    citation: str
    consent: str
    records: int


@dataclass(slots=True)
class Provenance:
    """Counts records by the terms they came under."""

    unstated: int = 0
    _terms: Tally[tuple[str, str, str, str]] = field(default_factory=Tally)

    def add(self, source: Source | None) -> None:
        """Count one record."""
        if source is None:
            self.unstated += 1
            return
        self._terms.add(
            (source.dataset, source.licence or "", source.citation or "", source.consent or "")
        )

    @property
    def others(self) -> int:
        """Records whose terms were too many to list."""
        return self._terms.others

    def finish(self) -> list[Terms]:
        """Terms by dataset, those of most records first."""
        return [Terms(*entry.key, entry.count) for entry in self._terms.by_count()]
