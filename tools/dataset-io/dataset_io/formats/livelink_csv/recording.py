"""The rows of one recording, gathered into poses with their times."""

import math
import re
from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.vocabularies.blendshapes import SHAPES, get_layout

from dataset_io.formats.livelink_csv.header import REQUIRED, Header
from dataset_io.livelink.columns import COUNT, LAYOUT, name_column
from dataset_io.livelink.timecode import Timecode

MAX_ROWS = 1_000_000
"""Over four hours at 60 frames a second: 244 MB of poses, which an asset may have."""
_LEADING = 2
"""Columns before the values: timecode and count."""
_COUNT = re.compile(r"[0-9]{1,4}")
_NUMBER = re.compile(r"[-+]?[0-9.]{1,64}(?:[eE][-+]?[0-9]{1,4})?")
_ROUNDING = 1e-6
"""By so much a shape may lie outside 0 to 1; a step of float32 above 1 is 1.2e-7."""


@dataclass(slots=True)
class Recording:
    """What the rows read so far hold.

    Attributes:
        header: of the file.
        timecodes: of every row.
        poses: values of the rows that have a face, one row behind the other, in the order of the
            layout livelink-csv-61, float32.
        tracked: for each row whether it has a face.
    """

    header: Header
    timecodes: list[Timecode] = field(default_factory=list)
    poses: "array[float]" = field(default_factory=lambda: array("f"))
    tracked: list[bool] = field(default_factory=list)

    def add(self, cells: Sequence[str], number: int) -> None:
        """Read a row.

        Args:
            cells: of the row.
            number: of the row, the header being the first.

        Raises:
            RecordError: malformed-row, with the row and the column at fault.
        """
        if len(self.timecodes) == MAX_ROWS:
            raise RecordError(
                Reason.ASSET_TOO_LARGE, f"a recording has {MAX_ROWS} rows at most; cut it in two"
            )
        if not _LEADING <= len(cells) <= self.header.size:
            raise _refuse(number, f"it has {len(cells)} columns, the header {self.header.size}")
        try:
            timecode = Timecode.parse(cells[0].strip())
        except ValueError as error:
            raise _refuse(number, f"it begins with no timecode: {error}") from None
        count = cells[1].strip()
        if _COUNT.fullmatch(count) is None:
            raise _refuse(number, f"its {COUNT} is no number")
        is_tracked = int(count) > 0
        if is_tracked:
            self.poses.extend(self._read_pose(cells, int(count), number))
        self.timecodes.append(timecode)
        self.tracked.append(is_tracked)

    def _read_pose(self, cells: Sequence[str], count: int, number: int) -> list[float]:
        if sum(bool(cell.strip()) for cell in cells[_LEADING:]) != count:
            raise _refuse(number, f"its {COUNT} is not the number of its values")
        return [self._read_value(cells, name, number) for name in get_layout(LAYOUT)]

    def _read_value(self, cells: Sequence[str], name: str, number: int) -> float:
        place = self.header.places.get(name, len(cells))
        cell = cells[place].strip() if place < len(cells) else ""
        if not cell and name not in REQUIRED:
            return 0.0
        value = _parse(cell)
        if name in SHAPES and -_ROUNDING <= value <= 1 + _ROUNDING:
            return min(max(value, 0.0), 1.0)
        if name in SHAPES or not math.isfinite(value):
            among = " from 0 to 1" if name in SHAPES else ""
            raise _refuse(number, f"{name_column(name)} is no number{among}")
        return value


def _parse(cell: str) -> float:
    """The number in a cell, not a number where there is none."""
    try:
        return float(cell) if _NUMBER.fullmatch(cell) else math.nan
    except ValueError:
        return math.nan


def _refuse(number: int, what: str) -> RecordError:
    return RecordError(Reason.MALFORMED_ROW, f"row {number}: {what}")
