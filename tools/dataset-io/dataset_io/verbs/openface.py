"""`import openface`."""

from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import NamedFileContent, Run

from dataset_io.config import OpenFaceConfig


def openface(
    run: Run,
    paths: Annotated[
        list[Path],
        typer.Argument(
            metavar="CSV...", dir_okay=False, help="Files of OpenFace; ids begin with their names."
        ),
        NamedFileContent,
    ],
    role: Annotated[
        str | None,
        typer.Option(help="Role of what was measured; by default video for frames, else image."),
    ] = None,
    uri: Annotated[
        str | None,
        typer.Option(help="Where what was measured lies; {stem} is the csv's name.", metavar="URI"),
    ] = None,
    min_confidence: Annotated[
        float, typer.Option(help="Less sure faces are dropped, 0 to 1.", min=0, max=1)
    ] = 0.0,
    fps: Annotated[
        float | None,
        typer.Option(help="Frames a second, to tell times by in place of the file's."),
    ] = None,
    dataset: Annotated[
        str, typer.Option(help="Name of the dataset; ids begin with it.")
    ] = "openface",
    licence: Annotated[
        str | None, typer.Option(help="SPDX identifier, or the terms in a few words.")
    ] = None,
    consent: Annotated[str | None, typer.Option(help="What the people in it agreed to.")] = None,
    citation: Annotated[str | None, typer.Option(help="How the media ask to be cited.")] = None,
) -> None:
    """Import action units from OpenFace: a record a face, in a photograph or in a frame of a video.

    Example: dataset-io import openface clip.csv --uri {stem}.mp4 -o faces.jsonl
    """
    from dataset_io.run import import_openface

    config = OpenFaceConfig(
        role=role,
        uri=uri,
        min_confidence=min_confidence,
        fps=fps,
        dataset=dataset,
        licence=licence,
        consent=consent,
        citation=citation,
    )
    run.source(import_openface(paths, config))
