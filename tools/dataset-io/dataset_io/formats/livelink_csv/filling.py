"""From the rows of a recording to one pose a frame: what is done where a frame has none."""

import numpy as np
import numpy.typing as npt
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.vocabularies.blendshapes import get_layout

from dataset_io.formats.livelink_csv.recording import MAX_ROWS, Recording
from dataset_io.livelink.clock import find_clock
from dataset_io.livelink.columns import LAYOUT
from dataset_io.livelink.gaps import Gaps
from dataset_io.livelink.pace import Pace, find_pace

WIDTH = len(get_layout(LAYOUT))


def tell_pace(recording: Recording, fps: float | None) -> Pace:
    """The rate of a recording and which frame each row is.

    Args:
        recording: its rows.
        fps: frames a second where a person says them; rows then follow one another.

    Raises:
        RecordError: malformed-row, where there is no row or time goes back.
    """
    if not recording.timecodes:
        raise RecordError(Reason.MALFORMED_ROW, "there is no row behind the header")
    if fps is not None:
        return Pace(fps, list(range(len(recording.timecodes))))
    clock = find_clock(recording.timecodes)
    try:
        return find_pace(clock.measure_gaps(recording.timecodes), clock.fps)
    except ValueError as error:
        raise RecordError(Reason.MALFORMED_ROW, str(error)) from None


def fill(recording: Recording, pace: Pace, gaps: Gaps) -> npt.NDArray[np.float32]:
    """One pose for every frame.

    Args:
        recording: its rows.
        pace: which frames they are.
        gaps: `hold` repeats the pose before a gap, and before the first face that one.

    Returns:
        (frames, 61) float32, in the layout livelink-csv-61.

    Raises:
        RecordError: malformed-row for a recording without a face, or with gaps that are not to be
            filled; asset-too-large.
    """
    seen = np.array(pace.places, dtype=np.int64)[recording.tracked]
    frames = pace.places[-1] + 1
    if not len(seen):
        raise RecordError(Reason.MALFORMED_ROW, "no row has a face")
    if missing := frames - len(seen):
        if gaps is Gaps.REJECT:
            # A clock that leaves out numbers of frames looks like one that lost frames.
            advice = "" if frames == len(pace.places) else ", --fps takes every row for a frame"
            raise RecordError(
                Reason.MALFORMED_ROW,
                f"{missing} of {frames} frames have no face or were dropped, the first of them "
                f"frame {_find_first(seen)}; --gaps hold repeats the pose before them{advice}",
            )
        if frames > MAX_ROWS:
            raise RecordError(
                Reason.ASSET_TOO_LARGE, f"with its gaps filled it would have {frames} frames"
            )
    poses = np.frombuffer(recording.poses, dtype=np.float32).reshape(-1, WIDTH)
    latest = np.searchsorted(seen, np.arange(frames), side="right") - 1
    return poses[np.maximum(latest, 0)]


def _find_first(seen: npt.NDArray[np.int64]) -> int:
    """The first frame, from 0, that is not among those seen, of which there is one."""
    late = np.flatnonzero(seen != np.arange(len(seen)))
    return int(late[0]) if len(late) else len(seen)
