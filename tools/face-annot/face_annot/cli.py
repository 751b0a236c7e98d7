"""The command line of face-annot."""

from functools import partial
from typing import Annotated

import typer
from affectory_protocol.command import BackendSpec, Determinism, Kind, Run, Tool
from affectory_protocol.records import Assets, Faces

from face_annot.cascade import list_missing
from face_annot.config import (
    MAX_SCALE_FACTOR,
    MIN_FACE_SIZE,
    MIN_NEIGHBORS,
    SCALE_FACTOR,
    AnnotateConfig,
)

tool = Tool("face-annot", package="face_annot", summary="Find faces in images.")

HAAR = BackendSpec(
    "haar",
    licence="Apache-2.0 AND Intel",
    determinism=Determinism.BYTES,
    measured_on="all 37 faces and no other in 36 photographs of people who face the camera",
)


@tool.verb(
    kind=Kind.MAP,
    behaviour=1,
    needs=(Assets,),
    writes=(Faces,),
    backends=(HAAR,),
    batch_size=8,
    check=list_missing,
)
def annotate(
    run: Run,
    *,
    role: Annotated[str, typer.Option(help="Role of the image that is looked at.")] = "image",
    min_face_size: Annotated[
        float,
        typer.Option(
            help="Width of the smallest face looked for, share of the image's smaller side.",
            min=0.01,
            max=1,
        ),
    ] = MIN_FACE_SIZE,
    scale_factor: Annotated[
        float,
        typer.Option(
            help="Ratio of one size looked for to the next; smaller is slower and finds more.",
            min=1.01,
            max=MAX_SCALE_FACTOR,
        ),
    ] = SCALE_FACTOR,
    min_neighbors: Annotated[
        int,
        typer.Option(
            help="How many overlapping detections make a face; larger is stricter.", min=1, max=1000
        ),
    ] = MIN_NEIGHBORS,
) -> None:
    """Find the faces in an image: boxes, eyes, confidence.

    Example: face-annot annotate --backend haar -i photographs.jsonl -o faces.jsonl
    """
    config = AnnotateConfig(
        role=role,
        min_face_size=min_face_size,
        scale_factor=scale_factor,
        min_neighbors=min_neighbors,
    )

    # Brings numpy, which --help does not need.
    from face_annot.run import annotate as annotate_batch
    from face_annot.run import load_backend

    backend = load_backend(run.backend, config)
    find = partial(annotate_batch, backend=backend, places=run.places, role=role)
    run.map(find, entries={Faces: role})


def main() -> None:
    """Run the command `face-annot`."""
    tool.main()
