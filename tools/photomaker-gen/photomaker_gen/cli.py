"""The command line of photomaker-gen."""

from functools import partial
from typing import Annotated

import typer
from affectory_protocol.command import BackendSpec, Determinism, Kind, Run, Tool
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Expression, Faces, Generation, Source, Tracks
from affectory_protocol.vocabularies.blendshapes import LAYOUTS

from photomaker_gen import config
from photomaker_gen.references import collect_references
from photomaker_gen.run import Task, generate_faces, load_backend

_SIZES = f"{config.MIN_SIZE} to {config.MAX_SIZE}"
_COPIES = f"1 to {config.MAX_PER_RECORD}"
_WAY = f"seconds, {config.MIN_SECONDS} to {config.MAX_SECONDS:g}"
tool = Tool(
    "photomaker-gen",
    package="photomaker_gen",
    summary="Pictures of faces, from an expression and an identity.",
)


@tool.verb(
    kind=Kind.DERIVE,
    behaviour=2,
    needs=(Expression,),
    reads=(Source,),
    writes=(Assets, Generation),
    backends=(
        BackendSpec(
            "sketch",
            licence="Apache-2.0",
            determinism=Determinism.BYTES,
            measured_on="each of 52 shapes at 1 changes at least 0.3 % of the pixels, 90 % of them "
            "in its feature's region",
        ),
    ),
    seeded=True,
    references=(Assets, Faces, Source),
    batch_size=8,
)
def generate(
    run: Run,
    size: Annotated[
        int,
        typer.Option(
            min=config.MIN_SIZE,
            max=config.MAX_SIZE,
            help=f"Width and height of a picture, pixels, {_SIZES}, even.",
        ),
    ] = config.DEFAULT_SIZE,
    per_record: Annotated[
        int,
        typer.Option(
            min=1,
            max=config.MAX_PER_RECORD,
            help=f"Pictures made from each record, {_COPIES}, each of somebody else.",
        ),
    ] = 1,
) -> None:
    """Make a picture of each record's expression, on the face of an adult.

    Example: photomaker-gen generate --backend sketch -i expressions.jsonl -o faces.jsonl
    """
    chosen = config.GenerateConfig(size=size, per_record=per_record)
    references = collect_references(run.references(), partial(_read, run))
    task = Task(load_backend(run.backend), chosen, run.seed, references)
    run.derive(partial(generate_faces, task=task))


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Expression,), writes=(Assets, Tracks), batch_size=16)
def animate(
    run: Run,
    fps: Annotated[
        float,
        typer.Option(
            min=config.MIN_FPS,
            max=config.MAX_FPS,
            help="Frames a second, 1 to 240; often 30 or 60.",
        ),
    ] = config.DEFAULT_FPS,
    onset: Annotated[float, typer.Option(help=f"From neutral to the expression, {_WAY}.")] = (
        config.DEFAULT_ONSET
    ),
    hold: Annotated[
        float,
        typer.Option(min=0, max=config.MAX_SECONDS, help="At the expression, seconds, 0 to 60."),
    ] = config.DEFAULT_HOLD,
    offset: Annotated[float, typer.Option(help=f"Back to neutral, {_WAY}.")] = (
        config.DEFAULT_OFFSET
    ),
    layout: Annotated[
        str, typer.Option(help=f"Layout of the track, one of: {', '.join(LAYOUTS)}.")
    ] = "arkit-52",
) -> None:
    """Let each record's face move: from neutral to its expression and back.

    Example: photomaker-gen animate --fps 60 -i expressions.jsonl -o moving.jsonl
    """
    chosen = config.AnimateConfig(fps=fps, onset=onset, hold=hold, offset=offset, layout=layout)
    from photomaker_gen.animation import TRACK, animate_faces  # brings numpy

    run.map(partial(animate_faces, config=chosen), entries={Tracks: TRACK})


def _read(run: Run, record: Record, role: str) -> bytes:
    return run.places.read(record, role)


def main() -> None:
    """Run the command line."""
    tool.main()
