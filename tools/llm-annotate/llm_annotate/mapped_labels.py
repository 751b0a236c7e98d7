"""People's labels as verbs need them that compare or count: each said in one vocabulary.

One rule says which emotions people found, for those who learn and those who compare. A label that
stands alone is one. A score says how strong it is, and 0 is absent. Votes count from `MIN_VOTES`
on, or from one where a single person was asked.

A label that is not registered, or whose vocabulary has no mapping declared, makes the section one
that the verb cannot read: its record is rejected, and the others go on.
"""

from typing import ClassVar

from affectory_protocol.records import EmotionLabel, Labels
from affectory_protocol.vocabularies.emotions import map_label
from pydantic import field_validator
from pydantic_core import PydanticCustomError

MIN_VOTES = 2
"""Raters who have to agree on a label: as in the published splits of GoEmotions (Demszky et al.
2020), which keep a label that two chose."""


class MappedLabels(Labels):
    """The section `labels`, all of its emotions in vocabularies that are mapped to one."""

    target: ClassVar[str]

    @field_validator("emotions")
    @classmethod
    def _are_mapped(cls, emotions: list[EmotionLabel]) -> list[EmotionLabel]:
        for number, emotion in enumerate(emotions):
            try:
                map_label(emotion.label, emotion.vocabulary, cls.target)
            except ValueError:
                raise PydanticCustomError(
                    "unmapped_label",
                    "holds a label that cannot be said in the vocabulary {target}: number {number}",
                    {"target": cls.target, "number": number},
                ) from None
        return emotions

    def find_said(self) -> list[EmotionLabel]:
        """The emotions that people found, by the rule above."""
        enough = min(MIN_VOTES, self.raters or MIN_VOTES)
        return [
            each
            for each in self.emotions
            if each.score != 0.0 and (each.votes is None or each.votes >= enough)
        ]

    def read(self) -> frozenset[str]:
        """What was found, in the target vocabulary; what has no counterpart is left out."""
        mapped = (map_label(e.label, e.vocabulary, self.target) for e in self.find_said())
        return frozenset(label for label in mapped if label is not None)


class EkmanLabels(MappedLabels):
    """Labels in vocabularies that are mapped to `ekman`."""

    target = "ekman"


class GoEmotionsLabels(MappedLabels):
    """Labels of `goemotions`: nothing else is mapped to it."""

    target = "goemotions"
