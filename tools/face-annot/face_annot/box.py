"""Boxes around faces, and which of several that overlap is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

MAX_SHARED = 0.5
"""Two boxes are of one face when the smaller has more than this share of its area in the larger."""


@dataclass(frozen=True, slots=True)
class Box:
    """A box an image's sides run parallel to, origin top left.

    Attributes:
        x0: left edge, pixels.
        y0: top edge, pixels.
        x1: right edge, pixels.
        y1: bottom edge, pixels.
        confidence: how sure the detector is, 0 to 1.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    confidence: float

    @property
    def area(self) -> float:
        """Square pixels."""
        return max(0.0, self.x1 - self.x0) * max(0.0, self.y1 - self.y0)


def compute_shared(one: Box, other: Box) -> float:
    """Area that two boxes share, as a share of the smaller one's: 1 when it lies in the larger."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    smaller = min(one.area, other.area)
    if width <= 0 or height <= 0 or smaller <= 0:
        return 0.0
    return width * height / smaller


def suppress_nested(boxes: Sequence[Box]) -> list[Box]:
    """Keep the surest of the boxes around one face.

    Overlap is measured against the smaller box rather than the union, since a cascade fires on
    parts of a face as well: the box of a mouth lies in that of its face and is little of the union.

    Args:
        boxes: in any order.

    Returns:
        What is left, largest first.
    """
    kept: list[Box] = []
    for box in sorted(boxes, key=_surest_first):
        if all(compute_shared(box, better) <= MAX_SHARED for better in kept):
            kept.append(box)
    return sorted(kept, key=_largest_first)


def _surest_first(box: Box) -> tuple[float, ...]:
    return (-box.confidence, -box.area, box.x0, box.y0)


def _largest_first(box: Box) -> tuple[float, ...]:
    return (-box.area, -box.confidence, box.x0, box.y0)
