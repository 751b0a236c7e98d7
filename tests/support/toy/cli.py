"""The command line of toy."""

import os
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import (
    BackendSpec,
    Determinism,
    Execution,
    FileContent,
    Kind,
    Memory,
    Missing,
    Run,
    Tool,
)
from affectory_protocol.records import Assets, Generation, Labels, Source, Text, Verdicts

from toy import run as toy

tool = Tool(
    "toy", package="toy", summary="One verb of every kind.", distribution="affectory-protocol"
)

Delay = Annotated[float, typer.Option(help="Seconds each batch takes.", min=0), Execution]
PLAIN = BackendSpec("plain", licence="CC0-1.0", determinism=Determinism.BYTES, measured_on="-")
STEADY = BackendSpec("steady", licence="MIT", determinism=Determinism.TOLERANCE, measured_on="-")


def _missing_voice() -> list[Missing]:
    there = "TOY_VOICE_IS_GONE" not in os.environ
    return [] if there else [Missing("the voice", "find it with `unset TOY_VOICE_IS_GONE`")]


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Text,), writes=(Labels,), batch_size=4)
def shout(
    run: Run,
    word: Annotated[str, typer.Option(help="What is shouted.")] = "joy",
    delay: Delay = 0,
) -> None:
    """Label every text with a word."""
    run.map(partial(toy.shout, word=word, delay=delay))


@tool.verb(
    kind=Kind.MAP,
    behaviour=1,
    needs=(Text,),
    writes=(Labels,),
    backends=(PLAIN, STEADY),
    check=_missing_voice,
    seeded=True,
)
def sing(run: Run) -> None:
    """Label every text with the backend and the record's seed; of `steady` with its batch too."""
    run.map(partial(toy.sing, backend=run.backend, seed=run.seed))


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Text,), writes=(Labels,))
def chatter(run: Run) -> None:
    """Label texts and write to standard output in all the ways a library might."""
    run.map(toy.chatter)


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Text,), writes=(Labels,), batch_size=8)
def stumble(run: Run) -> None:
    """Fail on whole batches in which a text says `poison`, and on single texts that say `null`."""
    run.map(toy.stumble)


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Text,), writes=(Labels,), batch_size=8)
def gorge(
    run: Run,
    stomach: Annotated[int, typer.Option(help="Records that fit into memory.", min=0)] = 1,
) -> None:
    """Run out of memory when a batch is too large."""
    run.map(partial(toy.gorge, stomach=stomach))


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Text,), writes=(Labels,))
def count_up(run: Run) -> None:
    """Make a number that is not finite of a text that says `infinity`."""
    run.map(toy.count_up)


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Text,), writes=(Labels,), batch_size=4)
def trip(run: Run, delay: Delay = 0) -> None:
    """End the process at a text that says `crash`, and never return from one that says `hang`."""
    run.map(partial(toy.trip, delay=delay))


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Text,), writes=(Labels,), batch_size=4, stateful=True)
def trip_in_turn(run: Run, delay: Delay = 0) -> None:
    """Do as `trip` does, in the one process that remembers."""
    run.map(partial(toy.trip, delay=delay))


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Text,), writes=(Labels,))
def sulk(run: Run) -> None:
    """Refuse every text."""
    run.map(toy.sulk)


@tool.verb(kind=Kind.FILTER, behaviour=1, needs=(Text,), writes=(Verdicts,), batch_size=4)
def short(
    run: Run,
    max_length: Annotated[int, typer.Option(help="Longest text kept, characters.")] = 12,
    name: Annotated[str, typer.Option(help="Name of the verdict.")] = "short",
    delay: Delay = 0,
) -> None:
    """Keep short texts."""
    run.filter(partial(toy.judge, max_length=max_length, delay=delay), name=name)


@tool.verb(
    kind=Kind.DERIVE,
    behaviour=1,
    needs=(Text,),
    writes=(Assets, Generation),
    references=(Text,),
    seeded=True,
    batch_size=2,
)
def draw(
    run: Run,
    copies: Annotated[int, typer.Option(help="Records made from each.", min=0)] = 2,
    delay: Delay = 0,
) -> None:
    """Make records with an asset from each text."""
    names = [record.id for record in run.references()]
    run.derive(partial(toy.draw, copies=copies, seed=run.seed, names=names, delay=delay))


@tool.verb(kind=Kind.MAP, behaviour=1, needs=(Text,), writes=(Labels, Assets), batch_size=4)
def etch(run: Run, delay: Delay = 0) -> None:
    """Label every text and put it into a file of the record's own."""
    run.map(partial(toy.etch, delay=delay), entries={Assets: "etching"})


@tool.verb(
    kind=Kind.SOURCE, behaviour=1, group="import", writes=(Source, Text, Assets), stores=True
)
def carvings(
    run: Run,
    paths: Annotated[list[Path], typer.Argument(help="Text files."), FileContent],
    delay: Delay = 0,
) -> None:
    """Import lines of text, each with a file of its own, as `lines` does without."""
    run.source(toy.carve_lines(paths, delay=delay))


@tool.verb(kind=Kind.SOURCE, behaviour=1, group="import", writes=(Source, Text))
def lines(
    run: Run,
    paths: Annotated[list[Path], typer.Argument(help="Text files."), FileContent],
    delay: Delay = 0,
) -> None:
    """Import lines of text; those that say `nothing` are dropped, empty ones rejected."""
    run.source(toy.read_lines(paths, delay=delay))


@tool.verb(kind=Kind.SINK, behaviour=1, needs=(Text,), memory=Memory.PER_RECORD, batch_size=2)
def sum_up(
    run: Run,
    first: Annotated[int | None, typer.Option(help="Texts looked at; all by default.")] = None,
    delay: Delay = 0,
) -> None:
    """Write the length of every text, by id."""
    run.sink(partial(toy.sum_up, first=first, delay=delay))


def main() -> None:
    """Run the command line."""
    tool.main()
