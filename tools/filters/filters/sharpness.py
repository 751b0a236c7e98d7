"""How sharp an image is: the variance of its Laplacian.

Source: Pech-Pacheco et al., Diatom autofocusing in brightfield microscopy: a comparative study,
ICPR 2000, measure LAP_VAR; here of the signed Laplacian and without their factor of 1/6.
"""

from typing import TYPE_CHECKING

import numpy as np

from filters.subject import Subject

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

LONG_SIDE = 512
"""Larger images are reduced to this before they are measured, pixels: the Laplacian looks at
neighbours, so the same picture with more pixels would count as softer."""

_DECIMALS = 3


def measure_sharpness(subject: Subject) -> float:
    """Variance of the Laplacian, squared grey levels (of 256).

    Large images are reduced to `LONG_SIDE` first, small ones are left as they are. About 100 to
    1500 for photographs in focus, below 50 for blurred ones, 0 for a plain surface or fewer than
    3 pixels on a side.

    The sums are of whole numbers, so the result is the same on every machine.
    """
    luma = np.asarray(_reduce(subject.luma), dtype=np.int16)
    if min(luma.shape) < 3:  # noqa: PLR2004 - the Laplacian takes a pixel and its neighbours
        return 0.0
    neighbours = luma[:-2, 1:-1] + luma[2:, 1:-1] + luma[1:-1, :-2] + luma[1:-1, 2:]
    laplacian = (neighbours - 4 * luma[1:-1, 1:-1]).astype(np.int64)
    count = laplacian.size
    total, squares = int(laplacian.sum()), int((laplacian * laplacian).sum())
    return round((squares * count - total * total) / count**2, _DECIMALS)


def _reduce(luma: "PillowImage") -> "PillowImage":
    from PIL import Image

    scale = LONG_SIDE / max(luma.size)
    if scale >= 1:
        return luma
    width, height = (max(1, round(side * scale)) for side in luma.size)
    return luma.resize((width, height), Image.Resampling.LANCZOS)
