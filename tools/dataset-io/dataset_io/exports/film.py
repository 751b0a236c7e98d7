"""The frames that a record names, as they become a film."""

from affectory_protocol.errors import RecordError
from affectory_protocol.places import Places
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record

from dataset_io.export_config import FilmConfig
from dataset_io.exports.asset_array import get_asset, read_array
from dataset_io.exports.frames import Frames
from dataset_io.exports.track import get_track

_AXES, _COLOURS = 4, 3
SLOWEST, FASTEST = 0.01, 1000.0
"""Rates of a film, frames a second; its clock tells thousandths of one."""
MAX_SIDE = 16_384
"""Width and height of a film, pixels, at most: what H.264 can say."""


def read_frames(record: Record, config: FilmConfig, places: Places) -> Frames:
    """Lay the frames of a record into memory as they are asked for.

    Raises:
        RecordError: a track or an asset is absent, or the array holds no pictures.
    """
    track = get_track(record, config.track)
    if not SLOWEST <= track.fps <= FASTEST:
        raise RecordError(
            Reason.MISSING_FIELD,
            f"a film has {SLOWEST} to {FASTEST} frames a second: /tracks/{config.track}/fps",
        )
    missing = f"no asset has the role {config.role}; `photomaker-gen render` draws the frames"
    asset = get_asset(record, config.role, missing)
    pixels = read_array(asset, places)
    if (
        pixels.ndim != _AXES
        or pixels.dtype.str != "|u1"
        or pixels.shape[-1] != _COLOURS
        or not all(1 <= side <= MAX_SIDE for side in pixels.shape[1:3])
        or not len(pixels)
    ):
        raise RecordError(
            Reason.ASSET_MISMATCH,
            f"the array is no (frames, height, width, 3) of uint8: /assets/{config.role}",
        )
    return Frames(lambda: read_array(asset, places).view("u1"), track.fps)
