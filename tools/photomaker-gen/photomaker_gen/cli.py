"""The command line of photomaker-gen."""

from functools import partial
from typing import Annotated

import typer
from affectory_protocol.command import BackendSpec, Determinism, Kind, Run, Tool
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Expression, Faces, Generation, Source

from photomaker_gen.config import (
    DEFAULT_SIZE,
    MAX_PER_RECORD,
    MAX_SIZE,
    MIN_SIZE,
    GenerateConfig,
)
from photomaker_gen.references import collect_references
from photomaker_gen.run import Task, generate_faces, load_backend

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
            min=MIN_SIZE,
            max=MAX_SIZE,
            help=f"Width and height of a picture, pixels, {MIN_SIZE} to {MAX_SIZE}, even.",
        ),
    ] = DEFAULT_SIZE,
    per_record: Annotated[
        int,
        typer.Option(
            min=1,
            max=MAX_PER_RECORD,
            help=f"Pictures made from each record, 1 to {MAX_PER_RECORD}, each of somebody else.",
        ),
    ] = 1,
) -> None:
    """Make a picture of each record's expression, on the face of an adult.

    Example: photomaker-gen generate --backend sketch -i expressions.jsonl -o faces.jsonl
    """
    config = GenerateConfig(size=size, per_record=per_record)
    references = collect_references(run.references(), partial(_read, run))
    task = Task(load_backend(run.backend), config, run.seed, references)
    run.derive(partial(generate_faces, task=task))


def _read(run: Run, record: Record, role: str) -> bytes:
    return run.places.read(record, role)


def main() -> None:
    """Run the command line."""
    tool.main()
