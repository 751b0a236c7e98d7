"""Finding the minimum of a smooth convex function: L-BFGS.

Every sum is taken by numpy itself and none by a library of linear algebra, whose threads would
decide in which order: the same input gives the same bits.

Source: Nocedal and Wright 2006, Numerical Optimization, algorithms 7.4 and 7.5, with backtracking
(algorithm 3.1) for the step.
"""

from collections import deque
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Objective = Callable[[Vector], tuple[float, Vector]]
"""Value and gradient at a point."""

MEMORY = 10
"""Steps whose curvature is remembered."""
MAX_STEPS = 200
TOLERANCE = 5e-4
"""Length of the gradient, as a share of that at the start, at which the minimum is reached."""
SUFFICIENT = 1e-4
"""Share of the decrease that the slope promises which a step must bring (section 3.1)."""
MAX_HALVINGS = 40


def minimise(objective: Objective, start: Vector) -> Vector:
    """Find the point with the least value.

    Args:
        objective: convex and smooth.
        start: (n,) where to begin.

    Returns:
        (n,) the point, or the last one from which no step led further down.
    """
    point = start
    value, gradient = objective(point)
    enough = TOLERANCE * max(1e-12, _length(gradient))
    steps: deque[tuple[Vector, Vector]] = deque(maxlen=MEMORY)
    for _ in range(MAX_STEPS):
        if _length(gradient) <= enough:
            break
        direction = _find_direction(gradient, steps)
        found = _step_down(objective, point, value, direction, _dot(gradient, direction))
        if found is None:
            break
        after, value, turned = found
        move, turn = after - point, turned - gradient
        if _dot(move, turn) > 0.0:
            steps.append((move, turn))
        point, gradient = after, turned
    return point


def _find_direction(gradient: Vector, steps: deque[tuple[Vector, Vector]]) -> Vector:
    """The way down that the remembered curvature suggests (algorithm 7.4)."""
    direction = -gradient
    shares = []
    for move, turn in reversed(steps):
        share = _dot(move, direction) / _dot(move, turn)
        direction = direction - share * turn
        shares.append(share)
    if steps:
        move, turn = steps[-1]
        direction = direction * (_dot(move, turn) / _dot(turn, turn))
    else:
        direction = direction / max(1.0, _length(gradient))
    for (move, turn), share in zip(steps, reversed(shares), strict=True):
        direction = direction + (share - _dot(turn, direction) / _dot(move, turn)) * move
    return direction


def _step_down(
    objective: Objective, point: Vector, value: float, direction: Vector, slope: float
) -> tuple[Vector, float, Vector] | None:
    """Halve the step until it leads down enough; None when none does."""
    size = 1.0
    for _ in range(MAX_HALVINGS):
        after = point + size * direction
        new, gradient = objective(after)
        if new <= value + SUFFICIENT * size * slope:
            return after, new, gradient
        size /= 2.0
    return None


def _dot(a: Vector, b: Vector) -> float:
    return float((a * b).sum())


def _length(a: Vector) -> float:
    return float(np.sqrt(_dot(a, a)))
