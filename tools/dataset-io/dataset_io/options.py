"""Options that several verbs have, each with one meaning."""

from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import NamedFileContent

from dataset_io.splits import Split

Paths = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATH...", dir_okay=False, help="Files of the dataset, read in this order."
    ),
    NamedFileContent,  # the names tell the splits
]
SplitOption = Annotated[
    Split | None,
    typer.Option("--split", help="Split of every record; by default told from the files' names."),
]
Licence = Annotated[
    str | None, typer.Option(help="Terms of these files, where they are not the dataset's.")
]
Citation = Annotated[
    str | None, typer.Option(help="How to cite these files, where it is not the dataset's.")
]
