"""Which action units faces show: each read back from the shapes that it owns.

Units that own no shape and are known by the exact ratio of two that others own (13, 24, 44) are
read as these others, in what was predicted and in what should have been: a prediction never meets
a ratio. The jaw is read as one unit, dropped.
"""

import numpy as np
from affectory_protocol.facs.arkit import NAMES, OWNERS, SHAPES, name_sides
from affectory_protocol.facs.unit import INTENSITIES
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality
from numpy.typing import NDArray

THRESHOLD = INTENSITIES["A"]
"""Intensity from which a unit is there: the trace, the weakest letter of FACS."""
JAW_DROP = 26
UNITS: tuple[int, ...] = tuple(sorted({*OWNERS, JAW_DROP}))
"""Units that are looked for."""

_TOLERANCE = 1e-6
"""By which an intensity may fall short of the threshold: weights are rounded."""


def find_units(faces: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Say which units each face shows, on one side at least.

    Args:
        faces: (n, s).

    Returns:
        (n, `UNITS`)
    """
    intensities = np.stack([_read(unit, faces.astype(np.float64)) for unit in UNITS], axis=1)
    found: NDArray[np.bool_] = intensities >= THRESHOLD - _TOLERANCE
    return found


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
