"""Which action units faces show: shapes read back as units, and which of these are there."""

from functools import lru_cache

import numpy as np
from affectory_protocol.facs import to_action_units
from affectory_protocol.facs.arkit import COMPOSITES, OWNERS
from affectory_protocol.facs.unit import INTENSITIES
from numpy.typing import NDArray

THRESHOLD = INTENSITIES["A"]
"""Intensity from which a unit is there: the trace, the weakest letter of FACS."""
UNITS: tuple[int, ...] = tuple(sorted({*OWNERS, *COMPOSITES, 26, 27}))
"""Units that shapes can be read back as."""

_COLUMNS = {unit: column for column, unit in enumerate(UNITS)}
_CACHED_FACES = 16_384
"""Faces remembered, some 500 bytes each: constants and prototypes recur."""


def find_units(faces: NDArray[np.floating]) -> NDArray[np.bool_]:
    """Say which units each face shows, on one side at least; weights are cut to 0 to 1.

    Args:
        faces: (n, s).

    Returns:
        (n, `UNITS`)
    """
    bounded = np.clip(faces.astype(np.float64), 0.0, 1.0)
    found = np.zeros((len(faces), len(UNITS)), dtype=np.bool_)
    for row, face in enumerate(bounded):
        found[row, list(_find_columns(face.tobytes()))] = True
    return found


@lru_cache(maxsize=_CACHED_FACES)
def _find_columns(face: bytes) -> tuple[int, ...]:
    units = to_action_units(np.frombuffer(face).tolist())
    return tuple({_COLUMNS[unit.au] for unit in units if unit.intensity >= THRESHOLD})
