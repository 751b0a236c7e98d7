"""Action units as people and models write them: numbers, names of FACS, its notation.

Source: Ekman, Friesen & Hager (2002), Facial Action Coding System, for notation such as R12A (side,
number, intensity letter). No standard says the letters as numbers: five equal steps keep their
order and make E the whole movement.
"""

import re
from collections.abc import Mapping

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import ActionUnit, Side
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality

_LETTERS = {"a": 0.2, "b": 0.4, "c": 0.6, "d": 0.8, "e": 1.0}
_SIDES = {"l": Side.LEFT, "r": Side.RIGHT, None: Side.BOTH}
_NAMES = {unit.name: number for number, unit in ACTION_UNITS.items()}
_CODE = re.compile(r"(?:au ?)?([lr])?0*([1-9][0-9]?)([a-e])?")


def fold_name(name: str) -> str:
    """A name in small letters with single spaces; hyphens and underscores are spaces."""
    return " ".join(re.split(r"[\s_-]+", name.strip().lower()))


def parse_unit(text: str, names: Mapping[str, int], intensity: float) -> ActionUnit:
    """Read one unit.

    Args:
        text: a name of FACS, one of `names`, or a number, with or without AU, side and letter.
        names: further names, folded.
        intensity: of a unit without a letter, 0 to 1.

    Raises:
        RecordError: unknown-label, when it is none, or has a side it cannot have.
    """
    name = fold_name(text)
    number = names.get(name, _NAMES.get(name))
    if number is not None:
        return _build(number, Side.BOTH, intensity)
    code = _CODE.fullmatch(name)
    if code is None or int(code[2]) not in ACTION_UNITS:
        raise RecordError(Reason.UNKNOWN_LABEL, "an action unit has no name or number of FACS")
    return _build(int(code[2]), _SIDES[code[1]], _LETTERS[code[3]] if code[3] else intensity)


def _build(number: int, side: Side, intensity: float) -> ActionUnit:
    laterality = ACTION_UNITS[number].laterality
    if laterality is Laterality.DIRECTED and side is Side.BOTH:
        raise RecordError(Reason.UNKNOWN_LABEL, f"action unit {number} needs a side")
    if laterality is Laterality.WHOLE and side is not Side.BOTH:
        raise RecordError(Reason.UNKNOWN_LABEL, f"action unit {number} has no sides")
    return ActionUnit(au=number, side=side, intensity=intensity)
