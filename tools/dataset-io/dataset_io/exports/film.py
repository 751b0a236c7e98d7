"""The frames that a record names, as they become a film."""

from typing import TYPE_CHECKING

from affectory_protocol.errors import RecordError
from affectory_protocol.places import Places
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Asset, Track

from dataset_io.export_config import FilmConfig
from dataset_io.exports.asset_array import get_asset, read_array
from dataset_io.exports.frames import Frames
from dataset_io.exports.track import get_track

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_AXES, _COLOURS = 4, 3
MAX_SIDE = 16_384
"""Width and height of a film, pixels, at most."""
_BLOCK, MAX_BLOCKS = 16, 139_264
"""Side of a block, pixels, and how many a picture has at most: 8192 x 4320 pixels and a little.

Source: ITU-T H.264, table A-1, MaxFS of level 6.2; ffmpeg takes no picture of 16,384 x 16,384.
"""


def read_frames(record: Record, config: FilmConfig, places: Places) -> Frames:
    """Lay the frames of a record into memory as they are asked for.

    Raises:
        RecordError: a track or an asset is absent, the array holds no pictures, or they are not
            those of the track.
    """
    track = get_track(record, config.track)
    missing = f"no asset has the role {config.role}; `photomaker-gen render` draws the frames"
    asset = get_asset(record, config.role, missing)
    pixels = read_array(asset, places)
    if not _holds_pictures(pixels):
        raise RecordError(
            Reason.ASSET_MISMATCH,
            "the array is no (frames, height, width, 3) of uint8, or the pictures are too large: "
            f"/assets/{config.role}",
        )
    _compare(asset, len(pixels), track, config)
    return Frames(lambda: read_array(asset, places).view("u1"), track.fps)


def _holds_pictures(pixels: "npt.NDArray[np.generic]") -> bool:
    if pixels.ndim != _AXES or pixels.dtype.str != "|u1" or not len(pixels):
        return False
    _, height, width, colours = pixels.shape
    blocks = -(-height // _BLOCK) * -(-width // _BLOCK)
    if min(height, width) < 1 or max(height, width) > MAX_SIDE or blocks > MAX_BLOCKS:
        return False
    return bool(colours == _COLOURS)


def _compare(asset: Asset, pictures: int, track: Track, config: FilmConfig) -> None:
    """Refuse pictures that are not one for each frame of the track, at its rate."""
    if pictures != track.frames or asset.fps not in {None, track.fps}:
        rate = "" if asset.fps is None else f" at {asset.fps:g} a second"
        raise RecordError(
            Reason.ASSET_MISMATCH,
            f"{pictures} pictures{rate} are not the {track.frames} frames at {track.fps:g} a "
            f"second of /tracks/{config.track}: /assets/{config.role}",
        )
