"""A manifest as one table of comma-separated values.

Source: RFC 4180; the header of section 2.3 is always there, the encoding is UTF-8.
"""

import csv
import io
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import IO

import orjson
from affectory_protocol.durable import disk_errors
from affectory_protocol.errors import TemporaryError, UsageError
from affectory_protocol.record import Record

from dataset_io.export_config import CsvConfig
from dataset_io.exports.columns import (
    Cell,
    find_cell,
    flatten,
    name_column,
    rank_column,
    write_cell,
)

MAX_COLUMNS = 2000
"""A table with more has a field in it whose keys are data."""

PIECE_CHARACTERS = 2**18
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What makes a cell of text a formula to a spreadsheet. Source: OWASP, CSV Injection."""


class CsvTable:
    """Writes records as rows.

    Args:
        config: which columns, and whether cells are made harmless to spreadsheets.
        say: tells a person what may surprise.
    """

    def __init__(self, config: CsvConfig, say: Callable[[str], None]) -> None:
        self._config = config
        self._say = say
        self._text = io.StringIO(newline="")
        self._writer = csv.writer(self._text, lineterminator="\r\n")
        self._formulas = 0

    def write(self, records: Iterator[Record]) -> Iterator[bytes]:
        """The file in pieces: the header, then a row for each record in order.

        Raises:
            UsageError: the records have more different fields than a table should.
        """
        if self._config.paths is not None:
            yield from self._write_chosen(records, self._config.paths)
        else:
            with _open_temporary() as rows:
                names = _keep_rows(records, rows)
                yield from self._write_rows(names, _read_rows(rows, names))
        self._say_formulas()

    def _write_chosen(
        self, records: Iterator[Record], paths: Sequence[tuple[str, ...]]
    ) -> Iterator[bytes]:
        filled = [False] * len(paths)

        def rows() -> Iterator[list[Cell]]:
            for record in records:
                row = [find_cell(record.members, path) for path in paths]
                for number, cell in enumerate(row):
                    filled[number] |= cell is not None
                yield row

        names = [name_column(*path) for path in paths]
        yield from self._write_rows(names, rows())
        for name, found in zip(names, filled, strict=True):
            if not found:
                self._say(f"no record has anything in the column {name}")

    def _write_rows(self, names: Sequence[str], rows: Iterable[list[Cell]]) -> Iterator[bytes]:
        self._add(names)
        for row in rows:
            self._add(map(write_cell, row), texts=[isinstance(cell, str) for cell in row])
            if self._text.tell() > PIECE_CHARACTERS:
                yield self._take()
        yield self._take()

    def _add(self, cells: Iterable[str], texts: Sequence[bool] | None = None) -> None:
        row = list(cells)
        for number, cell in enumerate(row):
            if cell.startswith(FORMULA_SIGNS) and (texts is None or texts[number]):
                self._formulas += 1
                if self._config.escape_formulas:
                    row[number] = f"'{cell}"
        self._writer.writerow(row)

    def _take(self) -> bytes:
        piece = self._text.getvalue().encode()
        self._text.seek(0)
        self._text.truncate()
        return piece

    def _say_formulas(self) -> None:
        if self._formulas and not self._config.escape_formulas:
            self._say(
                f"{self._formulas} cells begin like a formula; for a spreadsheet, use "
                "--escape-formulas"
            )


@contextmanager
def _open_temporary() -> Iterator[IO[bytes]]:
    file = _make_temporary()
    try:
        yield file
    finally:
        with _room():  # closing writes what waits in memory, also after a write that failed
            file.close()


def _make_temporary() -> IO[bytes]:
    try:
        return tempfile.TemporaryFile()
    except FileNotFoundError:
        raise TemporaryError(
            "there is no folder for temporary files",
            hint="Name one by TMPDIR; with --columns none is needed.",
        ) from None


@contextmanager
def _room() -> Iterator[None]:
    """Tell of which disk it is that has no room."""
    try:
        with disk_errors():
            yield
    except TemporaryError as error:
        raise TemporaryError(
            "no room to write temporary files",
            hint="Make room, or name another folder by TMPDIR, and repeat the same command; with "
            "--columns none is needed.",
        ) from error


def _keep_rows(records: Iterator[Record], file: IO[bytes]) -> list[str]:
    """Write the cells of each record to a file until all columns are known; give their names."""
    names: dict[str, None] = {"id": None}
    for record in records:
        cells = flatten(record.members)
        names |= dict.fromkeys(cells)
        if len(names) > MAX_COLUMNS:
            raise UsageError(
                f"the records have more than {MAX_COLUMNS} different fields",
                hint="Name the columns you want: --columns id,text.content",
            )
        with _room():
            file.write(orjson.dumps(cells, option=orjson.OPT_APPEND_NEWLINE))
    with _room():
        file.flush()
    return sorted(names, key=rank_column)


def _read_rows(file: IO[bytes], names: Sequence[str]) -> Iterator[list[Cell]]:
    file.seek(0)
    for line in file:
        cells = orjson.loads(line)
        yield [cells.get(name) for name in names]
