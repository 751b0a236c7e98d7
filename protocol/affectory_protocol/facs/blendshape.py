"""Action units to ARKit blendshapes and back.

The way there is a table and a sum that saturates. The way back is unique where a unit owns a
shape. It is not where several units move one shape:
    jawOpen is read as 26 up to that unit's reach (0.6), beyond it as 27; 25 comes back as weak 26.
    eyeBlink is read as 43. Its weak degrees 41 and 42 come back as weak 43, as the 2002 revision of
    FACS scores them; a blink (45) and a wink (46) differ from 43 in time, not in shape.
    mouthUpperUp is read as 10, never as 11.
    mouthLeft, mouthRight and mouthShrugUpper, which no unit moves, are not read.
"""

import math
from collections.abc import Sequence

from affectory_protocol.facs.arkit import COMPOSITES, LAYOUT, NAMES, OWNERS, SHAPES, name_sides
from affectory_protocol.facs.sides import DIGITS, Sides, join_sides, split_sides
from affectory_protocol.records import ActionUnit
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality

_INDEX = {name: index for index, name in enumerate(NAMES)}
_HALVES: dict[int, tuple[tuple[int, int, float], ...]] = {
    au: tuple(
        (_INDEX[left], _INDEX[right], weight)
        for (left, right), weight in ((name_sides(stem), weight) for stem, weight in row.shapes)
    )
    for au, row in SHAPES.items()
}
"""For each unit the positions of its shapes' left and right, and their weight."""
_JAW_OPEN = _INDEX["jawOpen"]
_JAW_DROP, _MOUTH_STRETCH = 26, 27
_JAW_DROP_REACH = dict(SHAPES[_JAW_DROP].shapes)["jawOpen"]
_RATIO_TOLERANCE = 1e-3
"""How far, relative, two shapes may be from a composite unit's ratio: rounding, and little more."""


def _saturate(first: float, second: float) -> float:
    """Add two weights so that the sum never passes 1 and does not depend on their order."""
    return first + second - first * second


def to_blendshapes(units: Sequence[ActionUnit]) -> list[float]:
    """Show action units as ARKit weights.

    Weights of units that move one shape add up as 1 - (1 - a)(1 - b), which one unit alone leaves
    as it is. Units are taken as they are: see `resolve_conflicts` for those that exclude another.

    Args:
        units: any number, in any order, one-sided ones included.

    Returns:
        (52,) weights in 0 to 1, in the order of the layout arkit-52.

    Raises:
        ValueError: an unknown unit, one that ARKit has no shape for, or one side of a unit whose
            only shape is in the middle of the face (1, 34). The message ends with its number.
    """
    weights = [0.0] * len(NAMES)
    halves = split_sides(units)
    for au in sorted(halves):
        if au not in _HALVES:
            raise ValueError(f"{LAYOUT} has no shape for action unit: {au}")
        left, right = halves[au]
        for left_index, right_index, weight in _HALVES[au]:
            weights[left_index] = _saturate(weights[left_index], left * weight)
            if left_index != right_index:
                weights[right_index] = _saturate(weights[right_index], right * weight)
            elif left != right:
                raise ValueError(f"{LAYOUT} has no one-sided shape for action unit: {au}")
    return [round(weight, DIGITS) for weight in weights]


def _read_halves(au: int, weights: Sequence[float]) -> tuple[list[float], list[float]]:
    """Divide the weights of a unit's shapes by the unit's own, for the left and for the right."""
    rows = _HALVES[au]
    left = [weights[left] / weight for left, _, weight in rows]
    right = [weights[right] / weight for _, right, weight in rows]
    return left, right


def _read_owner(au: int, weights: Sequence[float]) -> Sides:
    """Read a unit from the shapes it owns: it is present as far as all of them are."""
    left, right = (min(1.0, *half) for half in _read_halves(au, weights))
    if ACTION_UNITS[au].laterality is Laterality.WHOLE:
        left = right = min(left, right)
    return Sides(left, right)


def _agree(shares: Sequence[float]) -> float:
    """Return the intensity on which all shapes agree, 0 where they do not."""
    first = shares[0]
    agreed = all(math.isclose(first, share, rel_tol=_RATIO_TOLERANCE) for share in shares)
    return min(1.0, first) if agreed else 0.0


def _take_composite(au: int, weights: list[float]) -> Sides:
    """Read a composite unit and take its shapes out of the weights."""
    left, right = _read_halves(au, weights)
    if ACTION_UNITS[au].laterality is Laterality.WHOLE:
        whole = _agree(left + right)
        sides = Sides(whole, whole)
    else:
        sides = Sides(_agree(left), _agree(right))
    for left_index, right_index, _ in _HALVES[au]:
        if sides.left > 0:
            weights[left_index] = 0.0
        if sides.right > 0:
            weights[right_index] = 0.0
    return sides


def _read_jaw(weight: float) -> dict[int, Sides]:
    """Read how far the jaw is open: dropped, or stretched open beyond that."""
    if weight <= _JAW_DROP_REACH:
        dropped = weight / _JAW_DROP_REACH
        return {_JAW_DROP: Sides(dropped, dropped)}
    return {_MOUTH_STRETCH: Sides(weight, weight)}


def to_action_units(weights: Sequence[float]) -> list[ActionUnit]:
    """Read action units from ARKit weights.

    Args:
        weights: (52,) weights in 0 to 1, in the order of the layout arkit-52.

    Returns:
        Units by number. A unit that owns a shape comes back with its side and intensity; the
        module's first lines say what becomes of the others.

    Raises:
        ValueError: not 52 weights, or one outside 0 to 1.
    """
    if len(weights) != len(NAMES):
        raise ValueError(f"{LAYOUT} has {len(NAMES)} weights, not: {len(weights)}")
    for name, weight in zip(NAMES, weights, strict=True):
        if not 0.0 <= weight <= 1.0:
            raise ValueError(f"weight outside 0 to 1: {name}")
    left = list(weights)
    halves = {au: _take_composite(au, left) for au in COMPOSITES}
    halves |= {au: _read_owner(au, left) for au in OWNERS}
    return join_sides(halves | _read_jaw(left[_JAW_OPEN]))
