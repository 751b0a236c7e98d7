"""From tracks to films: every frame of a face that moves, drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Derived, DeriveOutcome
from affectory_protocol.places import MAX_ASSET_BYTES
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Generation, Source, Track, Tracks
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, SHAPES, convert

from photomaker_gen.animation import TRACK
from photomaker_gen.arrays import decode_series, encode_series
from photomaker_gen.config import RenderConfig
from photomaker_gen.lending import lend_source
from photomaker_gen.references import Reference, choose_reference
from photomaker_gen.run import LAYOUT, Backend

ROLE = "frames"
"""Role of the array of pictures."""
SUFFIX = "film"
"""Of the id of the record that has them."""
_HEADER_BYTES = 128
"""Of the file of a film, before its pictures; a header of numpy is a multiple of 64 long."""

Frames = npt.NDArray[np.uint8]
Weights = npt.NDArray[np.float32]


@dataclass(frozen=True)
class FilmTask:
    """What `render_films` works with, the same for every record of a run.

    Attributes:
        backend: draws.
        config: how.
        seed: of the run.
        read: gives the bytes of a record's asset in a role.
        references: whose identities are lent; none for invented ones.
    """

    backend: Backend
    config: RenderConfig
    seed: int
    read: Callable[[Record, str], bytes]
    references: Sequence[Reference] = ()


def render_films(records: Sequence[Record], *, task: FilmTask) -> list[DeriveOutcome | RecordError]:
    """Draw every record's track of the face."""
    return [_render_one(record, task) for record in records]


def _render_one(record: Record, task: FilmTask) -> DeriveOutcome | RecordError:
    try:
        track = _find_track(record)
        _refuse_long(track, task.config.size)
        weights = _read_weights(track, task.read(record, track.role), _find_rows(record, track))
        seed = record.seed(task.seed)
        reference = choose_reference(task.references, seed)
        frames = _draw(weights, task, seed, reference)
    except RecordError as error:
        return error
    size = task.config.size
    generation = Generation(
        of=ROLE,
        seed=seed,
        reference=reference.id if reference else None,
        parameters={"size": size},
    )
    lent = () if reference is None else (lend_source(record.get(Source), reference),)
    film = replace(encode_series(frames, track.fps), width=size, height=size)
    return [Derived(suffix=SUFFIX, sections=(*lent, generation), assets={ROLE: film})]


def _find_track(record: Record) -> Track:
    track = record[Tracks].root.get(TRACK)
    if track is None:
        raise RecordError(
            Reason.MISSING_FIELD,
            f"there is no track of the face, as photomaker-gen animate makes: /tracks/{TRACK}",
        )
    return track


def _refuse_long(track: Track, size: int) -> None:
    if _HEADER_BYTES + track.frames * size * size * 3 > MAX_ASSET_BYTES:
        raise RecordError(
            Reason.ASSET_TOO_LARGE,
            f"the film would have more than {MAX_ASSET_BYTES} bytes; give a smaller --size",
        )


def _find_rows(record: Record, track: Track) -> list[int] | None:
    """The rows of the array file that the asset is, None for all."""
    assets = record.get(Assets)
    asset = assets.root.get(track.role) if assets is not None else None
    return None if asset is None else asset.rows


def _read_weights(track: Track, content: bytes, rows: Sequence[int] | None) -> Weights:
    """The weights that are drawn, (frames, 52)."""
    names = LAYOUTS[track.channels]
    series = decode_series(content, (track.frames, len(names)), rows)
    shapes = series[:, [name in SHAPES for name in names]]
    if ((shapes < 0) | (shapes > 1)).any():
        raise RecordError(
            Reason.ASSET_MISMATCH, "the track holds weights of shapes that are not 0 to 1"
        )
    drawn = [convert(row, track.channels, LAYOUT) for row in series.tolist()]
    return np.asarray(drawn, dtype=np.float32)


def _draw(weights: Weights, task: FilmTask, seed: int, reference: Reference | None) -> Frames:
    """Draw the rows, each that is there several times once; (frames, size, size, 3)."""
    size = task.config.size
    distinct, places = np.unique(weights, axis=0, return_inverse=True)
    places = places.reshape(-1)  # releases of numpy differ in its shape
    frames = np.empty((len(weights), size, size, 3), dtype=np.uint8)
    film = task.backend.film(distinct.tolist(), seed=seed, reference=reference, size=size)
    for number, picture in zip(range(len(distinct)), film, strict=True):
        frames[places == number] = picture
    return frames
