"""The map of a table: what it says of the file, and which columns become which section."""

from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import Field, model_validator

from dataset_io.config import DatasetName
from dataset_io.formats.table.expressed import ExpressionMap
from dataset_io.formats.table.labelled import LabelsMap
from dataset_io.formats.table.part import Column, ColumnsByName, Part, SomeColumn, Words
from dataset_io.splits import Split

PartT = TypeVar("PartT", bound=Part)

_ASCII = "".join(map(chr, range(128))).replace("\\", "") + "\\n\\u0041"
"""Every character below 128, and escapes, which an encoding of text leaves alone."""


class TableFormat(StrEnum):
    """How rows are written."""

    CSV = "csv"
    JSONL = "jsonl"


class TextMap(Part):
    """Which column holds the text, and what is known of it."""

    column: Column
    language: Words | None = Field(default=None, description="BCP 47 tag of all texts.")
    language_column: SomeColumn = None
    speaker: SomeColumn = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        return _one_of(self, "language", "language_column")


class SourceMap(Part):
    """Terms, split and groups."""

    licence: Words | None = None
    citation: Words | None = None
    consent: Words | None = None
    split: Annotated[Split | None, Field(strict=False)] = None
    split_column: SomeColumn = None
    splits: dict[str, Annotated[Split, Field(strict=False)]] = Field(
        default={}, description="What the column's values mean, beside train, dev, test and such."
    )
    groups: ColumnsByName = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.splits and self.split_column is None:
            raise ValueError("splits explains the values of a split_column, and there is none")
        if "text" in self.groups:
            raise ValueError("the group text is made of the text itself: name it otherwise")
        return _one_of(self, "split", "split_column")


def _one_of(part: PartT, one: str, other: str) -> PartT:
    if getattr(part, one) is not None and getattr(part, other) is not None:
        raise ValueError(f"give {one} or {other}, not both")
    return part


class TableMap(Part):
    """A whole map."""

    dataset: DatasetName
    format: Annotated[TableFormat | None, Field(strict=False)] = Field(
        default=None, description="Told by the file's first character where it is not given."
    )
    encoding: Words = "UTF-8"
    delimiter: Words | None = Field(
        default=None, description="Told by the header where it is not given."
    )
    quote: str = '"'
    decimal: Words = "."
    header: Annotated[list[Words], Field(min_length=1)] | None = Field(
        default=None, description="Names of the columns of a file that does not begin with them."
    )
    missing: list[str] = Field(default=[""], description="Cells that say that nothing is known.")
    id: SomeColumn = None
    source: SourceMap = SourceMap()
    text: TextMap | None = None
    labels: LabelsMap | None = None
    expression: ExpressionMap | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.text is None and self.labels is None and self.expression is None:
            raise ValueError("it names nothing to read: give text, labels or expression")
        _check_dialect(self)
        if self.header is not None:
            _check_header(self, self.header)
        return self


def _check_dialect(table: TableMap) -> None:
    breaks = {"\n", "\r"}
    if table.delimiter is not None and (len(table.delimiter) != 1 or table.delimiter in breaks):
        raise ValueError("delimiter is one character")
    if len(table.quote) > 1 or table.quote in {*breaks, table.delimiter}:
        raise ValueError('quote is one character other than the delimiter, or "" for none')
    if len(table.decimal) != 1 or table.decimal.isalnum():
        raise ValueError("decimal is one character, as a point or a comma")
    try:
        # As rows are decoded: some encodings, such as idna, know no error handler but their own.
        is_ascii_below = _ASCII.encode().decode(table.encoding, "surrogateescape") == _ASCII
    except (LookupError, UnicodeError):
        is_ascii_below = False
    if not is_ascii_below:
        raise ValueError(
            "encoding is none in which rows can be told apart; convert the file to UTF-8, with "
            f"iconv for example: {table.encoding}"
        )


def _check_header(table: TableMap, header: list[str]) -> None:
    if table.format is TableFormat.JSONL:
        raise ValueError("header is for files with delimiters; rows of JSON name their members")
    if len(set(header)) < len(header):
        raise ValueError("header names a column twice")
    for named in table.named_columns():
        if named.column not in header:
            raise ValueError(f"{named.where} names a column that header does not: {named.column}")
