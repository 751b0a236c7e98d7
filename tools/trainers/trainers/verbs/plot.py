"""`trainers expression-space plot`."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import Execution, FileContent, Kind, Memory, Run
from affectory_protocol.own_assets import with_own_assets
from affectory_protocol.records import Assets, Expression, Labels, Source, Text

from trainers.expression_space.split import Split
from trainers.space_backends import CLIP, HASHED_FIGURES
from trainers.space_command import GROUP, Cache, Model, SpaceFile, load_encoder
from trainers.tool import tool

DEFAULT_TITLE = "Sentences and faces in one space"
DEFAULT_POINTS = 1_000
"""Records, each of two points: t-SNE of them takes some 10 seconds."""
DEFAULT_LOOKUPS = 14
"""Sentences: two of each class of emotion where there are as many."""
DEFAULT_FOUND = 6


@tool.verb(
    kind=Kind.SINK,
    behaviour=2,
    group=GROUP,
    needs=(Source, Text, Expression),
    reads=(Labels, Assets),
    backends=(HASHED_FIGURES, CLIP),
    seeded=True,
    memory=Memory.PER_RECORD,
)
def plot(
    run: Run,
    space: SpaceFile,
    faces: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Manifest of drawn faces, derived from the records: pictures for the page.",
        ),
        FileContent,
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(help="File for the plane as a PNG, too.", dir_okay=False),
        Execution,
    ] = None,
    split: Annotated[Split, typer.Option(help="Whose records are shown.")] = Split.TEST,
    points: Annotated[
        int, typer.Option(help="Records shown, at most; more are drawn by the seed.", min=1)
    ] = DEFAULT_POINTS,
    lookups: Annotated[
        int, typer.Option(help="Sentences whose nearest faces are shown.", min=0)
    ] = DEFAULT_LOOKUPS,
    found: Annotated[int, typer.Option(help="Faces shown for each.", min=1)] = DEFAULT_FOUND,
    title: Annotated[str, typer.Option(help="Heading of page and picture.")] = DEFAULT_TITLE,
    model: Model = None,
    cache: Cache = None,
) -> None:
    """Show a space: a t-SNE of sentences and faces as a page and a picture, and what they find.

    Example: trainers expression-space plot --backend hashed --space SPACE -i a.jsonl -o page.html
    """
    from trainers.expression_space.examples import check_example
    from trainers.expression_space.plotting.run import Plan
    from trainers.expression_space.plotting.run import plot as plot_space
    from trainers.further_file import claim_places
    from trainers.run import load_space, open_features

    beside = {} if picture is None else {"--picture": picture}
    claim_places(run, beside=beside, cache=cache, read=(space, faces))
    plan = Plan(split, points, lookups, found, run.seed, title, picture, faces)
    places = run.places if faces is None else with_own_assets(run.places, faces)
    with open_features(load_encoder(run, model), cache) as features:
        shown = load_space(space, features.encoder)
        work = partial(
            plot_space,
            space=shown,
            features=features,
            plan=plan,
            places=places,
            say=(lambda _: None) if run.settings.quiet else partial(typer.echo, err=True),
        )
        run.sink(work, check=check_example)
