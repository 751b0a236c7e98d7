"""The verbs of `export` on the command line."""

from typing import Annotated

import typer
from affectory_protocol.command import Kind, Run
from affectory_protocol.records import SECTIONS

from dataset_io.export_config import CsvConfig
from dataset_io.exports.columns import refuse_deep
from dataset_io.tool import tool

EVERYTHING = tuple(SECTIONS.values())


@tool.verb(kind=Kind.SINK, group="export", behaviour=1, reads=EVERYTHING)
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

    table = CsvTable(CsvConfig(columns=columns, escape_formulas=escape_formulas))
    run.sink(table.write, check=refuse_deep)


__all__ = ["tool"]
