"""The command line of report."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import FileContent, Kind, NamedFileContent, Run, Tool
from affectory_protocol.own_assets import with_own_assets
from affectory_protocol.records import (
    Assets,
    Expression,
    Faces,
    Generation,
    Labels,
    Source,
    Text,
    Verdicts,
)

from report.config import (
    DEFAULT_GALLERY,
    DEFAULT_ROLE,
    DEFAULT_THUMBNAIL_SIZE,
    DEFAULT_TITLE,
    MAX_THUMBNAIL_SIZE,
    MIN_THUMBNAIL_SIZE,
    BuildConfig,
)

tool = Tool("report", package="report", summary="A manifest as one page a person can look at.")


@tool.verb(
    kind=Kind.SINK,
    behaviour=3,
    reads=(Source, Text, Labels, Expression, Assets, Faces, Generation, Verdicts),
)
def build(
    run: Run,
    receipts: Annotated[
        list[Path] | None,
        typer.Option(help="Receipt of a step that made the manifest; repeatable, in any order."),
        FileContent,
    ] = None,
    rejected: Annotated[
        list[Path] | None, typer.Option(help="Rejects file of a step; repeatable."), FileContent
    ] = None,
    dropped_records: Annotated[
        list[Path] | None,
        typer.Option(help="File of records a step dropped; repeatable."),
        FileContent,
    ] = None,
    evaluation: Annotated[
        list[Path] | None,
        typer.Option(help="Evaluation to be shown as a table, with its baselines; repeatable."),
        FileContent,
    ] = None,
    figure: Annotated[
        list[Path] | None,
        typer.Option(help="PNG, JPEG or SVG to be shown, called as its file is; repeatable."),
        NamedFileContent,  # the name is the caption
    ] = None,
    title: Annotated[str, typer.Option(help="Heading of the page.")] = DEFAULT_TITLE,
    gallery: Annotated[
        int, typer.Option(help="Number of records shown as cards, the first ones.", min=0)
    ] = DEFAULT_GALLERY,
    role: Annotated[
        str, typer.Option(help="Role of the asset whose picture a card shows.")
    ] = DEFAULT_ROLE,
    thumbnail_size: Annotated[
        int,
        typer.Option(
            help="Longer side of a card's picture, pixels.",
            min=MIN_THUMBNAIL_SIZE,
            max=MAX_THUMBNAIL_SIZE,
        ),
    ] = DEFAULT_THUMBNAIL_SIZE,
) -> None:
    """Write one self-contained HTML page about a manifest.

    Example: report build -i faces.jsonl --receipts faces.jsonl.run.json -o page.html
    """
    from report.run import Accounts  # it loads the templates' library
    from report.run import build as build_page

    config = BuildConfig(title=title, gallery=gallery, role=role, thumbnail_size=thumbnail_size)
    accounts = Accounts(
        receipts or (), rejected or (), dropped_records or (), evaluation or (), figure or ()
    )
    places = with_own_assets(run.places, Path(run.settings.input))
    run.sink(partial(build_page, accounts=accounts, places=places, config=config))


def main() -> None:
    """Run the command line."""
    tool.main()
