"""The verbs of `export` that write what moves: a track, and films."""

from collections.abc import Callable
from functools import cache, partial
from typing import Annotated, NoReturn

import typer
from affectory_protocol.command import Run
from affectory_protocol.errors import UnavailableError, UsageError
from affectory_protocol.outcomes import NewAsset
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Expression, Tracks
from affectory_protocol.sink_store import SinkStore
from affectory_protocol.verb import Declared
from affectory_protocol.workplace import is_wire

from dataset_io.export_config import FilmConfig, TrackConfig
from dataset_io.exports.bundle import Bundle, Take
from dataset_io.exports.ffmpeg import FORMATS, find_missing

TrackName = Annotated[str, typer.Option("--track", help="Name of the track.")]
FramesRole = Annotated[str, typer.Option("--role", help="Role of the asset with the frames.")]


def livelink_csv(run: Run, *, track: TrackName = "face") -> None:
    """Write tracks of faces as Live Link Face records them: one as OUTPUT, several in a folder.

    Example: dataset-io export livelink-csv -i moving.jsonl -o face.csv
    """
    from dataset_io.exports.livelink_csv import write_recording
    from dataset_io.exports.track import read_series

    config = TrackConfig(track=track)
    places = run.places

    def make(record: Record) -> Take:
        series = read_series(record, config.track, places)
        return Take(write_recording(series), series.track.fps, series.track.frames)

    def check(record: Record) -> None:
        read_series(record, config.track, places)

    _write(run, make, check, "text/csv", "csv")


def mp4(run: Run, *, role: FramesRole = "frames", track: TrackName = "face") -> None:
    """Write frames as films in H.264: one as OUTPUT, several in a folder that OUTPUT lists.

    Example: dataset-io export mp4 -i drawn.jsonl -o face.mp4
    """
    _write_films(run, FilmConfig(role=role, track=track), "mp4")


def gif(run: Run, *, role: FramesRole = "frames", track: TrackName = "face") -> None:
    """Write frames as GIFs, 50 a second at most: one as OUTPUT, several in a folder that it lists.

    Example: dataset-io export gif -i drawn.jsonl -o face.gif
    """
    _write_films(run, FilmConfig(role=role, track=track), "gif")


def _write_films(run: Run, config: FilmConfig, kind: str) -> None:
    from dataset_io.exports.film import read_frames

    form, places = FORMATS[kind], run.places

    @cache
    def require_program() -> None:
        if missing := find_missing(kind):
            raise UnavailableError(f"missing: {missing[0].what}", hint=missing[0].do)

    def make(record: Record) -> Take:
        require_program()  # not before: a film that is finished needs none
        frames = read_frames(record, config, places).slow_down(form.max_fps)
        return Take(form.write(frames), frames.fps, len(frames))

    def check(record: Record) -> None:
        read_frames(record, config, places)

    _write(run, make, check, form.media_type, kind)


def _write(
    run: Run,
    make: Callable[[Record], Take],
    check: Callable[[Record], None],
    media_type: str,
    extension: str,
) -> None:
    is_piped = is_wire(run.settings.output) and run.settings.assets is None
    store = None if is_piped else SinkStore(run.settings)
    put = _refuse_several if store is None else store.put
    bundle = Bundle(make, put, media_type, extension)
    run.sink(bundle.write, check=check, store=store)


def _refuse_several(_: NewAsset) -> NoReturn:
    raise UsageError(
        "the manifest has several records, and a pipe takes one file",
        hint="Name a folder for their files with --assets; the output is then their list.",
    )


MOVING: Declared = {"reads": (Assets, Tracks, Expression), "writes": (Assets,)}
"""The expression is read to say of a pose that stands still what makes it move."""


def declare_film(kind: str) -> Declared:
    """What the verb of a kind of film declares: it needs a program."""
    return {**MOVING, "check": partial(find_missing, kind)}
