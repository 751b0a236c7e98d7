"""Recordings of Live Link Face as records: one a file, with the track of its face."""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Imported, NewAsset, Row
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Source, Track, Tracks, Unit

from dataset_io.array_file import EXTENSION, MEDIA_TYPE, encode_array
from dataset_io.delimited import CellRow, Dialect, read_cells
from dataset_io.formats.livelink_csv.filling import fill, tell_pace
from dataset_io.formats.livelink_csv.header import Header
from dataset_io.formats.livelink_csv.recording import Recording
from dataset_io.ids import build_id
from dataset_io.lines import read_lines, refuse_utf_16
from dataset_io.livelink.columns import LAYOUT
from dataset_io.livelink.config import LiveLinkConfig
from dataset_io.stems import name_files

TRACK, ROLE = "face", "face_track"
"""Names of the track, and of the asset that holds it."""

_DIALECT = Dialect()
_TERMS = {"licence", "consent", "citation"}


class _RowError(Exception):
    """A row that cannot be read."""

    def __init__(self, row: CellRow, error: RecordError) -> None:
        super().__init__(error.message)
        self.row = row
        self.error = error


def read_recordings(paths: Sequence[Path], config: LiveLinkConfig) -> Iterator[Row]:
    """Read files of Live Link Face.

    A row of the import is a file. A reject has the bytes and the place of the row in it that is at
    fault, the header where all of it is; a file that is taken is told by its digest, as it may be
    long.

    Raises:
        UsageError: two files have one name, or one is UTF-16.
    """
    refuse_utf_16(paths)
    names = name_files(paths, config.dataset)
    return _read_files(paths, names, config)


def _read_files(
    paths: Sequence[Path], names: Sequence[str], config: LiveLinkConfig
) -> Iterator[Row]:
    offset = 0
    for path, name in zip(paths, names, strict=True):
        yield _read_file(path, offset, name, config)
        offset += path.stat().st_size


def _read_file(path: Path, offset: int, name: str, config: LiveLinkConfig) -> Row:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    try:
        return Row(offset, digest, _import(_gather(path), name, config))
    except _RowError as refused:
        return Row(offset + refused.row.offset, refused.row.raw, refused.error)


def _gather(path: Path) -> tuple[CellRow, Recording]:
    rows = read_cells(read_lines([path]), _DIALECT)
    first = next(rows, None)
    if first is None:
        raise _RowError(CellRow(0, b"", []), RecordError(Reason.MALFORMED_ROW, "the file is empty"))
    try:
        recording = Recording(Header.parse(first.checked()))
    except RecordError as error:
        raise _RowError(first, error) from None
    for number, row in enumerate(rows, start=2):
        try:
            recording.add(row.checked(), number)
        except RecordError as error:
            raise _RowError(row, error) from None
    return first, recording


def _import(gathered: tuple[CellRow, Recording], name: str, config: LiveLinkConfig) -> Imported:
    first, recording = gathered
    try:
        pace = tell_pace(recording, config.fps)
        poses = fill(recording, pace, config.gaps)
    except RecordError as error:  # of the whole recording, so of where it begins
        raise _RowError(first, error) from None
    track = Track(role=ROLE, fps=pace.fps, channels=LAYOUT, unit=Unit.WEIGHT, frames=len(poses))
    given = config.model_dump(include=_TERMS, exclude_none=True)
    groups = {"media": f"{config.dataset}:{name}"}
    source = Source(dataset=config.dataset, groups=groups, **given)
    asset = NewAsset(
        encode_array(poses),
        MEDIA_TYPE,
        EXTENSION,
        shape=poses.shape,
        dtype=poses.dtype.name,
        fps=pace.fps,
        duration=len(poses) / pace.fps,
    )
    return Imported(
        build_id(config.dataset, name), (source, Tracks({TRACK: track})), assets={ROLE: asset}
    )
