"""`import table`."""

from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import FileContent, Run

from dataset_io.config import TextImportConfig
from dataset_io.formats.table.known import Known
from dataset_io.options import Citation, Licence, Paths, SplitOption


def table(
    run: Run,
    paths: Paths,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", dir_okay=False, help="TOML that says what the columns hold."),
        FileContent,
    ] = None,
    known: Annotated[
        Known | None, typer.Option(help="A table whose map comes with the tool, in place of --map.")
    ] = None,
    split: SplitOption = None,
    licence: Licence = None,
    citation: Citation = None,
) -> None:
    """Import any table, csv, tsv or JSON Lines: a map says what its columns hold.

    Example: dataset-io import table moods.csv --map moods.toml -o moods.jsonl
    """
    from dataset_io.run import import_table

    config = TextImportConfig(split=split, licence=licence, citation=citation)
    run.source(import_table(paths, mapping, known, config))
