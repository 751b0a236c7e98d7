"""What the timecodes of a recording are counted on.

Nothing in the file says which clock it is. The importer of Unreal Engine takes one of 60 where a
frame above 30 occurs, and so does this module (LiveLinkFaceImporterFactory.cpp, InferFrameRate).

A clock may leave numbers out ("drop-frame"), so that it keeps to the time of the day: at 29.97
frames a second 0 and 1, at 59.94 0 to 3, in the first second of each minute that is no multiple of
ten. No frame is dropped by that. Source: SMPTE ST 12-1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from dataset_io.livelink.timecode import DAY, FAST, MINUTE, SLOW, THOUSAND, Timecode

_NTSC = 1.001
_LEFT_OUT = {SLOW: 2, FAST: 4}
_KEPT = 10
"""Minutes at whose multiples no number is left out."""
_WITNESSES = 2
"""Minutes that have to say so: at one, rows with just these numbers may have been dropped."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How timecodes count.

    Attributes:
        frames: numbers a second.
        left_out: of them at the beginning of a minute that is no multiple of ten.
    """

    frames: int
    left_out: int = 0

    @property
    def fps(self) -> float:
        """Frames a second."""
        return self.frames / _NTSC if self.left_out else float(self.frames)

    def measure_gaps(self, timecodes: Sequence[Timecode]) -> list[int]:
        """Thousandths of a frame from each timecode to the next; midnight may lie between two."""
        gaps = (self._count(after) - self._count(one) for one, after in pairwise(timecodes))
        day = self._count(Timecode(DAY, 0))
        return [gap + day if gap < -day // 2 else gap for gap in gaps]

    def _count(self, timecode: Timecode) -> int:
        """Thousandths of a frame since midnight."""
        minutes = timecode.second // MINUTE
        skipped = (minutes - minutes // _KEPT) * self.left_out
        return (timecode.second * self.frames - skipped) * THOUSAND + timecode.thousandths


def find_clock(timecodes: Sequence[Timecode]) -> Clock:
    """The clock that the timecodes of a recording are told by."""
    highest = max(one.thousandths for one in timecodes)
    frames = FAST if highest >= SLOW * THOUSAND else SLOW
    dropping = Clock(frames, _LEFT_OUT[frames])
    return dropping if _is_followed(dropping, timecodes) else Clock(frames)


def _is_followed(clock: Clock, timecodes: Sequence[Timecode]) -> bool:
    """Whether no timecode has a number that is left out, and steps over them are as all others."""
    first = clock.left_out * THOUSAND
    if any(_begins_minute(one) and one.thousandths < first for one in timecodes):
        return False
    crossings = list(_find_crossings(clock, timecodes))
    if len(crossings) < _WITNESSES:
        return False
    usual = median_low(Clock(clock.frames).measure_gaps(timecodes))
    in_time = [gap for gap in crossings if abs(gap - usual) < min(usual, first) / 2]
    return len(in_time) >= _WITNESSES


def _begins_minute(timecode: Timecode) -> bool:
    minute, second = divmod(timecode.second, MINUTE)
    return second == 0 and minute % _KEPT != 0


def _find_crossings(clock: Clock, timecodes: Sequence[Timecode]) -> Iterator[int]:
    """The gaps, thousandths of a frame, in which a number is left out."""
    for before, after in pairwise(timecodes):
        if _begins_minute(after) and before.second // MINUTE < after.second // MINUTE:
            yield from clock.measure_gaps([before, after])
