"""The header of a csv of OpenFace: of frames or of photographs, and which units were measured.

Versions before 2.1 put a space behind each comma.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from affectory_protocol.errors import UsageError
from affectory_protocol.vocabularies.action_units import ACTION_UNITS

_FRAME = ("frame", "timestamp", "success")
_FACE = ("face_id", "face")
_UNIT = re.compile(r"AU0*([1-9][0-9]?)_([rc])")
_HINT = "Give csv files as FeatureExtraction and FaceLandmarkImg write them, measured with -aus."


@dataclass(frozen=True, slots=True)
class Header:
    """Where the columns that are read stand, counted from 0.

    Attributes:
        size: number of columns.
        confidence: of the face, 0 to 1.
        face: number of the face; None in files of a version that had no such column.
        frame: number, from 1, time and success of a frame; None in files of photographs.
        intensities: number of a unit to its intensity, 0 to 5.
        presences: number of a unit to whether it is there, 0 or 1.
    """

    size: int
    confidence: int
    face: int | None
    frame: tuple[int, int, int] | None
    intensities: dict[int, int]
    presences: dict[int, int]

    @classmethod
    def parse(cls, cells: Sequence[str], file: int) -> Self:
        """Read a header.

        Args:
            cells: of the first row.
            file: number of the file among those given, from 1.

        Raises:
            UsageError: it is no header of OpenFace with action units.
        """
        names = [cell.strip() for cell in cells]
        places = {name: place for place, name in enumerate(names)}
        units = [
            (int(unit[1]), unit[2], place)
            for name, place in places.items()
            if (unit := _UNIT.fullmatch(name)) is not None and int(unit[1]) in ACTION_UNITS
        ]
        frame = [places[name] for name in _FRAME if name in places]
        if "confidence" not in places or not units or len(frame) not in (0, len(_FRAME)):
            raise UsageError(
                f"file {file} of those given does not begin with a header of OpenFace that has "
                f"confidence, columns such as AU12_r and, for frames, {', '.join(_FRAME)}",
                hint=_HINT,
            )
        return cls(
            size=len(names),
            confidence=places["confidence"],
            face=next((places[name] for name in _FACE if name in places), None),
            frame=(frame[0], frame[1], frame[2]) if frame else None,
            intensities={number: place for number, kind, place in units if kind == "r"},
            presences={number: place for number, kind, place in units if kind == "c"},
        )
