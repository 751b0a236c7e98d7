"""Points and curves of the drawing plane.

The plane is 512 units wide and high whatever the size of the picture: x runs from -256 to 256 with
0 on the face's midline, y from 0 at the top to 512 at the bottom. Positive x is the viewer's right,
the person's left.

Shapes: n points. Only sums, products, quotients and square roots are used, which IEEE 754 rounds in
one way only, so that every machine draws the same curve.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

PLANE = 512.0
"""Width and height of the drawing plane, units."""

Points = npt.NDArray[np.float64]

_STEPS = 8
"""Line segments drawn for each pair of neighbouring points of a curve."""

_COSINES = tuple(
    # cos and sin of k * 360 / 32 degrees, k = 0..8, to 9 digits; the rest are reflections.
    (round(float(c), 9), round(float(s), 9))
    for c, s in (
        (1.0, 0.0),
        (0.980785280, 0.195090322),
        (0.923879533, 0.382683432),
        (0.831469612, 0.555570233),
        (0.707106781, 0.707106781),
        (0.555570233, 0.831469612),
        (0.382683432, 0.923879533),
        (0.195090322, 0.980785280),
        (0.0, 1.0),
    )
)


def as_points(pairs: Sequence[tuple[float, float]]) -> Points:
    """Make an (n, 2) array of x and y from pairs."""
    return np.array(pairs, dtype=np.float64).reshape(-1, 2)


def shift(points: Points, right: float, down: float) -> Points:
    """Move points, units."""
    return np.asarray(points + np.array([right, down]))


def mirror(points: Points) -> Points:
    """Reflect points on the midline, last point first, so that a half outline can be closed."""
    return np.asarray(points[::-1] * np.array([-1.0, 1.0]))


def smoothstep(low: float, high: float, value: Points | float) -> Points:
    """Rise from 0 at `low` to 1 at `high` without a kink at either end."""
    t = np.clip((np.asarray(value, dtype=np.float64) - low) / (high - low), 0.0, 1.0)
    return t * t * (3.0 - 2.0 * t)


def open_curve(points: Points) -> Points:
    """Draw a Catmull-Rom curve through points, ends included.

    Source: Catmull and Rom 1974, the uniform cubic with tension 1/2.
    """
    padded = np.concatenate(
        [2.0 * points[:1] - points[1:2], points, 2.0 * points[-1:] - points[-2:-1]]
    )
    return np.concatenate([_through(padded), points[-1:]])


def closed_curve(points: Points) -> Points:
    """Draw a closed Catmull-Rom curve through points."""
    return _through(np.concatenate([points[-1:], points, points[:2]]))


def _through(padded: Points) -> Points:
    a, b, c, d = (padded[i : len(padded) - 3 + i, None, :] for i in range(4))
    t = (np.arange(_STEPS, dtype=np.float64) / _STEPS)[None, :, None]
    curve = 0.5 * (
        2.0 * b
        + t * ((c - a) + t * ((2.0 * a - 5.0 * b + 4.0 * c - d) + t * (3.0 * (b - c) + d - a)))
    )
    return curve.reshape(-1, 2)


def ellipse(x: float, y: float, radius_x: float, radius_y: float) -> Points:
    """Outline an ellipse with 32 corners, the same to the left and the right of its centre."""
    quadrant = np.asarray(_COSINES, dtype=np.float64)
    half = np.concatenate([quadrant, (quadrant * [-1.0, 1.0])[-2::-1]])
    circle = np.concatenate([half, (half * [1.0, -1.0])[-2:0:-1]])
    return circle * [radius_x, radius_y] + [x, y]


def stroke(line: Points, width: float, *, start: float = 0.0, end: float = 0.0) -> Points:
    """Outline a brush stroke along a line, widest in the middle.

    Args:
        line: (n, 2), units; at least two points.
        width: greatest width, units.
        start: width at the first point, as a share of `width`.
        end: width at the last point, as a share of `width`.
    """
    along = np.arange(len(line), dtype=np.float64) / (len(line) - 1)
    belly = 4.0 * along * (1.0 - along)
    profile = belly + (1.0 - belly) * (start + (end - start) * along)
    return ribbon(line, 0.5 * width * profile)


def ribbon(line: Points, half_widths: Points) -> Points:
    """Outline a line of changing width.

    Args:
        line: (n, 2), units.
        half_widths: (n,), units, at each point to either side.
    """
    tangent = np.empty_like(line)
    tangent[1:-1] = line[2:] - line[:-2]
    tangent[0] = line[1] - line[0]
    tangent[-1] = line[-1] - line[-2]
    length = np.sqrt(tangent[:, 0] * tangent[:, 0] + tangent[:, 1] * tangent[:, 1])
    normal = np.stack([-tangent[:, 1], tangent[:, 0]], axis=1) / np.maximum(length, 1e-6)[:, None]
    offset = normal * half_widths[:, None]
    return np.concatenate([line + offset, (line - offset)[::-1]])
