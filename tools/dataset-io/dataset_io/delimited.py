"""Rows of delimited text, each with the bytes it was made of.

The standard library's csv reads the cells, strictly; a quoted cell may hold line breaks. Where it
refuses, only the first line of what it had taken is a bad row: reading goes on with the next line,
so that a quotation mark that is never closed costs one row and not the rest of the file.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Self

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Dropped, Imported, Row
from affectory_protocol.reasons import Reason

from dataset_io.lines import MAX_LINE_BYTES, Line, decode_row, line_too_long

_MAX_ROW_BYTES = MAX_LINE_BYTES + len(b"\n")
"""Of all lines of a row with their endings; a line at its own limit is still a row."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the cells of a row are told apart.

    Attributes:
        delimiter: one character between cells.
        quote: one character around cells that hold a delimiter or a line break; "" for none.
        encoding: of the file, one in which ASCII characters are the bytes of ASCII.
    """

    delimiter: str = ","
    quote: str = '"'
    encoding: str = "UTF-8"


@dataclass(frozen=True, slots=True)
class CellRow:
    """One row.

    Attributes:
        offset: bytes before it, over all files.
        raw: its bytes without the last line ending.
        cells: one text a cell, or why the row cannot be read.
    """

    offset: int
    raw: bytes
    cells: list[str] | RecordError

    def build(self, parse: Callable[[list[str]], Imported | Dropped]) -> Row:
        """Make a row of an import by a function that reads the cells or raises why it cannot."""
        outcome: Imported | Dropped | RecordError
        try:
            outcome = parse(self.checked())
        except RecordError as error:
            outcome = error
        return Row(self.offset, self.raw, outcome)

    def checked(self) -> list[str]:
        """The cells.

        Raises:
            RecordError: malformed-row, invalid-utf8 or line-too-long.
        """
        if isinstance(self.cells, RecordError):
            raise self.cells
        return self.cells


def read_cells(lines: Iterable[Line], dialect: Dialect) -> Iterator[CellRow]:
    """Read the rows of one file; blank lines between them are left out.

    Args:
        lines: of one file, from wherever its rows begin.
        dialect: of the file.
    """
    feeder = _Feeder(lines, dialect.encoding)
    reader = csv.reader(
        feeder,
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        strict=True,
    )
    while True:
        feeder.begin_row()
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, RecordError) as error:
            first = feeder.give_back()
            yield CellRow(first.offset, first.content, _explain(first, error))
            continue
        if cells:
            yield feeder.build_row(cells)


def _explain(first: Line, error: csv.Error | RecordError) -> RecordError:
    if not first.whole:
        return line_too_long()
    if isinstance(error, RecordError):
        return error
    return RecordError(
        Reason.MALFORMED_ROW, "the quotation marks or line breaks of the row do not pair up"
    )


class _Feeder:
    """Hands lines to the reader and remembers which of them the present row is made of."""

    def __init__(self, lines: Iterable[Line], encoding: str) -> None:
        self._lines = iter(lines)
        self._waiting: deque[Line] = deque()
        self._taken: list[Line] = []
        self._size = 0
        self._encoding = encoding

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._waiting.popleft() if self._waiting else next(self._lines)
        self._taken.append(line)
        self._size += len(line.content) + len(line.ending)
        if not line.whole or self._size > _MAX_ROW_BYTES:
            raise RecordError(
                Reason.MALFORMED_ROW,
                f"a quotation mark is not closed within {MAX_LINE_BYTES} bytes",
            )
        return (line.content + line.ending).decode(self._encoding, "surrogateescape")

    def begin_row(self) -> None:
        self._taken = []
        self._size = 0

    def give_back(self) -> Line:
        """Keep the first line of the row; the others will be read again."""
        first, *others = self._taken
        self._waiting.extendleft(reversed(others))
        return first

    def build_row(self, cells: list[str]) -> CellRow:
        first, last = self._taken[0], self._taken[-1]
        raw = b"".join(line.content + line.ending for line in self._taken)
        raw = raw.removesuffix(last.ending)
        try:
            decode_row(raw, self._encoding)
        except RecordError as error:
            return CellRow(first.offset, raw, error)
        return CellRow(first.offset, raw, cells)
