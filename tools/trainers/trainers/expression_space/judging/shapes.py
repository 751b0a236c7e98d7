"""How far faces are from those they should be, by the part of the face."""

import numpy as np
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from numpy.typing import NDArray

LAYOUT = "arkit-52"
NAMES: tuple[str, ...] = LAYOUTS[LAYOUT]
PARTS = ("brow", "eye", "cheek", "mouth", "jaw", "nose", "tongue")
"""Each shape's name begins with the part that it moves."""
WHOLE = "all"

_ROWS = {part: [i for i, name in enumerate(NAMES) if name.startswith(part)] for part in PARTS}


def measure_errors(
    faces: NDArray[np.floating], targets: NDArray[np.floating]
) -> dict[str, NDArray[np.float64]]:
    """The mean absolute error of each face, in weights from 0 to 1.

    Args:
        faces: (n, s).
        targets: (n, s).

    Returns:
        (n,) for the whole face and for each part of it.
    """
    errors = np.abs(faces.astype(np.float64) - targets.astype(np.float64))
    parts = {part: errors[:, rows].mean(axis=1) for part, rows in _ROWS.items()}
    return {WHOLE: errors.mean(axis=1), **parts}


def measure_outside(faces: NDArray[np.floating]) -> NDArray[np.float64]:
    """The share of weights of each face that no face can have: below 0 or above 1.

    Args:
        faces: (n, s).

    Returns:
        (n,)
    """
    shares: NDArray[np.float64] = ((faces < 0.0) | (faces > 1.0)).mean(axis=1)
    return shares
