"""Which of its forms a file of GoEmotions has, told by its first row."""

from collections.abc import Iterator, Sequence
from itertools import chain, groupby
from operator import attrgetter
from pathlib import Path

from affectory_protocol.outcomes import Row

from dataset_io.config import TextImportConfig
from dataset_io.formats.goemotions.origin import ORIGIN
from dataset_io.formats.goemotions.raters import RaterTable
from dataset_io.formats.goemotions.ratings import Comments
from dataset_io.formats.goemotions.simplified import SimplifiedTable
from dataset_io.lines import Line, build_row, read_lines
from dataset_io.splits import Split, find_split


def read_goemotions(paths: Sequence[Path], config: TextImportConfig) -> Iterator[Row]:
    """Read files of either form.

    Rows of the simplified form come in the order of the files. Comments of the raw form come behind
    them, in the order of their first rows, because their last ones may lie anywhere.
    """
    with Comments(ORIGIN.under(config)) as comments:
        for file, lines in groupby(read_lines(paths), key=attrgetter("file")):
            yield from _read_file(lines, comments, config.split or find_split(paths[file]))
        yield from comments.merge()


def _read_file(lines: Iterator[Line], comments: Comments, split: Split | None) -> Iterator[Row]:
    first = next((line for line in lines if line.content), None)
    if first is None:
        return
    raters = RaterTable.find(first)
    if raters is not None:
        yield from comments.gather(lines, raters, split)
    else:
        simplified = SimplifiedTable(comments.origin, split)
        rows = chain([first], lines)
        yield from (build_row(line, simplified.parse) for line in rows if line.content)
