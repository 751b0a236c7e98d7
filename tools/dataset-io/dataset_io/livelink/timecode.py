"""Timecodes of Live Link Face: HH:MM:SS:FF.mmm, hours to frames and thousandths of a frame.

A timecode is a time of the day. Frames count on a clock of 30 or 60 a second, whatever the rate of
the rows is: at 59.94 rows a second one is 1.001 frames behind the other.
"""

import re
from dataclasses import dataclass

SLOW, FAST = 30, 60
"""Frames a second of the two clocks."""

THOUSAND = 1000
MINUTE, DAY = 60, 86_400
"""Seconds."""
_HOUR = 3600
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
    hour, rest = divmod(whole % DAY, _HOUR)
    minute, second = divmod(rest, MINUTE)
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
        if second >= MINUTE or minute >= MINUTE or hour >= DAY // _HOUR or frame >= FAST:
            raise ValueError(f"hours are below 24, minutes, seconds and frames below {FAST}")
        part = int((match[5] or "").ljust(_DIGITS, "0"))
        return cls((hour * 60 + minute) * 60 + second, frame * THOUSAND + part)
