"""`trainers expression-space evaluate`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import Execution, FileContent, Kind, Memory, Run
from affectory_protocol.records import Expression, Labels, Source, Text
from affectory_protocol.workplace import is_wire

from trainers.tool import tool

DEFAULT_POOL = 256
"""Records that a lookup is among: as many as the batches of the system this replaces."""
PREDICTIONS = ".predictions.safetensors"
"""Ends the name of the file beside an evaluation."""

space_file = partial(typer.Option, exists=True, dir_okay=False)


@tool.verb(
    kind=Kind.SINK,
    behaviour=1,
    group="expression-space",
    needs=(Source, Text, Expression),
    reads=(Labels,),
    seeded=True,
    memory=Memory.PER_RECORD,
)
def evaluate(
    run: Run,
    space: Annotated[Path, space_file(help="Space to be judged."), FileContent],
    original: Annotated[
        Path | None,
        space_file(help="Space of the preset original, trained on the same records."),
        FileContent,
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(help=f"Where predictions go. Default: OUTPUT{PREDICTIONS}.", dir_okay=False),
        Execution,
    ] = None,
    pool: Annotated[
        int, typer.Option(help="Records that a lookup is among, beside all of them.", min=2)
    ] = DEFAULT_POOL,
    cache: Annotated[
        Path | None,
        typer.Option(help="File that keeps features of texts.", dir_okay=False),
        Execution,
    ] = None,
) -> None:
    """Judge a space on test records, beside baselines and people's labels.

    Example: trainers expression-space evaluate -i data.jsonl --space s.safetensors -o figures.json
    """
    from trainers.backends.hashed import HashedEncoder
    from trainers.expression_space.examples import check_example
    from trainers.expression_space.features import Features
    from trainers.expression_space.judging.predicting import Manner
    from trainers.expression_space.judging.run import Spaces
    from trainers.expression_space.judging.run import evaluate as evaluate_records

    if predictions is None and not is_wire(run.settings.output):
        predictions = Path(f"{run.settings.output}{PREDICTIONS}")
    spaces = Spaces.load(space, original)
    features = Features(HashedEncoder(), cache)
    work = partial(
        evaluate_records,
        spaces=spaces,
        features=features,
        manner=Manner(pool, run.seed),
        predictions=predictions,
        say=(lambda _: None) if run.settings.quiet else partial(typer.echo, err=True),
    )
    run.sink(work, check=check_example)
