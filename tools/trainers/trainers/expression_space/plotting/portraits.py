"""Drawn faces of records, from a manifest of pictures, small enough to travel inside a page."""

import base64
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.places import Places
from affectory_protocol.reading import LineReader, clean_line, placed_lines
from affectory_protocol.record import Gate, Record
from affectory_protocol.records import Assets
from affectory_protocol.settings import DEFAULT_MAX_LINE_BYTES

ROLE = "image"
SIDE = 128
"""Longer side of a picture in the page, pixels."""
QUALITY = 85
"""Of 100: a drawn face takes some 3 kB."""


@dataclass(frozen=True)
class Portrait:
    """A drawn face.

    Attributes:
        address: the picture itself, a data: address.
        owner: id of the record that it was drawn for.
    """

    address: str
    owner: str


def read_portraits(
    manifest: Path, wanted: Mapping[str, str], places: Places
) -> dict[str, Portrait]:
    """Read the faces of some records.

    Args:
        manifest: of records with a picture in the role `image`. One is the face of the record that
            it was derived from, else of the record with its own id.
        wanted: for the id of each record with a face that is shown, the id of that which shows it:
            itself, or one whose face is identical.
        places: where pictures lie.

    Returns:
        By the id of the record that shows it: the first picture of its own, else the first of a
        record whose face is identical. One that has neither is left out.

    Raises:
        UsageError: a line is no record, or a picture cannot be read.
    """
    found: dict[str, Portrait] = {}
    for offset, record in _read_records(manifest):
        owner = record.members.get("parent") or record.id
        if not isinstance(owner, str) or (shown := wanted.get(owner)) is None:
            continue
        if not _is_better(owner, shown, found.get(shown)):
            continue
        try:
            found[shown] = Portrait(_shrink(places.read(record, ROLE)), owner)
        except RecordError as error:
            raise UsageError(
                f"a picture of --faces cannot be used, at byte {offset}: {error.message}",
                hint="Its folder of assets is named with --root assets=DIR.",
            ) from None
    return found


def _is_better(owner: str, shown: str, before: Portrait | None) -> bool:
    return before is None or (owner == shown and before.owner != shown)


def _read_records(manifest: Path) -> Iterator[tuple[int, Record]]:
    """The records that have a picture, and where their lines begin, bytes."""
    gate = Gate((Assets,))
    with manifest.open("rb") as file:
        reader = LineReader(
            file.fileno(), max_line_bytes=DEFAULT_MAX_LINE_BYTES, absorb=lambda _: None
        )
        for offset, line in placed_lines(reader, "--faces"):
            try:
                record = gate.admit(clean_line(line, offset))
            except RecordError as error:
                raise UsageError(
                    f"--faces holds no valid record at byte {offset}: {error.message}",
                    hint="Look at it with `manifest validate`.",
                ) from None
            assets = record.get(Assets)
            if assets is not None and ROLE in assets.root:
                yield offset, record


def _shrink(content: bytes) -> str:
    from PIL import Image

    from trainers.image import decode_image  # it loads numpy

    small = Image.fromarray(decode_image(content))
    small.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.save(buffer, format="JPEG", quality=QUALITY, optimize=True)
    return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
