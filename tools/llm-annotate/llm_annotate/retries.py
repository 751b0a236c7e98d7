"""Why an attempt failed, and how long to wait before the next one."""

import math
import random
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from time import time

from affectory_protocol.errors import TemporaryError

FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
"""Seconds before the second attempt, doubled for each that follows, and at most."""
LONGEST_ASKED = 600.0
"""Seconds that a server may ask to wait; a run that would wait longer ends, to be repeated."""


@dataclass(frozen=True)
class Failed:
    """An attempt that another one may follow.

    Attributes:
        reason: in words.
        wait: seconds that the server asks for; None when it does not say.
        doubtful: whether the request itself may be the reason; False for what is of the moment.
    """

    reason: str
    wait: float | None = None
    doubtful: bool = True


def choose_wait(failed: Failed, attempt: int) -> float:
    """Seconds before another attempt, a little apart for requests that failed together.

    Args:
        failed: the last one.
        attempt: number of the next one, the first is 0.

    Raises:
        TemporaryError: the server asks for more than `LONGEST_ASKED`.
    """
    wait = failed.wait
    if wait is None:
        wait = min(FIRST_WAIT * 2 ** (attempt - 1), LONGEST_WAIT)
    elif wait > LONGEST_ASKED:
        raise TemporaryError(
            f"the server asks to come back later: {failed.reason}, in {wait:.0f} seconds",
            hint="Everything answered is kept. Repeat the same command then.",
        )
    return wait * (1.0 + 0.25 * random.random())


def read_retry_after(value: str | None) -> float | None:
    """Seconds that a server asks to wait; a date counts from now."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - time()
        except (ValueError, OverflowError):
            return None
    return max(0.0, seconds) if math.isfinite(seconds) else None
