"""Which of its shapes a file of ISEAR has, told by its header."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import count, groupby
from operator import attrgetter
from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.outcomes import Dropped, Imported, Row

from dataset_io.config import TextImportConfig
from dataset_io.formats.isear.account import ORIGIN, Account, build_outcome
from dataset_io.formats.isear.narrow import HEADER, join_rows, parse_narrow
from dataset_io.formats.isear.wide import REQUIRED, SEPARATOR, WideTable
from dataset_io.lines import Line, build_row, read_lines

Build = Callable[[Account], Imported | Dropped]
"""Makes what becomes of a row."""


def read_isear(paths: Sequence[Path], config: TextImportConfig) -> Iterator[Row]:
    """Read files of either shape.

    Ids of the narrow shape are numbers of rows, counted over all files.

    Raises:
        UsageError: a file has the header of neither shape.
    """
    split = None if config.split is None else config.split.value
    build = partial(build_outcome, origin=ORIGIN.under(config), split=split)
    numbers = count(1)
    for file, lines in groupby(read_lines(paths), key=attrgetter("file")):
        yield from _read_file(file, lines, numbers, build)


def _read_file(
    file: int, lines: Iterator[Line], numbers: Iterator[int], build: Build
) -> Iterator[Row]:
    header = next((line for line in lines if line.content), None)
    if header is None:
        return
    names = header.content.decode("latin-1").strip()
    columns = tuple(names.split(SEPARATOR))
    if names.casefold() == HEADER:
        for line, number in zip(join_rows(lines), numbers, strict=False):
            yield build_row(line, partial(_parse_narrow, key=str(number), build=build))
    elif set(REQUIRED) <= set(columns):
        parse = partial(_parse_wide, table=WideTable(columns), build=build)
        yield from (build_row(line, parse) for line in lines if line.content)
    else:
        raise UsageError(
            f"file {file + 1} of those given does not begin with a header of ISEAR",
            hint=f"Give a file that begins with {HEADER}, or one with the columns "
            f"{', '.join(REQUIRED)} between vertical bars.",
        )


def _parse_narrow(content: bytes, *, key: str, build: Build) -> Imported | Dropped:
    return build(parse_narrow(content, key))


def _parse_wide(content: bytes, *, table: WideTable, build: Build) -> Imported | Dropped:
    return build(table.parse(content))
