"""What each verb can be told."""

from typing import Annotated

from affectory_protocol.choices import Choices
from affectory_protocol.records.assets import Role
from pydantic import Field

from dataset_io.splits import Split

Words = Annotated[str, Field(min_length=1)]
DatasetName = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f-\x9f]{1,100}$")]
"""Begins ids, which hold no control characters and 512 bytes."""


class TextImportConfig(Choices):
    """How a text dataset is imported."""

    licence: Words | None = Field(
        default=None, description="Terms of these files, where they are not the dataset's."
    )
    citation: Words | None = Field(
        default=None, description="How these files ask to be cited, where it is not the dataset's."
    )

    split: Split | None = Field(
        default=None,
        description="The split of every record; by default told from each file's name.",
    )


class ImagesConfig(Choices):
    """How a folder of images is imported."""

    role: Role = Field(
        default="image", description="The role each file gets in its record's assets."
    )
    dataset: DatasetName = Field(
        default="images", description="Name of the dataset, with which its records' ids begin."
    )
    licence: Words | None = Field(
        default=None, description="SPDX identifier, or the terms in a few words."
    )
    consent: Words | None = Field(
        default=None, description="What the people in the images agreed to, in a few words."
    )
    citation: Words | None = Field(default=None, description="How the images ask to be cited.")
