"""The verb `generate`."""

from functools import partial
from typing import Annotated

import typer
from affectory_protocol.command import Kind, Run
from affectory_protocol.records import Assets, Expression, Faces, Generation, Source

from photomaker_gen.config import DEFAULT_SIZE, MAX_PER_RECORD, GenerateConfig
from photomaker_gen.run import Task, generate_faces, load_backend
from photomaker_gen.tool import SKETCH, Size, find_references, tool


@tool.verb(
    kind=Kind.DERIVE,
    behaviour=2,
    needs=(Expression,),
    reads=(Source,),
    writes=(Assets, Generation),
    backends=(SKETCH,),
    seeded=True,
    references=(Assets, Faces, Source),
    batch_size=8,
)
def generate(
    run: Run,
    size: Size = DEFAULT_SIZE,
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
    task = Task(load_backend(run.backend), config, run.seed, find_references(run))
    run.derive(partial(generate_faces, task=task))
