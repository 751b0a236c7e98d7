"""A face that moves: from neutral to an expression, a while there, and back.

Each way follows the minimum-jerk curve, which starts and ends at rest, so that no phase begins with
a jolt. Its speed is greatest half-way, 15/8 of the mean.

Source of the curve: Flash and Hogan 1985, The coordination of arm movements, for a movement from
rest to rest. Source of the phases' names: onset, apex and offset, as coders of FACS use them.

Shapes: f frames, c channels. Only sums, products and quotients are used, which IEEE 754 rounds in
one way only, so that every machine makes the same numbers.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from photomaker_gen.movement import MAX_SPEED

Series = npt.NDArray[np.float64]

_SLACK = 1e-9
"""Of a frame: what rounding adds to a product of seconds and frames a second."""


@dataclass(frozen=True)
class Phases:
    """How long each phase is, seconds.

    Attributes:
        onset: from neutral to the full expression.
        hold: at the full expression.
        offset: back to neutral.
    """

    onset: float
    hold: float
    offset: float

    @property
    def begins(self) -> dict[str, float]:
        """When each phase begins, seconds from the start; neutral is the end of the movement."""
        fades = self.onset + self.hold
        return {"onset": 0.0, "apex": self.onset, "offset": fades, "neutral": fades + self.offset}

    def fit(self, fps: float) -> "Phases":
        """The same with the apex on a frame, so that one shows it: the onset is that much longer.

        Args:
            fps: frames a second.
        """
        return replace(self, onset=math.ceil(self.onset * fps - _SLACK) / fps)


def move(pose: Sequence[float], phases: Phases, fps: float) -> Series:
    """Move a face from neutral to a pose and back.

    Args:
        pose: (c,) values at the apex; neutral is 0.
        phases: how long; the apex is on a frame, as of `Phases.fit`.
        fps: frames a second.

    Returns:
        (f, c). The first frame is neutral, one at least is the pose, and the last is the first
        one at which the movement is over.
    """
    end = phases.begins["neutral"]
    times = np.arange(math.ceil(end * fps - _SLACK) + 1, dtype=np.float64) / fps
    shown = _ease(np.minimum(times / phases.onset, (end - times) / phases.offset))
    shown[round(phases.onset * fps)] = 1.0  # the apex is the pose to the last bit,
    shown[-1] = 0.0  # and the last frame is neutral
    return np.outer(shown, pose) + 0.0  # turns -0.0 into 0.0


def is_calm(series: Series, fps: float) -> bool:
    """Whether no channel moves faster than MAX_SPEED.

    Args:
        series: (f, c).
        fps: frames a second.
    """
    steps = np.abs(np.diff(series, axis=0))
    return bool((steps <= MAX_SPEED / fps).all())


def _ease(share: Series) -> Series:
    """The minimum-jerk curve: 0 at 0 and before, 1 at 1 and after."""
    t = np.clip(share, 0.0, 1.0)
    return np.minimum(t * t * t * (10.0 + t * (6.0 * t - 15.0)), 1.0)  # rounding may pass 1
