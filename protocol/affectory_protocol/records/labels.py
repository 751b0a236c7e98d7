"""What people said about a record."""

from typing import ClassVar

from affectory_protocol.records.base import Count, Model, Section, UnitInterval
from affectory_protocol.records.registered import check_emotion
from pydantic import Field, model_validator


class EmotionLabel(Model):
    """One emotion that people ascribed to the record."""

    vocabulary: str = Field(
        description="Registered vocabulary, for example goemotions, or one's own."
    )
    label: str = Field(description="A label of that vocabulary.")
    score: UnitInterval | None = Field(
        default=None, description="Intensity from 0 (absent) to 1 (extreme), as people rated it."
    )
    votes: Count | None = Field(default=None, description="Number of raters who chose the label.")
    rater: str | None = Field(default=None, description="Pseudonym of the rater.")

    _check = model_validator(mode="before")(check_emotion)


class Labels(Section):
    """Human judgements, in the vocabularies they were made in."""

    name: ClassVar[str] = "labels"

    emotions: list[EmotionLabel] = Field(
        default_factory=list, description="Emotions ascribed by people; several may hold at once."
    )
