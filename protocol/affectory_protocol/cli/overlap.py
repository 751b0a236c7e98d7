"""Whether splits have values of a group in common, told from the records that were written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from affectory_protocol.record import Gate
from affectory_protocol.records import Source
from affectory_protocol.scratch import Scratch


def list_values(source: Source, names: Sequence[str]) -> list[str]:
    """The values of these groups that a record has, each with the name of its group."""
    return [f"{name}\0{source.groups[name]}" for name in names if name in source.groups]


class Overlap:
    """Counts the records of each split, and the values that lie in more than one.

    Args:
        names: of the groups that are looked at.

    Attributes:
        records: split to number of records.
        values: how many values lie in more than one split.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._gate = Gate((Source,))
        self.records: Counter[str] = Counter()
        self.values = 0
        self._scratch = Scratch(
            "CREATE TABLE found (value TEXT PRIMARY KEY, split TEXT) WITHOUT ROWID"
        )

    def close(self) -> None:
        """Let go of what was counted."""
        self._scratch.close()

    def add(self, lines: Iterable[bytes]) -> None:
        """Look at records; those without a split are in none."""
        for split, values in self._read(lines):
            self.records[split] += 1
            for value in values:
                self._add(value, split)

    def _read(self, lines: Iterable[bytes]) -> Iterator[tuple[str, list[str]]]:
        for line in lines:
            source = self._gate.admit(line).get(Source)
            if source is not None and source.split is not None:
                yield source.split, list_values(source, self._names)

    def _add(self, value: str, split: str) -> None:
        row = self._scratch.execute("select split from found where value = ?", (value,)).fetchone()
        if row is None:
            self._scratch.execute("insert into found values (?, ?)", (value, split))
        elif row[0] not in {split, None}:
            self._scratch.execute("update found set split = null where value = ?", (value,))
            self.values += 1
