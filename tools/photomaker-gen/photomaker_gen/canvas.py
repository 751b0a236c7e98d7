"""A canvas that fills outlines with smooth edges, one half of a mirrored picture at a time.

Coverage is exact along a row and sampled on 16 lines a pixel down a column: each crossing of an
outline with a line adds its signed area to a buffer, whose running sum is the coverage.

Source: the accumulation buffer of Levien's font-rs (2015), here for numpy, sampled down a column.

Shapes: h, w pixels of the canvas.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from photomaker_gen.colour import Rgb
from photomaker_gen.geometry import PLANE, Points

_LINES = 16
"""Sample lines a pixel row."""

_GRID = 64.0
"""Outlines are rounded to this fraction of a pixel, so that noise in the last bit cannot show."""

Coverage = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Mask:
    """Coverage 0 to 1 of a box of pixels; nothing is covered outside it."""

    left: int
    top: int
    coverage: Coverage

    def meet(self, other: "Mask") -> "Mask":
        """Keep what both masks cover."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        right = min(self.left + self.coverage.shape[1], other.left + other.coverage.shape[1])
        bottom = min(self.top + self.coverage.shape[0], other.top + other.coverage.shape[0])
        if right <= left or bottom <= top:
            return Mask(0, 0, np.zeros((0, 0), dtype=np.float32))
        return Mask(
            left, top, self.cut(left, top, right, bottom) * other.cut(left, top, right, bottom)
        )

    def cut(self, left: int, top: int, right: int, bottom: int) -> Coverage:
        """Take the coverage of a box of pixels that lies inside the mask's."""
        return self.coverage[
            top - self.top : bottom - self.top, left - self.left : right - self.left
        ]


class MaskMemory:
    """Masks of the picture before and of this one: most outlines do not move from one to the next.

    They are all of one size of canvas. Nothing writes into a mask once it is made.
    """

    def __init__(self) -> None:
        self._before: dict[tuple[bytes, ...], Mask] = {}
        self._now: dict[tuple[bytes, ...], Mask] = {}

    def turn(self) -> None:
        """Begin the next picture: what this one had no use for is forgotten."""
        self._before, self._now = self._now, {}

    def recall(self, outlines: Sequence[Points], cover: Callable[[Sequence[Points]], Mask]) -> Mask:
        """The mask of these outlines, made where it is not known."""
        key = tuple(outline.tobytes() for outline in outlines)
        mask = self._now.get(key) or self._before.get(key)
        if mask is None:
            mask = cover(outlines)
        self._now[key] = mask
        return mask


