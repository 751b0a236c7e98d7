"""The colours of a person in a photograph.

Patches are placed relative to the box of the face, in widths and heights of the box from its top
left corner. Boxes of detectors reach from brow or hairline to chin; the patches allow for either.
Every colour is a median, so that a few wrong pixels (glasses, a highlight) do not count.

Shapes: n pixels.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from photomaker_gen.colour import WHITE, Rgb, mix
from photomaker_gen.identity import FaceColours
from photomaker_gen.image import RgbImage

Pixels = npt.NDArray[np.float64]
Patch = tuple[float, float, float, float]
"""x0, y0, x1, y1 in widths and heights of the face's box."""

_SKIN: tuple[Patch, ...] = (
    (0.22, 0.52, 0.38, 0.68),
    (0.62, 0.52, 0.78, 0.68),
    (0.36, 0.14, 0.64, 0.24),
)
_LIPS: tuple[Patch, ...] = ((0.36, 0.72, 0.64, 0.86),)
_EYES: tuple[Patch, ...] = ((0.25, 0.34, 0.40, 0.46), (0.60, 0.34, 0.75, 0.46))
_HAIR: tuple[Patch, ...] = ((0.28, -0.15, 0.72, -0.01),)
_CLOTHES: tuple[Patch, ...] = ((-0.1, 1.5, 1.1, 2.1),)
_BACKGROUND: tuple[Patch, ...] = ((-1.0, -0.4, -0.45, 0.5), (1.45, -0.4, 2.0, 0.5))

_NEAR = 42.0
"""Distance in sRGB below which a pixel counts as skin, not as hair or clothes."""
_MIN_PIXELS = 12
"""Fewer pixels than this say nothing."""
_PASTEL = 0.42
"""Share of white mixed into the background, so that the person stands out from it."""


def sample_colours(image: RgbImage, bbox_xyxy: Sequence[float]) -> FaceColours:
    """Take the colours of a face and of what surrounds it.

    Args:
        image: (h, w, 3) uint8, sRGB.
        bbox_xyxy: box of the face, pixels of the image.

    Returns:
        The colours; null for what lies outside the picture or cannot be told from the skin.
    """
    skin_pixels = _take(image, bbox_xyxy, _SKIN)
    skin = _median(_between(skin_pixels, _lightness(skin_pixels), 0.35, 0.85))
    if skin is None:
        return FaceColours()
    background = _median(_take(image, bbox_xyxy, _BACKGROUND))
    hair = _unlike(_take(image, bbox_xyxy, _HAIR), skin)
    return FaceColours(
        skin=skin,
        hair=_median(_between(hair, _lightness(hair), 0.2, 0.8)),
        iris=_sample_iris(image, bbox_xyxy),
        lips=_sample_lips(image, bbox_xyxy),
        clothes=_median(_unlike(_take(image, bbox_xyxy, _CLOTHES), skin)),
        background=None if background is None else mix(background, WHITE, _PASTEL),
    )


def _sample_lips(image: RgbImage, bbox_xyxy: Sequence[float]) -> Rgb | None:
    pixels = _take(image, bbox_xyxy, _LIPS)
    redness = pixels[:, 0] - 0.5 * (pixels[:, 1] + pixels[:, 2])
    return _median(_between(pixels, redness, 0.7, 0.97))


def _sample_iris(image: RgbImage, bbox_xyxy: Sequence[float]) -> Rgb | None:
    # The darkest pixels of an eye are pupil and lashes, the lightest its white and the lid.
    pixels = _take(image, bbox_xyxy, _EYES)
    return _median(_between(pixels, _lightness(pixels), 0.08, 0.3))


def _take(image: RgbImage, bbox_xyxy: Sequence[float], patches: tuple[Patch, ...]) -> Pixels:
    height, width = image.shape[:2]
    left, top, right, bottom = bbox_xyxy
    taken = []
    for x0, y0, x1, y1 in patches:
        columns = _whole((left + x0 * (right - left), left + x1 * (right - left)), width)
        rows = _whole((top + y0 * (bottom - top), top + y1 * (bottom - top)), height)
        taken.append(image[rows, columns].reshape(-1, 3))
    return np.concatenate(taken).astype(np.float64)


def _whole(ends: tuple[float, float], limit: int) -> slice:
    first, last = (min(max(round(end), 0), limit) for end in ends)
    return slice(first, max(first, last))


def _lightness(pixels: Pixels) -> npt.NDArray[np.float64]:
    return np.asarray(0.299 * pixels[:, 0] + 0.587 * pixels[:, 1] + 0.114 * pixels[:, 2])


def _between(pixels: Pixels, key: npt.NDArray[np.float64], low: float, high: float) -> Pixels:
    """Keep the pixels whose key ranks between two shares of them all."""
    order = np.argsort(key, kind="stable")
    kept = order[int(low * len(order)) : int(high * len(order))]
    return np.asarray(pixels[kept])


def _unlike(pixels: Pixels, colour: Rgb) -> Pixels:
    difference = pixels - np.asarray(colour)
    distance = np.sqrt((difference * difference).sum(axis=1))
    return np.asarray(pixels[distance > _NEAR])


def _median(pixels: Pixels) -> Rgb | None:
    if len(pixels) < _MIN_PIXELS:
        return None
    red, green, blue = (float(value) for value in np.median(pixels, axis=0))
    return (red, green, blue)
