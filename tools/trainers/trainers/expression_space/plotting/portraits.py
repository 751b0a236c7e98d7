"""Drawn faces of records, from a manifest of pictures, small enough to travel inside a page."""

import base64
import io
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.places import Places
from affectory_protocol.record import Record
from affectory_protocol.records import Assets

ROLE = "image"
SIDE = 128
"""Longer side of a picture in the page, pixels."""
QUALITY = 85
"""Of 100: a drawn face takes some 3 kB."""


def read_portraits(manifest: Path, wanted: Collection[str], places: Places) -> Mapping[str, str]:
    """Read the faces of some records.

    Args:
        manifest: of records that have a picture in the role `image`. One is the face of the record
            that it was derived from, else of the record with its own id.
        wanted: ids of the records.
        places: where pictures lie.

    Returns:
        Pictures as data: addresses, by the id of their record; the first of several.

    Raises:
        UsageError: a line is no record, or a picture cannot be read.
    """
    found: dict[str, str] = {}
    for number, record in _read_records(manifest):
        owner = record.members.get("parent") or record.id
        if isinstance(owner, str) and owner in wanted and owner not in found:
            try:
                found[owner] = _shrink(places.read(record, ROLE))
            except RecordError as error:
                raise UsageError(
                    f"a picture of --faces cannot be used, in line {number}: {error.message}",
                    hint="Its folder of assets is named with --root assets=DIR.",
                ) from None
    return found


def _read_records(manifest: Path) -> Iterator[tuple[int, Record]]:
    with manifest.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield number, Record.parse(line.rstrip(b"\r\n"), sections=(Assets,))
            except RecordError as error:
                raise UsageError(
                    f"--faces holds no valid record in line {number}: {error.message}",
                    hint="Look at it with `manifest validate`.",
                ) from None


def _shrink(content: bytes) -> str:
    from PIL import Image

    from trainers.image import decode_image  # it loads numpy

    small = Image.fromarray(decode_image(content))
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, format="JPEG", quality=QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
