"""The schema of an answer while it is being written: what has been said narrows what may follow.

A JSON schema cannot say that no emotion stands twice and that no muscle moves twice or against its
reverse. It need not: each time a name has been written, the schema is made anew, with what stands
already spelt out in its place and taken out of what may follow. So whatever a model writes under it
is an expression.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from itertools import product

from affectory_protocol.facs import to_blendshapes
from affectory_protocol.facs.conflict import EXCLUSIVE
from affectory_protocol.records import ActionUnit, Side
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality
from affectory_protocol.vocabularies.emotions import VOCABULARIES

from llm_annotate.answer import MAX_DESCRIPTION, MAX_EMOTIONS, MAX_UNITS, MIN_EMOTIONS
from llm_annotate.prompt import VOCABULARY

INTENSITIES = [round(step * 0.05, 2) for step in range(21)]
"""0 to 1: a number that may go on for ever is one that a weak model never ends."""
LETTERS = ["A", "B", "C", "D", "E"]
PLAIN_WORDS = rf"^[A-Za-z][ !#-\[\]-~]{{0,{MAX_DESCRIPTION - 1}}}$"
"""A description: letters and signs of ASCII, without the two that JSON escapes, and not blank."""

_EMOTION = re.compile(r'"label":"([^"]+)"')
_UNIT = re.compile(r'"name":"([^"]+)","side":"([^"]+)"')

Schema = dict[str, object]


@dataclass(frozen=True)
class Said:
    """What an unfinished answer names.

    Attributes:
        emotions: labels, in order.
        units: names of action units with their sides, in order.
    """

    emotions: tuple[str, ...] = ()
    units: tuple[tuple[str, str], ...] = ()


def read_said(text: str) -> Said:
    """Find what an unfinished answer names.

    Args:
        text: without spaces between the parts of the JSON; descriptions hold no quotes.
    """
    return Said(tuple(_EMOTION.findall(text)), tuple(_UNIT.findall(text)))


def schema_after(said: Said) -> Schema:
    """JSON Schema of the answers that begin so."""
    labels = [label for label in VOCABULARIES[VOCABULARY] if label not in said.emotions]
    sides = _list_sides(said)
    return _object(
        emotions={
            "type": "array",
            "minItems": MIN_EMOTIONS,
            "maxItems": MAX_EMOTIONS,
            "prefixItems": [_emotion([label]) for label in said.emotions],
            "items": _emotion(labels),
        },
        action_units={
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_UNITS,
            "prefixItems": [_unit([name], [side]) for name, side in said.units],
            "items": {"anyOf": [_unit(names, list(of)) for of, names in sides.items()]},
        },
        description={"type": "string", "pattern": PLAIN_WORDS},
    )


def _list_sides(said: Said) -> dict[tuple[str, ...], list[str]]:
    """Names of the units that may follow, by the sides that each may have."""
    moved = [_NUMBERS[name, side] for name, side in said.units]
    groups: dict[tuple[str, ...], list[str]] = {}
    for au, facs in ACTION_UNITS.items():
        sides = tuple(
            side.value
            for side in Side
            if (facs.name, side.value) in _NUMBERS
            and not any(_exclude(au, side, *other) for other in moved)
        )
        if sides:
            groups.setdefault(sides, []).append(facs.name)
    return groups


def _exclude(au: int, side: Side, other: int, other_side: Side) -> bool:
    """Whether no face can show both: on one half they are the same or each other's reverse."""
    meet = side is other_side or Side.BOTH in {side, other_side}
    if au == other:  # a jaw that moves to one side does not move to the other
        return meet or ACTION_UNITS[au].laterality is Laterality.DIRECTED
    return meet and frozenset((au, other)) in EXCLUSIVE


def _find_shown() -> dict[tuple[str, str], tuple[int, Side]]:
    """Number and side of what a face of the layout can show, by their names."""
    shown = {}
    for (au, facs), side in product(ACTION_UNITS.items(), Side):
        with suppress(ValueError):
            to_blendshapes([ActionUnit(au=au, side=side, intensity=1.0)])
            shown[facs.name, side.value] = (au, side)
    return shown


_NUMBERS = _find_shown()


def _emotion(labels: list[str]) -> Schema:
    return _object(label={"enum": labels}, intensity={"enum": INTENSITIES})


def _unit(names: list[str], sides: list[str]) -> Schema:
    return _object(name={"enum": names}, side={"enum": sides}, intensity={"enum": LETTERS})


def _object(**properties: object) -> Schema:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }
