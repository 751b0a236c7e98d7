"""The command line of dataset-io."""

from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import FolderContent, Kind, Run
from affectory_protocol.records import Assets, Expression, Labels, Source, Span, Text, Tracks
from affectory_protocol.verb import Declared

from dataset_io.config import ImagesConfig, TextImportConfig
from dataset_io.export_command import tool  # with the verbs of `export`
from dataset_io.options import Citation, Licence, Paths, SplitOption
from dataset_io.verbs.livelink_csv import livelink_csv
from dataset_io.verbs.openface import openface
from dataset_io.verbs.table import table
from dataset_io.verbs.text import text

TEXT: Declared = {"writes": (Source, Text, Labels), "stateful": True}
FACES: Declared = {"writes": (Source, Assets, Span, Expression), "stateful": True}
SENTENCES: Declared = {"writes": (Source, Text), "stateful": True}
TAKES: Declared = {"writes": (Source, Assets, Tracks), "stateful": True, "stores": True}
TABLE: Declared = {"writes": (Source, Text, Labels, Expression), "stateful": True}


@tool.verb(kind=Kind.SOURCE, group="import", behaviour=2, **TEXT)
def goemotions(
    run: Run,
    paths: Paths,
    split: SplitOption = None,
    licence: Licence = None,
    citation: Citation = None,
) -> None:
    """Import GoEmotions, simplified or with a row a rater, which become votes of one record.

    Example: dataset-io import goemotions train.tsv dev.tsv test.tsv -o goemotions.jsonl
    """
    _import_text(run, paths, TextImportConfig(split=split, licence=licence, citation=citation))


@tool.verb(kind=Kind.SOURCE, group="import", behaviour=2, **TEXT)
def emoint(
    run: Run,
    paths: Paths,
    split: SplitOption = None,
    licence: Licence = None,
    citation: Citation = None,
) -> None:
    """Import EmoInt (WASSA-2017): id, tweet, emotion and intensity between tabs.

    Example: dataset-io import emoint anger_train.csv anger_dev.csv -o emoint.jsonl
    """
    _import_text(run, paths, TextImportConfig(split=split, licence=licence, citation=citation))


@tool.verb(kind=Kind.SOURCE, group="import", behaviour=2, **TEXT)
def isear(
    run: Run,
    paths: Paths,
    split: SplitOption = None,
    licence: Licence = None,
    citation: Citation = None,
) -> None:
    """Import ISEAR, as `emo;txt` or as the wide table; texts that say there is none are dropped.

    Example: dataset-io import isear isear_wide.csv -o isear.jsonl
    """
    _import_text(run, paths, TextImportConfig(split=split, licence=licence, citation=citation))


@tool.verb(kind=Kind.SOURCE, group="import", behaviour=2, writes=(Source, Assets))
def images(
    run: Run,
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="Folder, read with all below it."),
        FolderContent,
    ],
    *,
    role: Annotated[str, typer.Option(help="Role of each file in its record's assets.")] = "image",
    dataset: Annotated[
        str, typer.Option(help="Name of the dataset; ids begin with it.")
    ] = "images",
    licence: Annotated[
        str | None, typer.Option(help="SPDX identifier, or the terms in a few words.")
    ] = None,
    consent: Annotated[
        str | None, typer.Option(help="What the people in the images agreed to.")
    ] = None,
    citation: Annotated[str | None, typer.Option(help="How the images ask to be cited.")] = None,
) -> None:
    """Import the images of a folder: one record a file, told by content, not by name.

    Example: dataset-io import images photos --licence CC0-1.0 -o photos.jsonl
    """
    from dataset_io.run import import_images

    config = ImagesConfig(
        role=role, dataset=dataset, licence=licence, consent=consent, citation=citation
    )
    run.source(import_images(folder, config, run.settings))


tool.verb(kind=Kind.SOURCE, group="import", behaviour=1, **FACES)(openface)
tool.verb(kind=Kind.SOURCE, group="import", behaviour=1, **SENTENCES)(text)
tool.verb(kind=Kind.SOURCE, group="import", behaviour=1, **TABLE)(table)
tool.verb(kind=Kind.SOURCE, group="import", behaviour=2, **TAKES)(livelink_csv)


def _import_text(run: Run, paths: list[Path], config: TextImportConfig) -> None:
    from dataset_io.run import import_text

    run.source(import_text(run.verb.name.split()[-1], paths, config))


def main() -> None:
    """Run the command."""
    tool.main()
