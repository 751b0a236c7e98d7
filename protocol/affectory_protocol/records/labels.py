"""What people said about a record."""

from typing import ClassVar

from affectory_protocol.records.base import Count, Model, Section, UnitInterval
from affectory_protocol.records.registered import check_emotion
from pydantic import Field, model_validator

MIN_VOTES = 2
"""Raters who have to agree on a label: as in the published splits of GoEmotions (Demszky et al.
2020), which keep a label that two chose."""


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


class BigFive(Model):
    """Personality as people judged it. Null means not known."""

    openness: UnitInterval | None = Field(default=None, description="From 0 (low) to 1 (high).")
    conscientiousness: UnitInterval | None = Field(
        default=None, description="From 0 (low) to 1 (high)."
    )
    extraversion: UnitInterval | None = Field(default=None, description="From 0 (low) to 1 (high).")
    agreeableness: UnitInterval | None = Field(
        default=None, description="From 0 (low) to 1 (high)."
    )
    neuroticism: UnitInterval | None = Field(
        default=None, description="From 0 (emotionally stable) to 1 (unstable)."
    )


class Labels(Section):
    """Human judgements, in the vocabularies they were made in."""

    name: ClassVar[str] = "labels"

    emotions: list[EmotionLabel] = Field(
        default_factory=list, description="Emotions ascribed by people; several may hold at once."
    )
    raters: Count | None = Field(
        default=None, description="Number of people who were asked; null when not known."
    )
    unclear: Count | None = Field(
        default=None,
        description="Number of raters to whom the record was too unclear to judge; null when they "
        "were not asked.",
    )
    valence: UnitInterval | None = Field(
        default=None, description="From 0 (most unpleasant) to 1 (most pleasant), 0.5 is neither."
    )
    arousal: UnitInterval | None = Field(
        default=None, description="From 0 (calmest) to 1 (most excited)."
    )
    dominance: UnitInterval | None = Field(
        default=None, description="From 0 (most controlled) to 1 (most in control)."
    )
    big_five: BigFive | None = Field(
        default=None, description="Personality of the person in the record, as people judged it."
    )
    captions: list[str] = Field(
        default_factory=list, description="What people wrote to describe the record, one text each."
    )

    def find_said(self) -> list[EmotionLabel]:
        """The emotions that people found, by one rule for those who learn and those who compare.

        A label that stands alone is one. A score says how strong it is, and 0 is absent. Votes
        count from `MIN_VOTES` on, or from one where a single person was asked.
        """
        enough = min(MIN_VOTES, self.raters or MIN_VOTES)
        return [
            each
            for each in self.emotions
            if each.score != 0.0 and (each.votes is None or each.votes >= enough)
        ]
