"""The verbs of `duplicates` on the command line: one for each way of comparing records."""

from typing import Annotated, TypeVar

import typer
from affectory_protocol.command import Kind, Run
from affectory_protocol.records import Assets, Text, Verdicts
from affectory_protocol.verb import Declared

from filters.duplicates import Duplicates, Index
from filters.duplicates_config import ExactAssetConfig, NearImageConfig, NearTextConfig
from filters.tool import tool

KeyT = TypeVar("KeyT")

TEXT: Declared = {"needs": (Text,), "writes": (Verdicts,), "stateful": True}
ASSET: Declared = {"needs": (Assets,), "writes": (Verdicts,), "stateful": True}
IMAGE: Declared = {**ASSET, "batch_size": 8}


@tool.verb(kind=Kind.FILTER, group="duplicates", behaviour=1, **TEXT)
def exact_text(run: Run) -> None:
    """Keep the first of texts that differ in nothing but case, white space and quotes.

    Example: filters duplicates exact-text -i sentences.jsonl -o distinct.jsonl
    """
    from filters.exact import ExactTexts

    _filter(run, ExactTexts())


@tool.verb(kind=Kind.FILTER, group="duplicates", behaviour=2, **TEXT)
def near_text(
    run: Run,
    *,
    max_similarity: Annotated[
        float,
        typer.Option(
            help="Largest share of n-grams in common with an earlier text, of those in either; "
            "0.2 to below 1.",
            min=0.2,
            max=1,
        ),
    ] = 0.7,
    ngram: Annotated[int, typer.Option(help="Characters in an n-gram.", min=1, max=32)] = 5,
) -> None:
    """Keep the first of texts that are nearly the same, by the n-grams they have in common.

    Example: filters duplicates near-text --max-similarity 0.7 -i sentences.jsonl -o distinct.jsonl
    """
    from filters.near_text import NearTexts

    _filter(run, NearTexts(NearTextConfig(max_similarity=max_similarity, ngram=ngram)))


@tool.verb(kind=Kind.FILTER, group="duplicates", behaviour=2, **ASSET)
def exact_asset(
    run: Run,
    *,
    role: Annotated[str, typer.Option(help="Role of the file that is compared.")] = "image",
) -> None:
    """Keep the first of files that are the same to the byte.

    Example: filters duplicates exact-asset --role image -i photos.jsonl -o distinct.jsonl
    """
    from filters.exact import ExactAssets

    _filter(run, ExactAssets(run.places, ExactAssetConfig(role=role).role))


@tool.verb(kind=Kind.FILTER, group="duplicates", behaviour=1, **IMAGE)
def near_image(
    run: Run,
    *,
    role: Annotated[str, typer.Option(help="Role of the image that is compared.")] = "image",
    min_distance: Annotated[
        int,
        typer.Option(
            help="Smallest number of bits, of 64, in which its perceptual hash differs from that "
            "of every earlier image.",
            min=1,
            max=64,
        ),
    ] = 10,
) -> None:
    """Keep the first of images that look nearly the same: resized, saved again, brightened.

    Example: filters duplicates near-image --min-distance 10 -i photos.jsonl -o distinct.jsonl
    """
    from filters.near_image import NearImages

    config = NearImageConfig(role=role, min_distance=min_distance)
    _filter(run, NearImages(run.places, config))


def _filter(run: Run, index: Index[KeyT]) -> None:
    name = run.verb.name.replace(" ", "-")
    duplicates = Duplicates(index, name)
    run.filter(duplicates.judge, name=name, recall=duplicates.recall)
