"""What kind of image a file is and how large, without decoding its pixels.

Source: Pillow 12 and later; EXIF 2.3, tag 0x0112 (orientation); PNG third edition, section
11.3.3.4 (eXIf).
"""

import struct
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PIXELS = 100_000_000
"""Largest image admitted, pixels: 300 MB as RGB, above all but a few cameras' single frames."""

MEDIA_TYPES = {
    "AVIF": "image/avif",
    "BMP": "image/bmp",
    "GIF": "image/gif",
    "JPEG": "image/jpeg",
    "JPEG2000": "image/jp2",
    "MPO": "image/jpeg",  # a JPEG with further pictures behind the first
    "PNG": "image/png",
    "PPM": "image/x-portable-anymap",
    "TIFF": "image/tiff",
    "WEBP": "image/webp",
}
"""Formats that are told by their first bytes, and their media types."""

_FORMATS = tuple(sorted(MEDIA_TYPES.keys() - {"MPO"}))  # MPO is found by the reader of JPEG
_DAMAGE = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    struct.error,
    zlib.error,
)
"""What Pillow's readers raise on damaged files."""

_ORIENTATION = 0x0112
_SIDEWAYS = frozenset({5, 6, 7, 8})
"""Orientations in which the width of the picture is the height of the stored rows."""

_PNG_SIGNATURE_BYTES = 8
_PNG_CHUNK = struct.Struct(">I4s")
_PNG_CHECKSUM_BYTES = 4
_MAX_EXIF_BYTES = 2**16
"""What fits into the marker segment of a JPEG, for which EXIF was made."""


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """Media type and size.

    Attributes:
        media_type: for example image/jpeg.
        width: of the upright picture, pixels.
        height: of the upright picture, pixels.
    """

    media_type: str
    width: int
    height: int


def read_image_header(file: BinaryIO) -> ImageHeader:
    """Read the header of an image and check what can be checked without decoding it.

    Args:
        file: open for reading and seekable.

    Raises:
        RecordError: asset-undecodable or asset-too-large.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # damaged metadata, sizes that are judged here
            with Image.open(file, formats=_FORMATS) as opened:
                header = _describe(opened, file)
                opened.verify()
    except UnidentifiedImageError:
        raise RecordError(
            Reason.ASSET_UNDECODABLE, f"the file is none of {', '.join(_FORMATS)}"
        ) from None
    except Image.DecompressionBombError:
        raise _too_large() from None
    except _DAMAGE as error:
        raise RecordError(
            Reason.ASSET_UNDECODABLE, f"the image is damaged: {type(error).__name__}"
        ) from None
    return header


def _describe(opened: "Image", file: BinaryIO) -> ImageHeader:
    width, height = opened.size
    if width * height > MAX_PIXELS:
        raise _too_large()
    if not width or not height:
        raise RecordError(Reason.ASSET_UNDECODABLE, "the image has no pixels")
    # of a TIFF, Pillow has told the upright size already
    if opened.format != "TIFF" and _read_orientation(opened, file) in _SIDEWAYS:
        width, height = height, width
    return ImageHeader(MEDIA_TYPES[opened.format or ""], width, height)


def _read_orientation(opened: "Image", file: BinaryIO) -> object:
    from PIL import Image

    if opened.format == "PNG" and "exif" not in opened.info:
        late = _read_late_exif(file)
        if late is not None:
            opened.info["exif"] = b"Exif\0\0" + late
    # not the method of PNG, which decodes the whole picture to look behind it
    return Image.Image.getexif(opened).get(_ORIENTATION)


def _read_late_exif(file: BinaryIO) -> bytes | None:
    """Find an eXIf chunk anywhere in a PNG, also behind the picture."""
    file.seek(_PNG_SIGNATURE_BYTES)
    while len(head := file.read(_PNG_CHUNK.size)) == _PNG_CHUNK.size:
        length, name = _PNG_CHUNK.unpack(head)
        if name == b"eXIf":
            return file.read(min(length, _MAX_EXIF_BYTES))
        file.seek(length + _PNG_CHECKSUM_BYTES, 1)
    return None


def _too_large() -> RecordError:
    return RecordError(Reason.ASSET_TOO_LARGE, f"the image has more than {MAX_PIXELS} pixels")
