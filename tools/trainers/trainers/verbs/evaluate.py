"""`trainers expression-space evaluate`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import Execution, FileContent, Kind, Memory, Run
from affectory_protocol.records import Expression, Labels, Source, Text
from affectory_protocol.workplace import is_wire

from trainers.space_backends import CLIP, HASHED_FIGURES
from trainers.space_command import GROUP, Cache, Model, SpaceFile, load_encoder
from trainers.tool import tool

DEFAULT_POOL = 256
"""Records that a lookup is among: as many as the batches of the system this replaces."""
PREDICTIONS = ".predictions.safetensors"
"""Ends the name of the file beside an evaluation."""


@tool.verb(
    kind=Kind.SINK,
    behaviour=2,
    group=GROUP,
    needs=(Source, Text, Expression),
    reads=(Labels,),
    backends=(HASHED_FIGURES, CLIP),
    seeded=True,
    memory=Memory.PER_RECORD,
)
def evaluate(
    run: Run,
    space: SpaceFile,
    original: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Space of the preset original, trained on the same records.",
        ),
        FileContent,
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option(
            help=f"Predictions that every figure follows from. Default: OUTPUT{PREDICTIONS}.",
            dir_okay=False,
        ),
        Execution,
    ] = None,
    pool: Annotated[
        int, typer.Option(help="Records that a lookup is among, beside all of them.", min=2)
    ] = DEFAULT_POOL,
    any_data: Annotated[
        bool,
        typer.Option(
            "--any-data/--no-any-data",
            help="Also score records that the space was not trained among; no leak is found then.",
        ),
    ] = False,
    model: Model = None,
    cache: Cache = None,
) -> None:
    """Judge a space on test records, beside baselines and people's labels.

    Example: trainers expression-space evaluate --backend hashed --space SPACE -i a.jsonl -o e.json
    """
    from trainers.expression_space.examples import check_example
    from trainers.expression_space.judging.predicting import Manner
    from trainers.expression_space.judging.run import Spaces
    from trainers.expression_space.judging.run import evaluate as evaluate_records
    from trainers.further_file import claim_places
    from trainers.run import load_space, open_features

    if predictions is None and not is_wire(run.settings.output):
        predictions = Path(f"{run.settings.output}{PREDICTIONS}")
    beside = {} if predictions is None else {"--predictions": predictions}
    claim_places(run, beside=beside, cache=cache, read=(space, original))
    with open_features(load_encoder(run, model), cache) as features:
        other = None if original is None else load_space(original, features.encoder)
        spaces = Spaces(load_space(space, features.encoder), other)
        work = partial(
            evaluate_records,
            spaces=spaces,
            features=features,
            manner=Manner(pool, run.seed, any_data),
            predictions=predictions,
            say=(lambda _: None) if run.settings.quiet else partial(typer.echo, err=True),
        )
        run.sink(work, check=check_example)
