"""A further manifest whose records are found by their ids."""

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from affectory_protocol.errors import ManifestError, RecordError
from affectory_protocol.reading import LineReader, clean_line, placed_lines
from affectory_protocol.record import Gate, Record
from affectory_protocol.scratch import Scratch


class Right:
    """The records of a manifest; where each lies is in a private database.

    Args:
        path: of the manifest, a file.
        max_line_bytes: a longer line ends the run.
        option: that the manifest came by.
        asked: names of members, to learn which of them any record has.

    Attributes:
        found: those of them.
        is_empty: whether there is no record at all.

    Raises:
        ManifestError: a line is no record, or an id stands twice.
    """

    def __init__(
        self,
        path: Path,
        max_line_bytes: int,
        option: str = "--with",
        *,
        asked: Collection[str] = (),
    ) -> None:
        self.found: set[str] = set()
        self.is_empty = True
        self._asked = frozenset(asked)
        self._gate = Gate(())
        self._option = option
        self._scratch = Scratch(
            "CREATE TABLE records (id TEXT PRIMARY KEY, offset INTEGER, length INTEGER, matched "
            "INTEGER) WITHOUT ROWID"
        )
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._index(max_line_bytes)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file and the index."""
        os.close(self._fd)
        self._scratch.close()

    def _index(self, max_line_bytes: int) -> None:
        doubled = 0
        for record, offset, length in self._read(max_line_bytes):
            self.is_empty = False
            self.found |= self._asked & record.members.keys()
            values = (record.id, offset, length)
            statement = "insert or ignore into records values (?, ?, ?, 0)"
            doubled += self._scratch.execute(statement, values).rowcount == 0
        if doubled:
            raise ManifestError(
                f"{self._option} has records whose id came before: {doubled}",
                hint="`manifest validate --unique-ids` takes them out.",
            )

    def _read(self, max_line_bytes: int) -> Iterator[tuple[Record, int, int]]:
        reader = LineReader(self._fd, max_line_bytes=max_line_bytes, absorb=lambda _: None)
        for offset, line in placed_lines(reader, self._option):
            try:
                record = self._gate.admit(clean_line(line, offset))
            except RecordError as error:
                raise ManifestError(
                    f"{self._option} has no valid record at byte {offset}: {error.message}",
                    hint="`manifest validate` takes such lines out.",
                ) from None
            yield record, offset, len(line)

    def ids(self, *, unmatched: bool = False) -> Iterator[str]:
        """The ids in the order of the manifest, of all records or of those without a match."""
        statement = "select id from records where matched <= ? order by offset"
        rows = self._scratch.execute(statement, (0 if unmatched else 1,))
        return (str(identity) for (identity,) in rows)

    def find(self, identity: str) -> Record | None:
        """The record of this id, or None."""
        statement = "select offset, length from records where id = ?"
        found = self._scratch.execute(statement, (identity,)).fetchone()
        if found is None:
            return None
        offset, length = found
        try:
            record = self._gate.admit(clean_line(os.pread(self._fd, length, offset), offset))
        except RecordError:
            record = None
        if record is None or record.id != identity:
            raise ManifestError(
                f"a file of {self._option} changed while it was read",
                hint="Repeat the command when nothing writes to it.",
            )
        return record

    def match(self, identity: str) -> None:
        """Remember that a record was joined with the one of this id, if there is one."""
        self._scratch.execute("update records set matched = 1 where id = ?", (identity,))

    def count_unmatched(self) -> int:
        """How many records no record was joined with."""
        statement = "select count(*) from records where matched = 0"
        return int(self._scratch.execute(statement).fetchone()[0])
