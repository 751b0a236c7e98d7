"""The verbs of `expression-space` that train a space and use it, on the command line."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from affectory_protocol.command import (
    Execution,
    FileContent,
    Kind,
    Memory,
    ModelRequest,
    OnlyFor,
    Run,
)
from affectory_protocol.errors import UsageError
from affectory_protocol.model_lock import find_models
from affectory_protocol.provision import refuse_missing
from affectory_protocol.records import Expression, Source, Text
from affectory_protocol.settings import DType, Restart
from affectory_protocol.workplace import is_wire

from trainers.expression_space.recipe import Preset, read_recipe
from trainers.packages import TRAINING, find_absent
from trainers.space_backends import CLIP, HASHED, HASHED_TRAINING
from trainers.tool import tool

if TYPE_CHECKING:  # numpy, which --help does not need
    from trainers.expression_space.encoder import Encoder

GROUP = "expression-space"

Cache = Annotated[
    Path | None,
    typer.Option(
        "--cache",
        dir_okay=False,
        help="File that features of texts are kept in; a second run computes none of them again.",
        envvar="AFFECTORY_CACHE",
        show_envvar=False,
    ),
    Execution,
]
Model = Annotated[
    str | None,
    typer.Option("--model", help="CLIP model, as the hub knows it, or a folder of one; clip."),
    OnlyFor(CLIP.name),
]
SpaceFile = Annotated[
    Path,
    typer.Option(
        "--space", exists=True, dir_okay=False, help="File of `train`; it names its backend."
    ),
    FileContent,
]


@tool.verb(
    kind=Kind.SINK,
    group=GROUP,
    behaviour=2,
    needs=(Text, Source, Expression),
    backends=(HASHED_TRAINING, CLIP),
    seeded=True,
    memory=Memory.PER_RECORD,
)
def train(  # noqa: PLR0913 - an option each
    run: Run,
    *,
    preset: Annotated[
        Preset, typer.Option(help="Networks and losses: ours, or those of the original system.")
    ] = Preset.COMPACT,
    recipe: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="TOML of numbers in place of the preset's own."
        ),
        FileContent,
    ] = None,
    max_epochs: Annotated[
        int | None, typer.Option(help="Passes over the data, at most.", min=1)
    ] = None,
    model: Model = None,
    cache: Cache = None,
    logs: Annotated[
        Path | None,
        typer.Option(
            file_okay=False,
            help="Folder for TensorBoard.",
            envvar="AFFECTORY_LOGS",
            show_envvar=False,
        ),
        Execution,
    ] = None,
) -> None:
    """Train a space of sentences and faces.

    Example: trainers expression-space train --backend hashed -i split.jsonl -o space.safetensors
    """
    from trainers.expression_space.examples import check_example
    from trainers.expression_space.training import Plan, published
    from trainers.expression_space.training import train as train_space
    from trainers.further_file import claim_places
    from trainers.run import open_features

    if missing := find_absent(*TRAINING):
        refuse_missing(missing)
    numbers = read_recipe(preset, recipe)
    plan = Plan(
        preset=preset,
        recipe=numbers if max_epochs is None else numbers.change(max_epochs=max_epochs),
        seed=run.seed,
        device=run.settings.device or "cpu",
        output=None if is_wire(run.settings.output) else Path(run.settings.output),
        logs=logs,
        afresh=run.settings.restart is Restart.ALWAYS,
    )
    claim_places(run, beside=plan.beside, cache=cache, read=(recipe, plan.checkpoint, logs))
    say = (lambda _: None) if run.settings.quiet else partial(typer.echo, err=True)
    with (
        open_features(load_encoder(run, model), cache) as features,
        published(plan),
    ):
        work = partial(train_space, features=features, plan=plan, show=run.show_work, say=say)
        run.sink(work, check=check_example)


@tool.verb(
    kind=Kind.MAP,
    group=GROUP,
    behaviour=1,
    needs=(Text,),
    writes=(Expression,),
    backends=(HASHED, CLIP),
)
def predict(run: Run, *, space: SpaceFile, model: Model = None, cache: Cache = None) -> None:
    """Write the face that a space reads off each sentence.

    Example: trainers expression-space predict --backend hashed --space s.safetensors -i s.jsonl
    """
    from trainers.further_file import claim_places
    from trainers.run import load_space, open_features
    from trainers.run import predict as predict_faces

    claim_places(run, cache=cache, read=(space,))
    with open_features(load_encoder(run, model), cache) as features:
        loaded = load_space(space, features.encoder)
        run.use_model(loaded.name, None)
        run.map(partial(predict_faces, space=loaded, features=features))


@tool.verb(
    kind=Kind.SINK,
    group=GROUP,
    behaviour=1,
    needs=(Text,),
    reads=(Expression,),
    backends=(HASHED, CLIP),
    memory=Memory.PER_RECORD,
)
def embed(run: Run, *, space: SpaceFile, model: Model = None, cache: Cache = None) -> None:
    """Write where sentences lie in a space, and their faces where they have some.

    Example: trainers expression-space embed --backend hashed --space s.safetensors -i s.jsonl
    """
    from trainers.further_file import claim_places
    from trainers.run import embed as embed_records
    from trainers.run import load_space, open_features

    claim_places(run, cache=cache, read=(space,))
    with open_features(load_encoder(run, model), cache) as features:
        loaded = load_space(space, features.encoder)
        run.use_model(loaded.name, None)
        run.sink(partial(embed_records, space=loaded, features=features))


def load_encoder(run: Run, model: str | None) -> "Encoder":
    """The encoder that `--backend` and `--model` name.

    Raises:
        UsageError: a model is needed, or is not what can be loaded.
    """
    from trainers.backends.clip import ClipEncoder
    from trainers.backends.hashed import HashedEncoder
    from trainers.model_folder import find_model

    if run.backend == HASHED.name:
        return HashedEncoder()
    if model is None:
        raise UsageError(f"--model is needed by the backend {run.backend}")
    settings = run.settings
    if settings.dtype not in {None, DType.AUTO, DType.FLOAT32}:
        raise UsageError("--dtype is auto or float32: a space is trained in float32")
    folder = find_model(ModelRequest(model, settings.revision, find_models(settings.models)))
    run.use_model(folder.name, folder.licence)
    return ClipEncoder(folder, settings.device or "cpu")
