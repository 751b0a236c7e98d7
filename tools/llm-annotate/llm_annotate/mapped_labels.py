"""People's labels as verbs need them that compare or count: each said in one vocabulary.

Which emotions people found is the rule of `Labels.find_said`.

A label that is not registered, or whose vocabulary has no mapping declared, makes the section one
that the verb cannot read: its record is rejected, and the others go on.
"""

from typing import ClassVar

from affectory_protocol.records import EmotionLabel, Labels
from affectory_protocol.vocabularies.emotions import map_label
from pydantic import field_validator
from pydantic_core import PydanticCustomError


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
