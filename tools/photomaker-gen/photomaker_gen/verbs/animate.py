"""The verb `animate`."""

from functools import partial
from typing import Annotated

import typer
from affectory_protocol.command import Kind, Run
from affectory_protocol.records import Assets, Expression, Tracks
from affectory_protocol.vocabularies.blendshapes import LAYOUTS

from photomaker_gen.movement import (
    DEFAULT_FPS,
    DEFAULT_HOLD,
    DEFAULT_OFFSET,
    DEFAULT_ONSET,
    MAX_FPS,
    MAX_SECONDS,
    MIN_FPS,
    MIN_SECONDS,
    AnimateConfig,
)
from photomaker_gen.tool import tool

_WAY = f"seconds, {MIN_SECONDS} to {MAX_SECONDS:g}"


@tool.verb(kind=Kind.MAP, behaviour=2, needs=(Expression,), writes=(Assets, Tracks), batch_size=16)
def animate(
    run: Run,
    fps: Annotated[
        float,
        typer.Option(min=MIN_FPS, max=MAX_FPS, help="Frames a second, 1 to 240; often 30 or 60."),
    ] = DEFAULT_FPS,
    onset: Annotated[
        float, typer.Option(help=f"From neutral to the expression, {_WAY}.")
    ] = DEFAULT_ONSET,
    hold: Annotated[
        float,
        typer.Option(min=0, max=MAX_SECONDS, help="At the expression, seconds, 0 to 60."),
    ] = DEFAULT_HOLD,
    offset: Annotated[float, typer.Option(help=f"Back to neutral, {_WAY}.")] = DEFAULT_OFFSET,
    layout: Annotated[
        str, typer.Option(help=f"Layout of the track, one of: {', '.join(LAYOUTS)}.")
    ] = "arkit-52",
) -> None:
    """Let each record's face move: from neutral to its expression and back.

    Example: photomaker-gen animate --fps 60 -i expressions.jsonl -o moving.jsonl
    """
    config = AnimateConfig(fps=fps, onset=onset, hold=hold, offset=offset, layout=layout)
    from photomaker_gen.animation import TRACK, animate_faces  # brings numpy

    run.map(partial(animate_faces, config=config), entries={Tracks: TRACK})
