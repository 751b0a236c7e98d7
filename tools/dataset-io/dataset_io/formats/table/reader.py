"""The rows of a table as records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from pathlib import Path

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Imported, Row
from affectory_protocol.reasons import Reason
from affectory_protocol.records import AnySection, Source, Text

from dataset_io.config import TextImportConfig
from dataset_io.delimited import read_cells
from dataset_io.formats.table.cells import Cells, malformed
from dataset_io.formats.table.layout import CsvLayout, Layout, find_layout
from dataset_io.formats.table.mapping import TableMap
from dataset_io.grouping import compute_text_digest
from dataset_io.ids import build_content_id, build_id
from dataset_io.lines import Line, build_row, decode_row, read_lines, refuse_utf_16
from dataset_io.splits import SPLIT_WORDS, Split, find_split


def read_table(paths: Sequence[Path], table: TableMap, config: TextImportConfig) -> Iterator[Row]:
    """Read files of one table; each is looked at before the first row is read.

    Args:
        paths: of the files.
        table: what their columns hold.
        config: terms and split, which win over those of the map.

    Raises:
        UsageError: a file is not what the map says.
    """
    refuse_utf_16(paths)
    layouts = [find_layout(path, number, table) for number, path in enumerate(paths, start=1)]
    return _read_files(paths, layouts, table, config)


def _read_files(
    paths: Sequence[Path],
    layouts: Sequence[Layout | None],
    table: TableMap,
    config: TextImportConfig,
) -> Iterator[Row]:
    for file, lines in groupby(read_lines(paths), key=attrgetter("file")):
        layout = layouts[file]
        if layout is not None:
            given = config.split or table.source.split
            yield from _read_file(lines, layout, Builder(table, config, given, paths[file]))


def _read_file(lines: Iterator[Line], layout: Layout, builder: "Builder") -> Iterator[Row]:
    if isinstance(layout, CsvLayout):
        rows = read_cells(lines, layout.dialect)
        if layout.has_header:
            next(rows)
        build = partial(_build_cells, columns=layout.columns, builder=builder)
        yield from (row.build(build) for row in rows)
    else:
        parse = partial(_build_object, builder=builder)
        yield from (build_row(line, parse) for line in lines if line.content.strip())


def _build_cells(cells: list[str], *, columns: Sequence[str], builder: "Builder") -> Imported:
    if len(cells) != len(columns):
        raise RecordError(Reason.MALFORMED_ROW, f"a row has {len(columns)} columns: {len(cells)}")
    return builder.build(dict(zip(columns, cells, strict=True)))


def _build_object(content: bytes, *, builder: "Builder") -> Imported:
    try:
        row = orjson.loads(decode_row(content, builder.table.encoding))
    except orjson.JSONDecodeError:
        raise RecordError(Reason.INVALID_JSON, "the row is not JSON") from None
    if not isinstance(row, dict):
        raise RecordError(Reason.NOT_AN_OBJECT, "the row is JSON but not an object")
    return builder.build(row)


@dataclass(frozen=True, slots=True)
class Builder:
    """Makes records of the rows of one file.

    Attributes:
        table: what the columns hold.
        config: terms that win over those of the map.
        split: of every row, unless a column says it.
        path: of the file, whose name tells the split where nothing else does.
    """

    table: TableMap
    config: TextImportConfig
    split: Split | None
    path: Path

    def build(self, row: Mapping[str, object]) -> Imported:
        """Make a record of a row.

        Raises:
            RecordError: the row is not what the map says.
        """
        table = self.table
        cells = Cells(row, frozenset(table.missing), table.decimal)
        identity = self._identify(row, cells)
        text = self._build_text(cells)
        found = (
            text,
            table.labels.read(cells) if table.labels else None,
            table.expression.read(cells) if table.expression else None,
        )
        sections: list[AnySection] = [section for section in found if section is not None]
        if not sections:
            raise RecordError(Reason.MALFORMED_ROW, "no column that the map names says anything")
        return Imported(identity, (self._build_source(cells, text), *sections))

    def _identify(self, row: Mapping[str, object], cells: Cells) -> str:
        if self.table.id is not None:
            return build_id(self.table.dataset, (cells.text(self.table.id) or "").strip())
        try:
            content = orjson.dumps(row, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:  # the parser goes deeper than the encoder
            raise RecordError(Reason.MALFORMED_ROW, "the row nests too deep") from None
        return build_content_id(self.table.dataset, content)

    def _build_text(self, cells: Cells) -> Text | None:
        given = self.table.text
        if given is None:
            return None
        content = cells.text(given.column)
        if content is None or not content.strip():
            raise RecordError(Reason.EMPTY_TEXT, "the column of the text holds none")
        language = given.language or cells.text(given.language_column)
        known = {"language": language, "speaker": cells.text(given.speaker)}
        stripped = {name: said.strip() for name, said in known.items() if said is not None}
        return Text.model_validate({"content": content, **stripped})

    def _build_source(self, cells: Cells, text: Text | None) -> Source:
        given = self.table.source
        groups = {} if text is None else {"text": compute_text_digest(text.content)}
        for name, column in given.groups.items():
            value = cells.text(column)
            if value is not None:
                groups[name] = f"{self.table.dataset}:{value.strip()}"
        found = {
            "dataset": self.table.dataset,
            "split": self._find_split(cells),
            "licence": self.config.licence or given.licence,
            "citation": self.config.citation or given.citation,
            "consent": given.consent,
            "groups": groups,
        }
        return Source.model_validate({name: said for name, said in found.items() if said})

    def _find_split(self, cells: Cells) -> Split | None:
        given = self.table.source
        if self.split is not None or given.split_column is None:
            return self.split or find_split(self.path)
        value = cells.text(given.split_column)
        if value is None:
            return None
        word = value.strip()
        split = given.splits.get(word) or SPLIT_WORDS.get(word.lower())
        if split is None:
            raise malformed(given.split_column, "holds a split that the map does not explain")
        return split
