"""`import livelink-csv`."""

from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import NamedFileContent, Run

from dataset_io.livelink.config import LiveLinkConfig
from dataset_io.livelink.gaps import Gaps


def livelink_csv(
    run: Run,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="CSV...",
            dir_okay=False,
            help="Recordings of Live Link Face; ids begin with their names.",
        ),
        NamedFileContent,
    ],
    gaps: Annotated[
        Gaps,
        typer.Option(
            help="What becomes of frames without a face and of dropped ones: reject the recording, "
            "or hold the pose before them."
        ),
    ] = Gaps.REJECT,
    fps: Annotated[
        float | None,
        typer.Option(help="Frames a second, one a row; by default told by the timecodes."),
    ] = None,
    dataset: Annotated[
        str, typer.Option(help="Name of the dataset; ids begin with it.")
    ] = "livelink",
    licence: Annotated[
        str | None, typer.Option(help="SPDX identifier, or the terms in a few words.")
    ] = None,
    consent: Annotated[str | None, typer.Option(help="What the people in it agreed to.")] = None,
    citation: Annotated[str | None, typer.Option(help="How they ask to be cited.")] = None,
) -> None:
    """Import recordings of Live Link Face: a record a file, with the track of its face.

    Example: dataset-io import livelink-csv take.csv -o takes.jsonl
    """
    from dataset_io.run import import_livelink

    config = LiveLinkConfig(
        gaps=gaps, fps=fps, dataset=dataset, licence=licence, consent=consent, citation=citation
    )
    run.source(import_livelink(paths, config))
