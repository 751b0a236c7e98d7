"""Which action units faces show: each read back from the shapes that it owns.

Units that own no shape and are known by the exact ratio of two that others own (13, 24, 44) are
read as these others, in what was predicted and in what should have been: a prediction never meets
a ratio. The jaw is read as one unit, dropped.

Who is unsure predicts weak units where strong ones or none should be, and how weak is a matter of
what it was trained for. Held to one threshold it could fall behind for that alone, so each method
has one for each unit, which serves it best on validation records.

Source: Yang 2001, "A Study on Thresholding Strategies for Text Categorization", section 2.3 (SCut).
"""

from collections.abc import Sequence

import numpy as np
from affectory_protocol.facs.arkit import NAMES, OWNERS, SHAPES, name_sides
from affectory_protocol.facs.unit import INTENSITIES
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality
from numpy.typing import NDArray

THRESHOLD = INTENSITIES["A"]
"""Intensity from which a unit is there: the trace, the weakest letter of FACS."""
CHOICES = (THRESHOLD, 0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.25, 0.3, 0.4)
"""Intensities from which a unit may count as predicted. From 0 on it always does."""
JAW_DROP = 26
UNITS: tuple[int, ...] = tuple(sorted({*OWNERS, JAW_DROP}))
"""Units that are looked for."""

_TOLERANCE = 1e-6
"""By which an intensity may fall short of the threshold: weights are rounded."""


def find_units(
    faces: NDArray[np.floating], thresholds: Sequence[float] = (THRESHOLD,)
) -> NDArray[np.bool_]:
    """Say which units each face shows, on one side at least.

    Args:
        faces: (n, s).
        thresholds: from which intensity on, for all units or for each of `UNITS`.

    Returns:
        (n, `UNITS`)
    """
    found: NDArray[np.bool_] = _read_all(faces) >= np.asarray(thresholds) - _TOLERANCE
    return found


def choose_thresholds(
    faces: NDArray[np.floating], target: NDArray[np.floating]
) -> tuple[float, ...]:
    """Choose from which intensity on each unit counts as predicted: the best for F1.

    Args:
        faces: (v, s) predicted for validation records.
        target: (v, s) what they should be.

    Returns:
        One of `CHOICES` for each of `UNITS`; of equally good ones the first.
    """
    there = find_units(target)
    found = _read_all(faces) >= np.array(CHOICES)[:, None, None] - _TOLERANCE  # (choices, v, units)
    both = 2.0 * (there & found).sum(axis=1)
    either = there.sum(axis=0) + found.sum(axis=1)
    f1 = np.divide(both, either, out=np.zeros_like(both), where=either > 0)  # (choices, units)
    return tuple(CHOICES[row] for row in f1.argmax(axis=0))


def _read_all(faces: NDArray[np.floating]) -> NDArray[np.float64]:
    return np.stack([_read(unit, faces.astype(np.float64)) for unit in UNITS], axis=1)


def _read(unit: int, faces: NDArray[np.float64]) -> NDArray[np.float64]:
    """How strong a unit is on its stronger side: as strong as the weakest of its shapes."""
    rows = [(name_sides(stem), weight) for stem, weight in SHAPES[unit].shapes]
    sides = [
        np.min([faces[:, NAMES.index(names[side])] / weight for names, weight in rows], axis=0)
        for side in (0, 1)
    ]
    is_whole = ACTION_UNITS[unit].laterality is Laterality.WHOLE
    read: NDArray[np.float64] = np.min(sides, axis=0) if is_whole else np.max(sides, axis=0)
    return read
