"""Action units by their left and right half, the form in which they are merged and compared."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from affectory_protocol.records import ActionUnit, Side
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality

DIGITS = 6
"""Decimal places of every intensity and weight made here: enough that no two letters meet."""


class Sides(NamedTuple):
    """Intensity of one unit on the person's own left and right, 0 to 1."""

    left: float
    right: float


def check_unit(au: int, side: Side) -> None:
    """Make sure that a unit exists and can be on that side.

    Raises:
        ValueError: unknown unit, a side for a unit that has none, or none for one that needs it.
    """
    if au not in ACTION_UNITS:
        raise ValueError(f"unknown action unit: {au}")
    laterality = ACTION_UNITS[au].laterality
    if laterality is Laterality.WHOLE and side is not Side.BOTH:
        raise ValueError(f"action unit {au} has no sides, but is given one: {side.value}")
    if laterality is Laterality.DIRECTED and side is Side.BOTH:
        raise ValueError(f"action unit needs a side, left or right: {au}")


def split_sides(units: Iterable[ActionUnit]) -> dict[int, Sides]:
    """Split units into halves; of two entries for one half the stronger counts.

    Returns:
        Intensities by number of the unit.

    Raises:
        ValueError: a unit that does not exist, or a side it cannot have.
    """
    halves: dict[int, Sides] = {}
    for unit in units:
        check_unit(unit.au, unit.side)
        left, right = halves.get(unit.au, (0.0, 0.0))
        if unit.side is not Side.RIGHT:
            left = max(left, unit.intensity)
        if unit.side is not Side.LEFT:
            right = max(right, unit.intensity)
        halves[unit.au] = Sides(left, right)
    return halves


def join_sides(halves: Mapping[int, Sides]) -> list[ActionUnit]:
    """Put halves together again.

    Halves that are equal make one entry, unless the unit is a movement to a side.

    Returns:
        Units by number, left before right, none of intensity 0.
    """
    units: list[ActionUnit] = []
    for au in sorted(halves):
        left, right = round(halves[au].left, DIGITS), round(halves[au].right, DIGITS)
        is_one = left == right and ACTION_UNITS[au].laterality is not Laterality.DIRECTED
        sides = ((Side.BOTH, left),) if is_one else ((Side.LEFT, left), (Side.RIGHT, right))
        units.extend(
            ActionUnit(au=au, side=side, intensity=half) for side, half in sides if half > 0
        )
    return units
