"""What the parts of a map have in common: closed, and able to tell which columns they name."""

from collections.abc import Iterator, Mapping
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

Words = Annotated[str, Field(min_length=1)]
NAMES_COLUMNS = "names columns"
"""Marks a field whose texts are names of columns."""

Column = Annotated[Words, NAMES_COLUMNS]
SomeColumn = Annotated[Words | None, NAMES_COLUMNS]
ColumnsByName = Annotated[dict[Words, Words], NAMES_COLUMNS]
Columns = Annotated[list[Words], NAMES_COLUMNS]


class Named(NamedTuple):
    """A column that a map names.

    Attributes:
        where: the key of the map.
        column: the name.
    """

    where: str
    column: str


class Part(BaseModel):
    """A table of a map."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    def named_columns(self, where: str = "") -> Iterator[Named]:
        """The columns that the part and what is in it name."""
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            key = f"{where}.{name}" if where else name
            if NAMES_COLUMNS in field.metadata:
                yield from _list_columns(key, value)
            else:
                yield from _search(key, value)


def _list_columns(key: str, value: str | list[str] | Mapping[str, str] | None) -> Iterator[Named]:
    if isinstance(value, str):
        yield Named(key, value)
    elif isinstance(value, Mapping):
        yield from (Named(f"{key}.{name}", column) for name, column in value.items())
    else:
        yield from (Named(f"{key}[{place}]", column) for place, column in enumerate(value or ()))


def _search(key: str, value: object) -> Iterator[Named]:
    if isinstance(value, Part):
        yield from value.named_columns(key)
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _search(f"{key}[{place}]", one)
