"""Decode a still image from bytes, whatever a camera or an editor made of it.

Every tool that looks at images carries this module, the same to the byte (a test compares them):
what one tool can decode, all can, and what is refused is refused for the same reason.
"""

import io
import struct
import warnings
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage

MAX_PIXELS = 100_000_000
"""Largest image decoded, pixels: 300 MB as RGB, and more than most cameras have."""

FORMATS = ("AVIF", "BMP", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""Formats decoded; MPO opens as JPEG. A closed list: Pillow would start an outside program for some
others, and takes almost any bytes for TGA, which has no signature."""

RgbImage = npt.NDArray[np.uint8]

_ORIENTATION_TAG = 0x0112
_MAX_BYTE = 255
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What Pillow's plugins raise on damaged files; found by mutating files of every format."""


def decode_image(content: bytes) -> RgbImage:
    """Decode an image into upright RGB.

    EXIF rotation is applied, transparency is laid over white, 16-bit samples are scaled to 8, CMYK
    and palettes are converted, and of an animation the first frame is taken.

    Args:
        content: the bytes of a file in one of `FORMATS`.

    Returns:
        (h, w, 3) uint8, RGB, origin top left.

    Raises:
        RecordError: asset-undecodable or asset-too-large.
    """
    from PIL import Image  # loaded with the first image, so that --help is quick

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise _too_large()
                opened.load()
                return _as_rgb(_as_upright(opened))
    except RecordError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_large() from error
    except _DAMAGE as error:
        raise RecordError(
            Reason.ASSET_UNDECODABLE,
            f"the file is no image that can be decoded: {len(content)} bytes",
        ) from error


def _too_large() -> RecordError:
    return RecordError(Reason.ASSET_TOO_LARGE, f"the image has more than {MAX_PIXELS} pixels")


def _as_upright(image: "PillowImage") -> "PillowImage":
    """Undo the camera's rotation; metadata that cannot be read says nothing about it."""
    from PIL import Image

    try:
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
    except _DAMAGE:
        return image
    # Exif 2.32, table 6: where row 0 and column 0 of the stored image lie.
    transpositions = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_270,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_90,
    }
    return image.transpose(transpositions[orientation]) if orientation in transpositions else image


def _as_rgb(image: "PillowImage") -> RgbImage:
    from PIL import Image

    if image.mode.startswith("I") or image.mode == "F":
        samples = np.nan_to_num(np.asarray(image, dtype=np.float64))
        scale = _find_grey_scale(image.mode, float(samples.max()))
        grey = np.clip(np.rint(samples * scale), 0, _MAX_BYTE).astype(np.uint8)
        return np.repeat(grey[:, :, None], 3, axis=2)
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, rgba)
    return np.array(image.convert("RGB"), dtype=np.uint8)


def _find_grey_scale(mode: str, peak: float) -> float:
    """Factor from wide grey samples to 8 bits.

    Modes I;16 always span 0 to 65535. I and F do not say what they span: floats up to 1 are
    fractions, values up to 255 are 8-bit, larger ones 16-bit.
    """
    if mode == "F" and peak <= 1:
        return 255.0
    if mode.startswith("I;16") or peak > _MAX_BYTE:
        return 1 / 257
    return 1.0
