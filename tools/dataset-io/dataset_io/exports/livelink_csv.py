"""A track of a face as the csv that Live Link Face records."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from affectory_protocol.vocabularies.blendshapes import convert

from dataset_io.livelink.columns import COLUMNS, DECIMALS, HEADER, LAYOUT
from dataset_io.livelink.timecode import choose_clock, write_timecode

if TYPE_CHECKING:
    from dataset_io.exports.track import Series

_ROWS = 256
"""A piece of the file, about 200 kB."""


def write_recording(series: "Series") -> Iterator[bytes]:
    """The file in pieces: the header, then a row for each frame.

    Timecodes begin at the start of the track. Shapes and rotations go to their columns by name;
    what the track's layout has no channel for is 0.

    Args:
        series: of any registered layout.
    """
    yield _join([HEADER])
    track = series.track
    clock = choose_clock(track.fps)
    for first in range(0, track.frames, _ROWS):
        poses = series.values[first : first + _ROWS].tolist()
        yield _join(
            [
                write_timecode(track.start + frame / track.fps, clock),
                str(len(COLUMNS)),
                *map(_write_number, convert(pose, track.channels, LAYOUT)),
            ]
            for frame, pose in enumerate(poses, start=first)
        )


def _write_number(value: float) -> str:
    return f"{value:z.{DECIMALS}f}"  # z: no sign before a zero


def _join(rows: Iterable[Sequence[str]]) -> bytes:
    return "".join(f"{','.join(row)}\n" for row in rows).encode()
