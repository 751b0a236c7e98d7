"""Pictures that follow one another, read from an array as they are asked for."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_BYTES_MAPPED = 32 * 2**20
"""What has been read of a file laid into memory stays there until the file is let go."""


@dataclass(frozen=True, slots=True)
class Frames:
    """Pictures that follow one another.

    Attributes:
        open: lays them into memory: (t, h, w, 3) uint8, RGB.
        fps: frames a second of what is shown.
        step: of so many pictures one is shown.
    """

    open: "Callable[[], npt.NDArray[np.uint8]]"
    fps: float
    step: int = 1

    def __len__(self) -> int:
        return math.ceil(len(self.open()) / self.step)

    def __iter__(self) -> "Iterator[npt.NDArray[np.uint8]]":
        """Each picture that is shown, (h, w, 3); memory does not grow with their number."""
        pixels = self.open()
        shown = range(0, len(pixels), self.step)
        held = max(1, _BYTES_MAPPED // max(1, pixels[0].nbytes * self.step))
        for first in range(0, len(shown), held):
            pixels = self.open()  # and what was read before is let go
            for number in shown[first : first + held]:
                yield pixels[number]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, pixels."""
        _, height, width, _ = self.open().shape
        return width, height

    def slow_down(self, fps: float) -> "Frames":
        """As many pictures left out, evenly, that no more are left than this a second."""
        step = max(1, math.ceil(self.fps / fps))
        return Frames(self.open, self.fps / step, step)
