"""The track of a face as a file can hold it: looked up in a record, its numbers checked."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from affectory_protocol.errors import RecordError
from affectory_protocol.places import Places
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Track, Tracks
from affectory_protocol.vocabularies.blendshapes import SHAPES, get_layout

from dataset_io.exports.asset_array import get_asset, read_array

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MIN_FPS, MAX_FPS = 0.01, 1000.0
"""Rates of a file that shows a track, frames a second; clocks tell thousandths of a frame or so."""
_LONGEST = 8
"""Bytes of a number; longer ones differ between machines."""
MAX_START = 1e9
"""Seconds, more than thirty years, in which a float still tells a millionth."""


@dataclass(frozen=True, slots=True)
class Series:
    """A track with its numbers.

    Attributes:
        track: what they mean.
        values: (frames, channels) float32 or float64.
    """

    track: Track
    values: "npt.NDArray[np.floating]"


def get_track(record: Record, name: str) -> Track:
    """The track of a name.

    Raises:
        RecordError: missing-section or missing-field; of a pose that stands still it says what
            makes it move. Its rate or start are none that a file can tell.
    """
    tracks = record.get(Tracks)
    if tracks is not None and name in tracks.root:
        return _check_times(tracks.root[name], name)
    expression = record.get(Expression)
    is_still = expression is not None and expression.blendshapes is not None
    cure = "; `photomaker-gen animate` makes one of the pose in /expression" if is_still else ""
    if tracks is None:
        raise RecordError(Reason.MISSING_SECTION, f"the section is absent: /tracks{cure}")
    raise RecordError(Reason.MISSING_FIELD, f"the track is absent: /tracks/{name}{cure}")


def _check_times(track: Track, name: str) -> Track:
    if not MIN_FPS <= track.fps <= MAX_FPS:
        raise RecordError(
            Reason.MISSING_FIELD,
            f"a file has {MIN_FPS} to {MAX_FPS:g} frames a second: /tracks/{name}/fps",
        )
    if track.start > MAX_START:
        raise RecordError(
            Reason.MISSING_FIELD,
            f"a file begins at {MAX_START:.0f} seconds at most: /tracks/{name}/start",
        )
    return track


def read_series(record: Record, name: str, places: Places) -> Series:
    """A track and its numbers.

    Raises:
        RecordError: as `get_track` and `read_array`; asset-mismatch for an array that is not the
            one that the track describes.
    """
    import numpy as np

    track = get_track(record, name)
    asset = get_asset(record, track.role, f"no asset has the role in /tracks/{name}/role")
    values = cast("npt.NDArray[np.floating]", read_array(asset, places))
    names = get_layout(track.channels)
    is_fraction = values.dtype.kind == "f" and values.dtype.itemsize <= _LONGEST
    if values.shape != (track.frames, len(names)) or not is_fraction:
        raise RecordError(
            Reason.ASSET_MISMATCH,
            f"the array is not the one described in /tracks/{name}: {track.frames} frames of "
            f"{len(names)} numbers with a fraction",
        )
    if not np.isfinite(values).all():
        raise RecordError(Reason.ASSET_MISMATCH, "the array has numbers that are not finite")
    shapes = values[:, [column for column, one in enumerate(names) if one in SHAPES]]
    if (shapes < 0).any() or (shapes > 1).any():
        raise RecordError(Reason.ASSET_MISMATCH, "the array has shapes outside 0 to 1")
    return Series(track, values)