class Canvas:
    """The half of a square picture to the right of its midline.

    Args:
        size: height of the picture, pixels; even. The half is size / 2 wide.
        masks: made before, of canvases of this size; none for a picture that stands alone.
    """

    def __init__(self, size: int, masks: MaskMemory | None = None) -> None:
        self.height = size
        self._masks = MaskMemory() if masks is None else masks
        self.width = size // 2
        self.scale = size / PLANE
        self.pixels: npt.NDArray[np.float32] = np.zeros(
            (self.height, self.width, 3), dtype=np.float32
        )

    def copy(self) -> "Canvas":
        """A canvas that looks like this one so far."""
        copied = Canvas(self.height, self._masks)
        copied.pixels = self.pixels.copy()
        return copied

    def mask(self, *outlines: Points) -> Mask:
        """Cover the inside of closed outlines; those that turn the other way cut holes.

        Args:
            outlines: (n, 2) each, units of the plane.
        """
        return self._masks.recall(outlines, self._cover)

    def _cover(self, outlines: Sequence[Points]) -> Mask:
        scaled = [np.rint(outline * (self.scale * _GRID)) / _GRID for outline in outlines]
        corners = np.concatenate(scaled)
        left = int(np.clip(np.floor(corners[:, 0].min()), 0, self.width))
        right = int(np.clip(np.ceil(corners[:, 0].max()), left, self.width))
        top = int(np.clip(np.floor(corners[:, 1].min()), 0, self.height))
        bottom = int(np.clip(np.ceil(corners[:, 1].max()), top, self.height))
        starts = corners - [left, top]
        ends = np.concatenate([np.roll(outline, -1, axis=0) for outline in scaled]) - [left, top]
        return Mask(left, top, _accumulate(starts, ends, bottom - top, right - left))

    def fill(
        self, shape: Points | Mask, colour: Rgb, opacity: float = 1.0, *, within: Mask | None = None
    ) -> None:
        """Paint a shape in one colour.

        Args:
            shape: outline in units of the plane, or a mask.
            colour: sRGB, 0 to 255.
            opacity: 0 to 1.
            within: paint only where this mask is.
        """
        if opacity <= 0.0:
            return
        mask = shape if isinstance(shape, Mask) else self.mask(shape)
        if within is not None:
            mask = mask.meet(within)
        self._blend(mask, np.asarray(colour, dtype=np.float32), opacity)

    def fade(
        self, mask: Mask, top: tuple[float, Rgb], bottom: tuple[float, Rgb], opacity: float = 1.0
    ) -> None:
        """Paint a mask in a vertical gradient.

        Args:
            mask: where to paint.
            top: y in units, and the colour there and above.
            bottom: y in units, and the colour there and below.
            opacity: 0 to 1.
        """
        rows = (np.arange(mask.coverage.shape[0]) + mask.top + 0.5) / self.scale
        t = np.clip((rows - top[0]) / max(bottom[0] - top[0], 1.0), 0.0, 1.0)[:, None, None]
        colours = np.asarray(top[1]) * (1.0 - t) + np.asarray(bottom[1]) * t
        self._blend(mask, colours.astype(np.float32), opacity)

    def glow(
        self,
        centre: tuple[float, float],
        radii: tuple[float, float],
        colour: Rgb,
        opacity: float,
        *,
        within: Mask | None = None,
    ) -> None:
        """Paint a soft spot that fades to nothing at its rim: light, shade or blush.

        Args:
            centre: x and y, units.
            radii: to the left and right, and up and down, units.
            colour: sRGB, 0 to 255.
            opacity: at the centre, 0 to 1.
            within: paint only where this mask is.
        """
        if opacity <= 0.0:
            return
        (x, y), (radius_x, radius_y) = centre, radii
        left = int(np.clip(np.floor((x - radius_x) * self.scale), 0, self.width))
        right = int(np.clip(np.ceil((x + radius_x) * self.scale), left, self.width))
        top = int(np.clip(np.floor((y - radius_y) * self.scale), 0, self.height))
        bottom = int(np.clip(np.ceil((y + radius_y) * self.scale), top, self.height))
        u = ((np.arange(left, right) + 0.5) / self.scale - x) / radius_x
        v = ((np.arange(top, bottom) + 0.5) / self.scale - y) / radius_y
        falloff = np.maximum(1.0 - (u * u)[None, :] - (v * v)[:, None], 0.0)
        mask = Mask(left, top, (falloff * falloff).astype(np.float32))
        self._blend(
            mask if within is None else mask.meet(within), np.asarray(colour, np.float32), opacity
        )

    def _blend(self, mask: Mask, colour: npt.NDArray[np.float32], opacity: float) -> None:
        rows, columns = mask.coverage.shape
        box = self.pixels[mask.top : mask.top + rows, mask.left : mask.left + columns]
        box += (colour - box) * (mask.coverage * np.float32(opacity))[:, :, None]


def _accumulate(starts: Points, ends: Points, height: int, width: int) -> Coverage:
    first = np.ceil(np.minimum(starts[:, 1], ends[:, 1]) * _LINES - 0.5)
    last = np.ceil(np.maximum(starts[:, 1], ends[:, 1]) * _LINES - 0.5)
    first = np.clip(first, 0, height * _LINES).astype(np.int64)
    counts = np.clip(last, 0, height * _LINES).astype(np.int64) - first
    edge = np.repeat(np.arange(len(starts)), counts)
    line = np.arange(len(edge)) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    rise = ends[:, 1] - starts[:, 1]
    slope = (ends[:, 0] - starts[:, 0]) / np.where(rise == 0.0, 1.0, rise)
    x = starts[edge, 0] + ((line + 0.5) / _LINES - starts[edge, 1]) * slope[edge]
    x = np.clip(x, 0.0, width)
    column = x.astype(np.int64)
    share = x - column
    sign = np.where(rise > 0.0, 1.0, -1.0)[edge] / _LINES
    cell = (line // _LINES) * (width + 2) + column
    length = height * (width + 2)
    buffer = np.bincount(cell, sign * (1.0 - share), length)
    buffer += np.bincount(cell + 1, sign * share, length)
    signed = np.cumsum(buffer.reshape(height, width + 2), axis=1)[:, :width]
    return np.minimum(np.abs(signed), 1.0).astype(np.float32)
