"""How fast the rows of a recording follow one another, and where rows are missing.

A recording says when each row was taken and nothing of a rate. The gap that is usual is one frame.
A row may be late, and those behind it catch up; where they do not, a frame was dropped.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from statistics import fmean, median, median_low

from dataset_io.livelink.timecode import THOUSAND

_NTSC = 1.001
_KNOWN = tuple(
    sorted([*map(float, range(1, 241)), *(round(n / _NTSC, 3) for n in (24, 30, 60, 120))])
)
"""Rates that cameras and films have, frames a second; broadcasting has some divided by 1.001."""
_CATCH_UP = 3
"""Rows, behind one that comes late, within which the lateness has to be made up for."""
_FOLLOW = 1 / 8
"""Share by which the moment at which a row is expected follows that at which it came."""
_ROUNDING = 1
"""By so many thousandths of a frame two timecodes, each rounded, are wrong together."""
_ERRORS = 3 * 1.4826 * 1.2533
"""Three standard errors of a median of many, in median deviations: normal deviations assumed."""
_DECIMALS = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """Rate and places of the rows of a recording.

    Attributes:
        fps: frames a second.
        places: number of the frame that each row is, from 0; all there are if none is missing.
    """

    fps: float
    places: list[int]


def find_pace(gaps: Sequence[int], clock: float) -> Pace:
    """Tell the rate of a recording from the gaps between its rows.

    Args:
        gaps: thousandths of a frame of the clock, one fewer than there are rows.
        clock: frames a second of the timecodes.

    Returns:
        The rate of the clock for a single row, which has no gap.

    Raises:
        ValueError: time stands still, or goes back; it names the row.
    """
    for number, gap in enumerate(gaps, start=2):
        if gap <= 0:
            raise ValueError(f"the timecode of row {number} is not behind that of the row before")
    if not gaps:
        return Pace(clock, [0])
    times = list(accumulate(gaps, initial=0))
    places = _find_places(times, _find_usual(gaps))
    return Pace(_find_rate(times, places, clock), places)


def _find_usual(gaps: Sequence[int]) -> float:
    """The gap of a frame: the mean of those near the median, late rows and dropped ones aside."""
    middle = median_low(gaps)
    return fmean(gap for gap in gaps if middle / 2 < gap < middle * 3 / 2)


def _find_places(times: Sequence[int], usual: float) -> list[int]:
    """The frame that each row is.

    A row is late by frames that were dropped only if all of the next rows are late, too. The fewer
    of them there are, the nearer to a whole frame they have to be: half of one is enough where all
    are there, an eighth may lack where the last row stands alone.
    """
    places = [0]
    moment = 0.0
    for row in range(1, len(times)):
        coming = times[row : row + 1 + _CATCH_UP]
        late = min(time - moment - n * usual for n, time in enumerate(coming, start=1)) / usual
        lacking = len(coming) / (1 + _CATCH_UP) / 2
        step = 1 + max(0, math.ceil(late - 1 + lacking))
        places.append(places[-1] + step)
        moment += step * usual
        moment += _FOLLOW * (times[row] - moment)
    return places


def _find_rate(times: Sequence[int], places: Sequence[int], clock: float) -> float:
    """Frames a second: a rate that is known where the timecodes bear it out, else what they say.

    It is the median of the rates over half of the recording, on which late rows have no bearing.
    """
    half = len(times) // 2
    pairs = range(half, len(times))
    frame = median((times[n] - times[n - half]) / (places[n] - places[n - half]) for n in pairs)
    spread = median(
        abs(times[n] - times[n - half] - (places[n] - places[n - half]) * frame) for n in pairs
    )
    measured = clock * THOUSAND / frame
    known = min(_KNOWN, key=lambda rate: abs(rate - measured))
    wrong = abs(clock * THOUSAND / known - frame) * half
    if wrong <= _ROUNDING + _ERRORS * spread / math.sqrt(len(pairs)):
        return known
    return round(measured, _DECIMALS)
