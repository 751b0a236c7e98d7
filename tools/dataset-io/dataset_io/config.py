"""What each verb can be told."""

from typing import Annotated

from affectory_protocol.choices import Choices
from affectory_protocol.records.assets import Role
from affectory_protocol.records.base import UnitInterval
from pydantic import Field

from dataset_io.splits import Split

Words = Annotated[str, Field(min_length=1)]
Uri = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,1000}$")]
Fps = Annotated[float, Field(gt=0.0, le=10_000.0)]
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


class SentencesConfig(TextImportConfig):
    """How files of sentences are imported."""

    dataset: DatasetName = Field(default="text", description="With which ids begin.")
    language: Words | None = Field(
        default=None, description="Language of every sentence, a BCP 47 tag such as en."
    )


class MediaConfig(Choices):
    """Terms of photographs and videos."""

    licence: Words | None = Field(
        default=None, description="SPDX identifier, or the terms in a few words."
    )
    consent: Words | None = Field(
        default=None, description="What the people in them agreed to, in a few words."
    )
    citation: Words | None = Field(default=None, description="How they ask to be cited.")


class ImagesConfig(MediaConfig):
    """How a folder of images is imported."""

    role: Role = Field(default="image", description="The role each file gets among the assets.")
    dataset: DatasetName = Field(default="images", description="With which ids begin.")


class OpenFaceConfig(MediaConfig):
    """How files of OpenFace are imported."""

    role: Role | None = Field(
        default=None, description="The role of what was measured; by default video, or image."
    )
    uri: Uri | None = Field(default=None, description="Where what was measured lies.")
    min_confidence: UnitInterval = Field(default=0.0, description="Of the faces that are kept.")
    fps: Fps | None = Field(
        default=None, description="Frames a second; by default times are the file's."
    )
    dataset: DatasetName = Field(default="openface", description="With which ids begin.")
