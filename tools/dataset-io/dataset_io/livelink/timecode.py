"""Timecodes of Live Link Face: HH:MM:SS:FF.mmm, hours to frames and thousandths of a frame.

A timecode is a time of the day. Frames count on a clock of 30 or 60 a second, whatever the rate of
the rows is: at 59.94 rows a second one is 1.001 frames behind the other. Nothing in the file says
which of the two clocks it is; the importer of Unreal Engine takes 60 where a frame above 30 occurs,
and so does this module (LiveLinkFaceImporterFactory.cpp, InferFrameRate).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

SLOW, FAST = 30, 60
"""Frames a second of the two clocks."""

THOUSAND = 1000
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_TIMECODE = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,3})(?:\.([0-9]{1,3}))?")
_DIGITS = 3
"""Of the thousandths; fewer are filled up behind: .5 is 500."""


def choose_clock(fps: float) -> int:
    """The clock that rows of this rate are told by, frames a second."""
    return SLOW if fps <= SLOW else FAST


def write_timecode(seconds: float, clock: int) -> str:
    """Write a time, 0 or more, to the nearest thousandth of a frame.

    Args:
        seconds: since the start; after a day they begin again.
        clock: frames a second.
    """
    frames, thousandths = divmod(round(seconds * clock * THOUSAND), THOUSAND)
    whole, frame = divmod(frames, clock)
    hour, rest = divmod(whole % _DAY, _HOUR)
    minute, second = divmod(rest, _MINUTE)
    return f"{hour:02}:{minute:02}:{second:02}:{frame:02}.{thousandths:03}"


@dataclass(frozen=True, slots=True)
class Timecode:
    """A time of the day, on a clock that is not known yet.

    Attributes:
        second: of the day.
        thousandths: of a frame, since that second began.
    """

    second: int
    thousandths: int

    @classmethod
    def parse(cls, text: str) -> "Timecode":
        """Read a timecode.

        Raises:
            ValueError: it is none.
        """
        match = _TIMECODE.fullmatch(text)
        if match is None:
            raise ValueError("the form is HH:MM:SS:FF.mmm")
        hour, minute, second, frame = (int(part) for part in match.groups()[:4])
        if second >= _MINUTE or minute >= _MINUTE or hour >= _DAY // _HOUR or frame >= FAST:
            raise ValueError(f"hours are below 24, minutes, seconds and frames below {FAST}")
        part = int((match[5] or "").ljust(_DIGITS, "0"))
        return cls((hour * 60 + minute) * 60 + second, frame * THOUSAND + part)


def find_clock(timecodes: Sequence[Timecode]) -> int:
    """The clock that the timecodes of a recording are told by, frames a second."""
    highest = max(one.thousandths for one in timecodes)
    return FAST if highest >= SLOW * THOUSAND else SLOW


def measure_gaps(timecodes: Sequence[Timecode], clock: int) -> list[int]:
    """Thousandths of a frame from each timecode to the next; midnight may lie between two."""
    places = [(one.second * clock) * THOUSAND + one.thousandths for one in timecodes]
    day = _DAY * clock * THOUSAND
    gaps = (after - before for before, after in pairwise(places))
    return [gap + day if gap < -day // 2 else gap for gap in gaps]
