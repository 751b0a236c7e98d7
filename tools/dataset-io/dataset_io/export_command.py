"""The verbs of `export` on the command line."""

from collections.abc import Callable, Iterator
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import Kind, Missing, Run
from affectory_protocol.errors import UnavailableError, UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import SECTIONS, Assets
from affectory_protocol.sink_store import SinkStore
from affectory_protocol.workplace import is_wire

from dataset_io.export_config import CsvConfig, HfConfig
from dataset_io.exports.columns import refuse_deep
from dataset_io.moving_command import MOVING, declare_film, gif, livelink_csv, mp4
from dataset_io.tool import tool

CARD = "README.md"
"""Name by which `datasets` and the hub find a card."""

EVERYTHING = tuple(SECTIONS.values())


@tool.verb(kind=Kind.SINK, group="export", behaviour=2, reads=EVERYTHING)
def csv(
    run: Run,
    *,
    columns: Annotated[
        str | None,
        typer.Option(
            help="Columns, a comma between them: id,text.content,labels.emotions.0.label. "
            "Default: every field that some record has."
        ),
    ] = None,
    escape_formulas: Annotated[
        bool,
        typer.Option(
            "--escape-formulas/--no-escape-formulas",
            help="Put a ' before a text that a spreadsheet would take for a formula.",
        ),
    ] = False,
) -> None:
    """Write a manifest as a table, a row for each record (RFC 4180, UTF-8).

    Example: dataset-io export csv --columns id,text.content -i sentences.jsonl -o sentences.csv
    """
    from dataset_io.exports.csv_table import CsvTable

    table = CsvTable(CsvConfig(columns=columns, escape_formulas=escape_formulas), _open_voice(run))
    run.sink(table.write, check=refuse_deep)


@tool.verb(kind=Kind.SINK, group="export", behaviour=1, reads=EVERYTHING)
def json(run: Run) -> None:
    """Write a manifest as JSON Lines in which blendshape weights have their names.

    Example: dataset-io export json -i expressions.jsonl -o expressions.named.jsonl
    """
    from dataset_io.exports.named_weights import write_lines

    run.sink(write_lines, check=refuse_deep)


def _open_voice(run: Run) -> Callable[[str], None]:
    """Words for people, on standard error, unless they asked for silence."""
    return (lambda _: None) if run.settings.quiet else partial(typer.echo, err=True)


def _missing_arrow() -> list[Missing]:
    if find_spec("pyarrow") is not None:
        return []
    return [Missing("pyarrow", "install the extra `full` of affectory-dataset-io")]


@tool.verb(
    kind=Kind.SINK,
    group="export",
    behaviour=1,
    reads=EVERYTHING,
    writes=(Assets,),
    check=_missing_arrow,
)
def hf(
    run: Run,
    *,
    title: Annotated[str, typer.Option(help="Name of the dataset, for its card.")] = "Dataset",
) -> None:
    """Write a manifest as a folder for `datasets.load_dataset`: a card and files of Parquet.

    Example: dataset-io export hf -i faces.jsonl -o dataset/README.md --assets dataset/data
    """
    store = SinkStore(run.settings)
    _check_place(run, store.folder)
    config = HfConfig(title=title)

    def write(records: Iterator[Record]) -> Iterator[bytes]:
        if missing := _missing_arrow():  # not before: a dataset that is finished needs none
            raise UnavailableError(f"missing: {missing[0].what}", hint=missing[0].do)
        from dataset_io.exports.hf import write_dataset

        return write_dataset(records, title=config.title, put=store.put, say=_open_voice(run))

    run.sink(write, check=refuse_deep, store=store)


def _check_place(run: Run, files: Path) -> None:
    """Refuse a card from which `datasets` cannot find its files; one on a pipe is placed later."""
    if is_wire(run.settings.output):
        return
    card = Path(run.settings.output)
    if not files.resolve().is_relative_to(card.parent.resolve()):
        raise UsageError(
            f"--assets is not below the folder of the card: {files}",
            hint=f"A dataset is one folder. Name one in it, as {card.parent / 'data'}.",
        )
    if card.name != CARD:
        _open_voice(run)(f"`datasets` knows a card by its name: call it {CARD} before it is loaded")


tool.verb(kind=Kind.SINK, group="export", behaviour=1, **MOVING)(livelink_csv)
tool.verb(kind=Kind.SINK, group="export", behaviour=2, **declare_film("mp4"))(mp4)
tool.verb(kind=Kind.SINK, group="export", behaviour=1, **declare_film("gif"))(gif)

__all__ = ["tool"]
