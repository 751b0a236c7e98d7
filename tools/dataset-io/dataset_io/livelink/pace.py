"""How fast the rows of a recording follow one another, and where rows are missing.

A recording says when each row was taken and nothing of a rate. The gap that is most usual is one
frame; a gap of two or more is a frame that the phone dropped.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low

from dataset_io.livelink.timecode import THOUSAND

_NTSC = 1.001
_KNOWN = tuple(
    sorted([*map(float, range(1, 241)), *(round(n / _NTSC, 3) for n in (24, 30, 60, 120))])
)
"""Rates that cameras and films have, frames a second; broadcasting has some divided by 1.001."""
_ROUNDING = 1
"""By so many thousandths of a frame two timecodes, each rounded, are wrong together."""
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


def find_pace(gaps: Sequence[int], clock: int) -> Pace:
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
        return Pace(float(clock), [0])
    usual = median_low(gaps)
    places = [0]
    for gap in gaps:
        places.append(places[-1] + max(1, round(gap / usual)))
    return Pace(_find_rate(places[-1], sum(gaps), clock), places)


def _find_rate(frames: int, elapsed: int, clock: int) -> float:
    """Frames a second: a rate that is known where the timecodes bear it out, else what they say."""
    measured = frames * clock * THOUSAND / elapsed
    known = min(_KNOWN, key=lambda rate: abs(rate - measured))
    if abs(frames * clock * THOUSAND / known - elapsed) <= _ROUNDING:
        return known
    return round(measured, _DECIMALS)
