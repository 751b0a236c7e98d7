"""The first row of a recording: which column holds which shape."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.vocabularies.blendshapes import SHAPES, get_layout

from dataset_io.livelink.columns import COUNT, LAYOUT, TIMECODE, name_column

_NAMES = {name.lower(): name for name in get_layout(LAYOUT)}
REQUIRED = SHAPES - {"tongueOut"}
"""Values that a frame has: not all trackers measure the tongue, nor write rotations."""
_LEADING = (TIMECODE.lower(), COUNT.lower())
_SHOWN = 3
"""Columns that are absent, as many as a message names."""


@dataclass(frozen=True, slots=True)
class Header:
    """What the columns of a recording hold.

    Attributes:
        places: number of the column of each shape and rotation that is there, from 0.
        size: number of columns.
    """

    places: dict[str, int]
    size: int

    @classmethod
    def parse(cls, cells: Sequence[str]) -> Self:
        """Find the columns by their names, whatever their order and the case of their letters.

        Raises:
            RecordError: malformed-row, with the column at fault.
        """
        names = [cell.strip().lower() for cell in cells]
        if tuple(names[: len(_LEADING)]) != _LEADING:
            raise _refuse(f"its first two columns are not {TIMECODE} and {COUNT}")
        places: dict[str, int] = {}
        for place, name in enumerate(names[len(_LEADING) :], start=len(_LEADING)):
            known = _NAMES.get(name)
            if known is None:
                raise _refuse(f"column {place + 1} is no shape or rotation of Live Link Face")
            if known in places:
                raise _refuse(f"column {place + 1} repeats {name_column(known)}")
            places[known] = place
        absent = [name_column(name) for name in sorted(REQUIRED - places.keys())]
        if absent:
            more = "" if len(absent) <= _SHOWN else f" and {len(absent) - _SHOWN} more"
            raise _refuse(f"no column is called {', '.join(absent[:_SHOWN])}{more}")
        return cls(places, len(names))


def _refuse(what: str) -> RecordError:
    return RecordError(Reason.MALFORMED_ROW, f"row 1 is no header of Live Link Face: {what}")
