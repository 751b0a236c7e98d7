"""A picture made small enough to travel inside the page."""

import base64
import io
from dataclasses import dataclass

JPEG_QUALITY = 82
"""Of 100: faces stay clean at 192 pixels and take about 6 kB."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG.

    Attributes:
        data_uri: the picture itself as a data: address.
        width: pixels.
        height: pixels.
        source_width: pixels of the upright picture it was made from.
        source_height: pixels.
    """

    data_uri: str
    width: int
    height: int
    source_width: int
    source_height: int


def make_thumbnail(content: bytes, size: int) -> Thumbnail:
    """Shrink a picture; the same bytes give the same bytes.

    Args:
        content: a file in any format Pillow reads.
        size: longer side of the result, pixels; smaller pictures keep their size.

    Raises:
        RecordError: asset-undecodable or asset-too-large.
    """
    from PIL import Image  # loaded when the first picture is, so --help is quick

    from report.image import decode_image  # it loads numpy

    pixels = decode_image(content)
    height, width = pixels.shape[:2]
    small = Image.fromarray(pixels)
    small.thumbnail((size, size), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, format="JPEG", quality=JPEG_QUALITY, optimize=True)
    encoded = base64.b64encode(buffer.getvalue()).decode("ascii")
    return Thumbnail(f"data:image/jpeg;base64,{encoded}", *small.size, width, height)
