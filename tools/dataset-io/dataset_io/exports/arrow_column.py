"""The sections of a record as columns of Arrow, made from the models of the protocol.

Every manifest has the same columns, whatever its records hold. What `datasets` knows no type for
becomes a list of key and value (objects whose keys are data), or JSON in a text (values of several
types).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import orjson
import pyarrow as pa
from affectory_protocol.records import SECTIONS
from pydantic import BaseModel, RootModel

OTHERS = "others"
"""Column of all members that are no section, as JSON: nothing is left behind in silence."""

_PLAIN: dict[type, tuple[Any, Callable[[Any], object]]] = {
    bool: (pa.bool_(), bool),
    int: (pa.int64(), int),
    float: (pa.float64(), float),
    str: (pa.string(), str),
}


@dataclass(frozen=True)
class Column:
    """A column, or a part of one.

    Attributes:
        type: of Arrow.
        convert: from JSON, never null, to what Arrow takes.
    """

    type: Any
    convert: Callable[[Any], object]

    def take(self, value: object) -> object:
        """A value for Arrow; null stays null."""
        return None if value is None else self.convert(value)


class Columns:
    """Every column by name, in order.

    Attributes:
        unknown: fields met that no model has, written by a newer protocol; they have no column.
    """

    def __init__(self) -> None:
        self.unknown = 0
        text = Column(pa.string(), str)
        self.sections = {name: self._describe(model) for name, model in SECTIONS.items()}
        self.named = {"id": text, "parent": text, **self.sections}
        types = [(name, column.type) for name, column in self.named.items()]
        self.schema = pa.schema([*types, (OTHERS, pa.string())])

    def make_row(self, members: Mapping[str, object]) -> dict[str, object]:
        """A record for Arrow."""
        row = {name: column.take(members.get(name)) for name, column in self.named.items()}
        others = {name: value for name, value in members.items() if name not in self.named}
        return {**row, OTHERS: _as_json(others) if others else None}

    def _describe(self, annotation: Any) -> Column:  # noqa: ANN401 - an annotation may be anything
        origin, args = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return self._describe(args[0])
        if origin in {Union, UnionType}:
            known = [arg for arg in args if arg is not type(None)]
            several = len(known) > 1
            return Column(pa.string(), _as_json) if several else self._describe(known[0])
        if origin is list:
            item = self._describe(args[0])
            return Column(pa.list_(item.type), partial(_take_items, item))
        if origin is dict:
            value = self._describe(args[1])
            entry = pa.struct([("key", pa.string()), ("value", value.type)])
            return Column(pa.list_(entry), partial(_take_entries, value))
        return self._describe_class(annotation)

    def _describe_class(self, model: type) -> Column:
        if issubclass(model, RootModel):
            return self._describe(model.model_fields["root"].annotation)
        if issubclass(model, BaseModel):
            fields = {
                n: self._describe(field.annotation) for n, field in model.model_fields.items()
            }
            struct = pa.struct([(name, field.type) for name, field in fields.items()])
            return Column(struct, partial(self._take_fields, fields))
        if issubclass(model, Enum):
            return Column(pa.string(), str)
        return Column(*_PLAIN[model])

    def _take_fields(
        self, fields: dict[str, Column], values: dict[str, object]
    ) -> dict[str, object]:
        self.unknown += len(values.keys() - fields.keys())
        return {name: field.take(values.get(name)) for name, field in fields.items()}


def _as_json(value: object) -> str:
    return orjson.dumps(value).decode()


def _take_items(item: Column, values: list[object]) -> list[object]:
    return [item.take(value) for value in values]


def _take_entries(column: Column, values: dict[str, object]) -> list[object]:
    return [{"key": key, "value": column.take(value)} for key, value in values.items()]
