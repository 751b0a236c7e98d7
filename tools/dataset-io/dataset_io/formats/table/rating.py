"""Numbers on a scale, as numbers from 0 to 1."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from dataset_io.formats.table.cells import Cells, malformed
from dataset_io.formats.table.part import Column, Part

_UNIT = [0.0, 1.0]
_DECIMALS = 9
"""Decimal places of a rescaled number: more than any scale has steps."""

Scale = Annotated[list[float], Field(default_factory=lambda: [*_UNIT], min_length=2, max_length=2)]
"""The number that means 0 and the number that means 1; the first may be the larger one."""


def check_scale(scale: list[float]) -> None:
    """Refuse a scale on which every number is the same.

    Raises:
        ValueError: its ends are equal.
    """
    if scale[0] == scale[1]:
        raise ValueError("a scale has two different ends")


def rescale(cells: Cells, column: str, scale: list[float]) -> float | None:
    """Read a number and say it from 0 to 1; None when the cell says nothing.

    Raises:
        RecordError: malformed-row, when it is no number or lies outside the scale.
    """
    number = cells.number(column)
    if number is None:
        return None
    low, high = scale
    if not min(scale) <= number <= max(scale):
        raise malformed(column, f"holds a number outside its scale: {low:g} to {high:g}")
    share = number if scale == _UNIT else round((number - low) / (high - low), _DECIMALS)
    return share + 0.0  # of two ways to write 0 the one without a minus


class Rating(Part):
    """A column of numbers on a scale."""

    column: Column
    scale: Scale

    @model_validator(mode="after")
    def _check(self) -> Self:
        check_scale(self.scale)
        return self

    def read(self, cells: Cells) -> float | None:
        """The rating of one row, 0 to 1.

        Raises:
            RecordError: malformed-row.
        """
        return rescale(cells, self.column, self.scale)
