"""What can be set for each verb."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _even(size: int) -> int:
    if size % 2:
        raise ValueError("a picture has two halves: the size must be even")
    return size


class GenerateConfig(BaseModel):
    """How faces are generated."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    size: Annotated[int, AfterValidator(_even)] = Field(
        default=512, ge=64, le=2048, description="Width and height of a picture, pixels; even."
    )
    per_record: int = Field(
        default=1,
        ge=1,
        le=1000,
        description="Pictures made from each record, each of somebody else.",
    )
