"""Where a record comes from and what may be done with it."""

from typing import ClassVar

from affectory_protocol.records.base import MadeBy, Section
from pydantic import Field


class Source(Section):
    """Origin, licence and the groups that a split must respect. Derived records inherit it."""

    name: ClassVar[str] = "source"

    dataset: str = Field(description="Name of the dataset, for example goemotions.")
    split: str | None = Field(
        default=None,
        description="Train, validation or test: the dataset's own split where split_made_by is "
        "absent.",
    )
    split_made_by: MadeBy | None = Field(
        default=None, description="Which verb assigned the split; absent when the dataset did."
    )
    licence: str | None = Field(
        default=None, description="SPDX identifier, or the terms in a few words."
    )
    citation: str | None = Field(default=None, description="How the dataset asks to be cited.")
    consent: str | None = Field(
        default=None, description="What the people in it agreed to, in a few words."
    )
    groups: dict[str, str] = Field(
        default_factory=dict,
        description="Name to value of what must never lie on both sides of a split: speaker, "
        "client, identity, or text (a digest of the normalised text).",
    )
