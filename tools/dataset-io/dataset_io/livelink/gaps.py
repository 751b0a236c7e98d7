"""What can become of moments at which a recording has no face."""

from enum import StrEnum


class Gaps(StrEnum):
    """What becomes of frames without a face, and of frames that the phone dropped."""

    REJECT = "reject"
    HOLD = "hold"
