"""Numbers of float models without most of what a batch, a thread or a device changes."""

import numpy as np
from numpy.typing import NDArray

DIGITS = 6
"""Significant ones that are kept, as `tolerance` demands; float32 has some 7."""


def round_digits(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Round each number to 6 significant digits.

    Args:
        values: finite, of any shape.

    Returns:
        float32, of the same shape: of each number the float32 nearest to its 6 digits.
    """
    exact = values.astype(np.float64)
    sizes = np.where(exact == 0.0, 1.0, np.abs(exact))
    scales = 10.0 ** (DIGITS - 1 - np.floor(np.log10(sizes)))
    rounded: NDArray[np.float32] = (np.round(exact * scales) / scales).astype(np.float32)
    return rounded
