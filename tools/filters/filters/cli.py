"""The command line of filters."""

from functools import partial
from typing import Annotated

import typer
from affectory_protocol.command import Kind, Run
from affectory_protocol.records import Assets, Faces, Verdicts

from filters import duplicates_command
from filters.config import QualityConfig, ThresholdConfig
from filters.tool import tool


@tool.verb(
    kind=Kind.FILTER, behaviour=2, needs=(Assets,), reads=(Faces,), writes=(Verdicts,), batch_size=8
)
def quality(
    run: Run,
    *,
    role: Annotated[str, typer.Option(help="Role of the image that is measured.")] = "image",
    min_size: Annotated[
        int | None, typer.Option(help="Smallest length of the smaller side, pixels.", min=1)
    ] = None,
    min_sharpness: Annotated[
        float | None,
        typer.Option(
            help="Smallest variance of the Laplacian at 512 pixels, squared grey levels; "
            "50 keeps what is in focus.",
            min=0,
        ),
    ] = None,
    min_exposure: Annotated[
        float | None, typer.Option(help="Smallest mean luma, 0 (black) to 1 (white).", min=0, max=1)
    ] = None,
    max_exposure: Annotated[
        float | None, typer.Option(help="Largest mean luma, 0 (black) to 1 (white).", min=0, max=1)
    ] = None,
    max_clipped: Annotated[
        float | None,
        typer.Option(help="Largest share of pixels that are black or white, 0 to 1.", min=0, max=1),
    ] = None,
    min_faces: Annotated[
        int | None, typer.Option(help="Smallest number of faces found in the image.", min=0)
    ] = None,
    max_faces: Annotated[
        int | None, typer.Option(help="Largest number of faces found in the image.", min=0)
    ] = None,
) -> None:
    """Judge an image by size, sharpness, exposure, clipping and faces.

    A bound that is not given is not judged; everything is measured all the same.

    Example: filters quality --min-size 256 --min-sharpness 50 -i found.jsonl -o good.jsonl
    """
    config = QualityConfig(
        role=role,
        min_size=min_size,
        min_sharpness=min_sharpness,
        min_exposure=min_exposure,
        max_exposure=max_exposure,
        max_clipped=max_clipped,
        min_faces=min_faces,
        max_faces=max_faces,
    )

    from filters.run import judge_quality  # brings numpy, which --help does not need

    run.filter(partial(judge_quality, places=run.places, config=config), name="quality")


@tool.verb(kind=Kind.FILTER, behaviour=1, writes=(Verdicts,))
def threshold(
    run: Run,
    *,
    field: Annotated[
        str,
        typer.Option(
            help="JSON pointer (RFC 6901) to the number that is judged.", metavar="/JSON/POINTER"
        ),
    ],
    min_value: Annotated[float | None, typer.Option("--min", help="Smallest number kept.")] = None,
    max_value: Annotated[float | None, typer.Option("--max", help="Largest number kept.")] = None,
    name: Annotated[str, typer.Option(help="Name of the verdict.")] = "threshold",
) -> None:
    """Judge a number that the record stores.

    Example: filters threshold --field /verdicts/quality/measures/sharpness --min 80 -i good.jsonl
    """
    config = ThresholdConfig(field=field, min=min_value, max=max_value)

    from filters.run import judge_threshold

    run.filter(partial(judge_threshold, config=config), name=name, members=config.members)


def main() -> None:
    """Run the command `filters`."""
    tool.main()


__all__ = ["duplicates_command", "main", "tool"]
