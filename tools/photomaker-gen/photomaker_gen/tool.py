"""The tool that the verbs belong to, and what those that draw have in common."""

from functools import partial
from typing import Annotated

import typer
from affectory_protocol.command import BackendSpec, Determinism, Run, Tool
from affectory_protocol.record import Record

from photomaker_gen.config import MAX_SIZE, MIN_SIZE
from photomaker_gen.references import Reference, collect_references

tool = Tool(
    "photomaker-gen",
    package="photomaker_gen",
    summary="Pictures and films of faces, from an expression and an identity.",
)

SKETCH = BackendSpec(
    "sketch",
    licence="Apache-2.0",
    determinism=Determinism.BYTES,
    measured_on="each of 52 shapes at 1 changes at least 0.3 % of the pixels, 90 % of them "
    "in its feature's region",
)

Size = Annotated[
    int,
    typer.Option(
        min=MIN_SIZE,
        max=MAX_SIZE,
        help=f"Width and height of a picture, pixels, {MIN_SIZE} to {MAX_SIZE}, even.",
    ),
]


def find_references(run: Run) -> list[Reference]:
    """The faces of `--references`."""
    return collect_references(run.references(), partial(read_asset, run))


def read_asset(run: Run, record: Record, role: str) -> bytes:
    """The file of a record in a role."""
    return run.places.read(record, role)
