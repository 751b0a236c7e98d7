"""Expressions in a table: emotions, action units, a description, blendshapes."""

from functools import cached_property
from typing import Annotated, Self

import orjson
from affectory_protocol.records import ActionUnit, Blendshapes, Emotion, Expression
from affectory_protocol.records.base import UnitInterval
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from pydantic import Field, ValidationError, model_validator

from dataset_io.formats.table.cells import Cells, malformed
from dataset_io.formats.table.label import check_labels, fold_words, name_label
from dataset_io.formats.table.part import Column, Part, SomeColumn, Words
from dataset_io.formats.table.unit import fold_name, parse_unit


class ShownMap(Part):
    """Emotions that a face shows."""

    vocabulary: Words
    column: Column
    separator: Words | None = None
    names: dict[str, Words] = Field(default_factory=dict)
    intensity: UnitInterval = Field(description="Of each emotion: the table says only which.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_labels(self.vocabulary, self.names.values())
        return self

    @cached_property
    def _names(self) -> dict[str, str]:
        return fold_words(self.names)

    def read(self, cells: Cells) -> list[Emotion]:
        """The emotions of one row, in its order.

        Raises:
            RecordError: unknown-label or malformed-row.
        """
        words = cells.items(self.column, self.separator)
        labels = dict.fromkeys(name_label(self.vocabulary, word, self._names) for word in words)
        return [
            Emotion(vocabulary=self.vocabulary, label=label, intensity=self.intensity)
            for label in labels
        ]


class UnitsMap(Part):
    """Action units that show them."""

    column: Column
    separator: Words | None = None
    names: dict[Words, int] = Field(default={}, description="Names beside those of FACS.")
    intensity: UnitInterval = Field(description="Of a unit without a letter of FACS.")

    @model_validator(mode="after")
    def _check(self) -> Self:
        for number in self.names.values():
            if number not in ACTION_UNITS:
                raise ValueError(f"no action unit has this number: {number}")
        return self

    @cached_property
    def _names(self) -> dict[str, int]:
        return {fold_name(name): number for name, number in self.names.items()}

    def read(self, cells: Cells) -> list[ActionUnit]:
        """The units of one row by number; of one that is said twice the stronger counts.

        Raises:
            RecordError: unknown-label or malformed-row.
        """
        words = cells.items(self.column, self.separator)
        units = [parse_unit(word, self._names, self.intensity) for word in words]
        strongest: dict[tuple[int, str], ActionUnit] = {}
        for unit in sorted(units, key=lambda one: one.intensity):
            strongest[unit.au, unit.side.value] = unit
        return [strongest[key] for key in sorted(strongest)]


class BlendshapesMap(Part):
    """A cell with a list of weights."""

    column: Column
    layout: Words
    skip: Annotated[int, Field(ge=0)] = Field(
        default=0, description="Numbers before the first weight, such as that of a neutral face."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.layout not in LAYOUTS:
            raise ValueError(f"a layout is one of {', '.join(LAYOUTS)}: {self.layout}")
        return self

    def read(self, cells: Cells) -> Blendshapes | None:
        """The weights of one row.

        Raises:
            RecordError: malformed-row.
        """
        value = cells.value(self.column)
        if value is None:
            return None
        try:
            numbers = orjson.loads(value) if isinstance(value, str) else value
            if isinstance(numbers, list):
                weights = [float(one) for one in numbers[self.skip :]]
                return Blendshapes(layout=self.layout, weights=weights)
        except (ValidationError, ValueError, TypeError):
            pass
        raise malformed(self.column, f"holds no list of weights of {self.layout}")


class ExpressionMap(Part):
    """What a face shows."""

    emotions: ShownMap | None = None
    action_units: UnitsMap | None = None
    description: SomeColumn = None
    blendshapes: BlendshapesMap | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("give emotions, action_units, description or blendshapes")
        return self

    def read(self, cells: Cells) -> Expression | None:
        """The section of one row; None when its cells say nothing.

        Raises:
            RecordError: unknown-label or malformed-row.
        """
        found = {
            "emotions": self.emotions.read(cells) if self.emotions else [],
            "action_units": self.action_units.read(cells) if self.action_units else [],
            "description": cells.text(self.description),
            "blendshapes": self.blendshapes.read(cells) if self.blendshapes else None,
        }
        known = {name: value for name, value in found.items() if value not in (None, [])}
        return Expression.model_validate(known) if known else None
