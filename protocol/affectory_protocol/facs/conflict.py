"""Action units that exclude each other, and what is done when both are asked for.

Exclusive: the muscles cannot do both, or the shapes undo each other; the weaker goes.
Antagonist: both may be seen at once, but not both strongly; the weaker is cut back until the two
do not exceed 1. A smile held down at its corners (12 with 15) is the display of embarrassment.

Units exclude each other on the side they share: one eye may be wide while the other winks. A
unit without sides goes as a whole.

Sources:
    12 with 15: named by AI-Unicamp/LLM-Generated-Dataset-WVH-SIBGRAPI-2025, which also forbids
    5 with 7. That pair stays allowed here: the EMFACS prototypes of fear and of anger hold both.
    The rest follows from what the units do: a lid is raised or it falls, lips are pursed or
    stretched, pressed or apart.
"""

from collections.abc import Iterable, Mapping, Sequence

from affectory_protocol.facs.sides import Sides, join_sides, split_sides
from affectory_protocol.records import ActionUnit
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality


def _pair_all(first: Iterable[int], second: Iterable[int]) -> frozenset[frozenset[int]]:
    others = tuple(second)
    return frozenset(frozenset((one, other)) for one in first for other in others)


EXCLUSIVE: frozenset[frozenset[int]] = (
    _pair_all((5,), (41, 42, 43, 44, 45, 46))  # upper lid up, or down
    | _pair_all((7,), (43, 45, 46))  # a closed eye has no lid to tighten
    | _pair_all((18, 22), (20,))  # lips forward, or stretched sideways
    | _pair_all((24, 28), (25, 26, 27))  # lips closed, or open
    | _pair_all((28,), (22,))  # lips inward, or outward
    | _pair_all((61,), (62,))  # gaze left, or right
    | _pair_all((63,), (64,))  # gaze up, or down
)
"""Pairs of which only the stronger stays."""

ANTAGONIST: frozenset[frozenset[int]] = frozenset({frozenset((12, 15))})
"""Pairs whose intensities add up to at most 1."""


def _find_partners(au: int, pairs: frozenset[frozenset[int]]) -> frozenset[int]:
    return frozenset(other for pair in pairs if au in pair for other in pair if other != au)


_EXCLUDED_BY = {au: _find_partners(au, EXCLUSIVE) for au in ACTION_UNITS}
_HELD_BY = {au: _find_partners(au, ANTAGONIST) for au in ACTION_UNITS}


def resolve_conflicts(units: Sequence[ActionUnit]) -> list[ActionUnit]:
    """Take out of a set of units what the face cannot show at once.

    Units are admitted from the strongest to the weakest, of equally strong ones the lower number
    first. One that is exclusive with a unit already admitted is left out on the side they share;
    an antagonist of one is cut back. Doing it again changes nothing.

    Returns:
        Units by number, without conflicts.

    Raises:
        ValueError: a unit that does not exist, or a side it cannot have.
    """
    return join_sides(resolve_halves(split_sides(units)))


def resolve_halves(halves: Mapping[int, Sides]) -> dict[int, Sides]:
    """Do what `resolve_conflicts` does, to units split into halves."""
    admitted: dict[int, Sides] = {}
    for au in sorted(halves, key=lambda number: (-max(halves[number]), number)):
        sides = halves[au]
        for other in _EXCLUDED_BY[au] & admitted.keys():
            sides = Sides(
                *(
                    0.0 if rival > 0 else half
                    for half, rival in zip(sides, admitted[other], strict=True)
                )
            )
        for other in _HELD_BY[au] & admitted.keys():
            sides = Sides(
                *(
                    min(half, 1.0 - rival)
                    for half, rival in zip(sides, admitted[other], strict=True)
                )
            )
        if ACTION_UNITS[au].laterality is Laterality.WHOLE:
            sides = Sides(min(sides), min(sides))
        admitted[au] = sides
    return admitted
