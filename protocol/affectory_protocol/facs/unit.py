"""Names and notation of action units: what people and models write, as numbers and intensities.

Sources:
    Notation such as R12A (side, number, intensity letter): Ekman, Friesen & Hager (2002), Facial
    Action Coding System.
    Letters as numbers: no standard is published. The five equal steps used here are a choice of
    this project that keeps their order and makes E the whole movement.
    Names: FACS, and the 24 of AI-Unicamp/LLM-Generated-Dataset-WVH-SIBGRAPI-2025.
"""

import re

from affectory_protocol.facs.sides import check_unit
from affectory_protocol.records import ActionUnit, Side
from affectory_protocol.vocabularies.action_units import ACTION_UNITS

INTENSITIES: dict[str, float] = {"A": 0.2, "B": 0.4, "C": 0.6, "D": 0.8, "E": 1.0}
"""FACS intensity letters, from a trace (A) to the maximum (E), as intensities from 0 to 1."""

SYNONYMS: dict[str, int] = {
    "brow furrower": 4,
    "brow lower": 4,
    "inner brow raise": 1,
    "outer brow raise": 2,
    "eyes wide": 5,
    "eye widener": 5,
    "upper eyelid raiser": 5,
    "cheek raiser and lid compressor": 6,
    "eye lid tightener": 7,
    "eyelid tightener": 7,
    "nose wrinkle": 9,
    "upper lip raise": 10,
    "nasolabial furrow deepener": 11,
    "mouth dimpler": 14,
    "chin raise": 17,
    "lip pucker": 18,
    "tongue out": 19,
    "lip stretch": 20,
    "lip funneller": 22,
    "lip funnel": 22,
    "lip tighten": 23,
    "lip presser": 24,
    "lip press": 24,
    "lips parted": 25,
    "lip sucker": 28,
    "jaw forward": 29,
    "cheek puffing": 34,
    "eye lid droop": 41,
    "eyelid droop": 41,
    "eyes slit": 42,
    "eye closure": 43,
    "eyes squint": 44,
    "eyes left": 61,
    "eyes right": 62,
    "eyes look up": 63,
    "eyes look down": 64,
}
"""Names other than those of FACS, lower case with single spaces, by the unit they mean."""

_NUMBERS: dict[str, int] = {facs.name: au for au, facs in ACTION_UNITS.items()} | SYNONYMS
_NUMBERED = re.compile(r"(?:au ?)?0*([1-9][0-9]?)")
_CODED = re.compile(r"([LR]?)([1-9][0-9]?)([A-E]?)")
_SIDES = {"L": Side.LEFT, "R": Side.RIGHT, "": Side.BOTH}


def parse_action_unit(name: str) -> int:
    """Read the name of an action unit.

    Args:
        name: a FACS name, a synonym, or the number with or without AU; case, hyphens and
            underscores do not matter.

    Returns:
        The unit's number.

    Raises:
        ValueError: no unit has that name; the message ends with it.
    """
    plain = " ".join(re.split(r"[\s_-]+", name.strip().lower()))
    if plain in _NUMBERS:
        return _NUMBERS[plain]
    numbered = _NUMBERED.fullmatch(plain)
    if numbered is not None and int(numbered[1]) in ACTION_UNITS:
        return int(numbered[1])
    raise ValueError(f"unknown action unit: {name}")


def parse_intensity(letter: str) -> float:
    """Read a FACS intensity letter, A to E.

    Returns:
        Intensity from 0.2 to 1.

    Raises:
        ValueError: any other text.
    """
    if letter not in INTENSITIES:
        raise ValueError(f"unknown intensity letter (A to E): {letter}")
    return INTENSITIES[letter]


def parse_facs(code: str) -> list[ActionUnit]:
    """Read units in FACS notation.

    Args:
        code: units joined by plus signs, each a side (L, R, or none for both), a number and a
            letter (none for E, the whole movement), for example R12A+R14A; empty for no unit.

    Raises:
        ValueError: a part that is no unit in this notation; the message ends with it.
    """
    return [_parse_part(part.strip(), code) for part in code.split("+")] if code.strip() else []


def _parse_part(part: str, code: str) -> ActionUnit:
    coded = _CODED.fullmatch(part)
    if coded is None:
        raise ValueError(f"not an action unit in FACS notation, in {code}: {part}")
    side, au = _SIDES[coded[1]], int(coded[2])
    check_unit(au, side)
    return ActionUnit(au=au, side=side, intensity=parse_intensity(coded[3] or "E"))
