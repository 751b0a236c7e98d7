"""How one file of a table is written: told by the map, or by the file itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from affectory_protocol.errors import RecordError, UsageError

from dataset_io.delimited import Dialect, read_cells
from dataset_io.formats.table.mapping import TableFormat, TableMap
from dataset_io.formats.table.part import Named
from dataset_io.lines import read_lines

_DELIMITERS = (",", "\t", ";", "|")


@dataclass(frozen=True, slots=True)
class CsvLayout:
    """Rows of cells.

    Attributes:
        dialect: how cells are told apart.
        columns: their names.
        has_header: whether the first row holds the names.
    """

    dialect: Dialect
    columns: tuple[str, ...]
    has_header: bool


@dataclass(frozen=True, slots=True)
class JsonLayout:
    """A JSON object a line."""


Layout = CsvLayout | JsonLayout


def find_layout(path: Path, number: int, table: TableMap) -> Layout | None:
    """Tell how a file is written; None for a file without rows.

    Args:
        path: of the file.
        number: of the file among those given, from 1.
        table: what its owner says of it.

    Raises:
        UsageError: the file is not what the map says.
    """
    first = next((line.content for line in read_lines([path]) if line.content.strip()), None)
    if first is None:
        return None
    is_json = first.lstrip().startswith(b"{")
    if table.format is TableFormat.JSONL or (table.format is None and is_json):
        _check_members(first, number, table)
        return JsonLayout()
    if table.header is not None:
        return _find_headless(path, number, table, table.header)
    return _find_headed(path, number, table)


def _check_members(first: bytes, number: int, table: TableMap) -> None:
    """The first row shows whether the map is of this file at all; a row may lack a member."""
    try:
        row = orjson.loads(first)
    except orjson.JSONDecodeError:
        return  # one row that cannot be read says nothing of the others
    named = list(table.named_columns())
    if isinstance(row, dict) and not any(_top(one.column, row) in row for one in named):
        raise _unlike(number, named)


def _top(column: str, row: dict[str, object]) -> str:
    """The member of a row in which a column is looked for."""
    return column if column in row or column[0] != "/" else column[1:].partition("/")[0]


def _find_headless(path: Path, number: int, table: TableMap, header: Sequence[str]) -> CsvLayout:
    for dialect in _list_dialects(table):
        if len(_read_first(path, dialect)) == len(header):
            return CsvLayout(dialect, tuple(header), has_header=False)
    raise UsageError(
        f"file {number} of those given does not begin with a row of {len(header)} columns, as "
        "header in the map says",
        hint="Correct header, or give the delimiter in the map.",
    )


def _find_headed(path: Path, number: int, table: TableMap) -> CsvLayout:
    named = list(table.named_columns())
    fewest = named
    for dialect in _list_dialects(table):
        columns = [cell.strip() for cell in _read_first(path, dialect)]
        absent = [one for one in named if one.column not in columns]
        if not absent:
            _refuse_doubled(columns, named, number)
            return CsvLayout(dialect, tuple(columns), has_header=True)
        fewest = min(fewest, absent, key=len)
    raise _unlike(number, fewest)


def _refuse_doubled(columns: Sequence[str], named: Sequence[Named], number: int) -> None:
    for one in named:
        if columns.count(one.column) > 1:
            raise UsageError(
                f"file {number} of those given has two columns of the name that {one.where} in "
                f"the map gives: {one.column}",
                hint="Name the columns in the map's header, and take the first line out.",
            )


def _unlike(number: int, absent: Sequence[Named]) -> UsageError:
    told = ", ".join(f"{one.column} ({one.where})" for one in absent)
    return UsageError(
        f"file {number} of those given does not have every column that the map names: {told}",
        hint="Correct the map. Where the first line holds no names, give them as its header; where "
        "cells are told apart by an unusual character, as its delimiter.",
    )


def _list_dialects(table: TableMap) -> list[Dialect]:
    delimiters = _DELIMITERS if table.delimiter is None else (table.delimiter,)
    return [
        Dialect(delimiter, table.quote, table.encoding)
        for delimiter in delimiters
        if delimiter != table.quote
    ]


def _read_first(path: Path, dialect: Dialect) -> list[str]:
    row = next(read_cells(read_lines([path]), dialect), None)
    return [] if row is None or isinstance(row.cells, RecordError) else row.cells
