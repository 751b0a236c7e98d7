"""What can be set for each verb."""

from typing import Annotated

from affectory_protocol.choices import Choices
from pydantic import Field

HALVES = 2
"""A picture is drawn as two halves, so its size is a multiple of this."""
MIN_SIZE, MAX_SIZE, DEFAULT_SIZE = 64, 2048, 512
"""Width and height of a picture, pixels."""
MAX_PER_RECORD = 1000
"""Pictures made from one record."""


Size = Annotated[
    int,
    Field(
        ge=MIN_SIZE,
        le=MAX_SIZE,
        multiple_of=HALVES,
        description="Width and height of a picture, pixels; even.",
    ),
]


class GenerateConfig(Choices):
    """How faces are generated."""

    size: Size = DEFAULT_SIZE
    per_record: Annotated[int, Field(ge=1, le=MAX_PER_RECORD)] = Field(
        default=1, description="Pictures made from each record, each of somebody else."
    )


class RenderConfig(Choices):
    """How films are drawn."""

    size: Size = DEFAULT_SIZE
