"""`import text`."""

from typing import Annotated

import typer
from affectory_protocol.command import Run

from dataset_io.config import SentencesConfig
from dataset_io.options import Citation, Licence, Paths, SplitOption


def text(
    run: Run,
    paths: Paths,
    dataset: Annotated[str, typer.Option(help="Name of the dataset; ids begin with it.")] = "text",
    language: Annotated[
        str | None, typer.Option(help="Language of every sentence, a BCP 47 tag such as en.")
    ] = None,
    split: SplitOption = None,
    licence: Licence = None,
    citation: Citation = None,
) -> None:
    """Import plain text, a sentence a line; ids are digests, so a new line changes no other.

    Example: dataset-io import text sentences.txt --language en -o sentences.jsonl
    """
    from dataset_io.run import import_sentences

    config = SentencesConfig(
        dataset=dataset, language=language, split=split, licence=licence, citation=citation
    )
    run.source(import_sentences(paths, config))
