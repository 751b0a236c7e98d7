"""What each verb can be told."""

from typing import Annotated

from affectory_protocol.errors import UsageError
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dataset_io.splits import Split

Words = Annotated[str, Field(min_length=1)]


class TextImportConfig(BaseModel):
    """How a text dataset is imported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    split: Split | None = Field(
        default=None,
        description="The split of every record; by default told from each file's name.",
    )


class ImagesConfig(BaseModel):
    """How a folder of images is imported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str = Field(
        default="image",
        pattern=r"^[a-z][a-z0-9_-]{0,63}$",
        description="The role each file gets in its record's assets.",
    )
    dataset: Words = Field(default="images", description="Name of the dataset.")
    licence: Words | None = Field(
        default=None, description="SPDX identifier, or the terms in a few words."
    )
    consent: Words | None = Field(
        default=None, description="What the people in the images agreed to, in a few words."
    )
    citation: Words | None = Field(default=None, description="How the images ask to be cited.")

    @classmethod
    def parse(cls, **given: str | None) -> "ImagesConfig":
        """Check what was given on the command line.

        Raises:
            UsageError: an option has a value that cannot be.
        """
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            raise UsageError(f"--{first['loc'][0]} cannot be this: {first['msg']}") from None
