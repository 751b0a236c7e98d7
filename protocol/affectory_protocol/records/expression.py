"""How a face shows what a record says."""

from enum import StrEnum
from typing import Annotated, ClassVar

from affectory_protocol.records.assets import Role
from affectory_protocol.records.base import Model, Section, UnitInterval
from affectory_protocol.records.registered import (
    check_action_unit,
    check_blendshapes,
    check_emotion,
    check_probabilities,
    weights_schema,
)
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from pydantic import Field, GetPydanticSchema, model_validator


class Side(StrEnum):
    """Side of the face, from the point of view of the person whose face it is."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Emotion(Model):
    """One emotion with how strong it is."""

    vocabulary: str = Field(description="Registered vocabulary, for example ekman, or one's own.")
    label: str = Field(description="A label of that vocabulary.")
    intensity: UnitInterval = Field(description="Strength from 0 (absent) to 1 (extreme).")

    _check = model_validator(mode="before")(check_emotion)


class ActionUnit(Model):
    """One facial action unit of FACS."""

    au: int = Field(
        description="Number in FACS, of the registered units.",
        json_schema_extra={"enum": list(ACTION_UNITS)},
    )
    side: Annotated[Side, Field(strict=False)] = Field(
        description="Side of the face, the person's own: left, right or both; a unit "
        "that has one side always names it."
    )
    intensity: UnitInterval = Field(description="Strength from 0 (absent) to 1 (maximum, E).")

    _check = model_validator(mode="before")(check_action_unit)


class Blendshapes(Model):
    """Weights of a registered blendshape layout."""

    layout: str = Field(
        description="Registered layout, for example arkit-52.",
        json_schema_extra={"enum": list(LAYOUTS)},
    )
    weights: Annotated[list[float], GetPydanticSchema(weights_schema)] = Field(
        description="One weight for each name of the layout, in its order; shapes lie in 0 to 1, "
        "rotations of the head and eyes in radians."
    )

    _check = model_validator(mode="before")(check_blendshapes)


class Probabilities(Model):
    """How likely people are to say each label of a vocabulary."""

    vocabulary: str = Field(
        description="Registered vocabulary, for example ekman.",
        json_schema_extra={"enum": list(VOCABULARIES)},
    )
    values: list[UnitInterval] = Field(
        description="One probability for each label of the vocabulary, in its order; they need not "
        "sum to 1, since several labels may hold at once."
    )

    _check = model_validator(mode="before")(check_probabilities)


class Expression(Section):
    """A facial expression in up to four ways of saying it: emotions, muscles, words, blendshapes.

    A way that is absent is not known.
    """

    name: ClassVar[str] = "expression"

    of: Role | None = Field(
        default=None,
        description="Role of the asset it was measured on; absent when it was made from words.",
    )
    confidence: UnitInterval | None = Field(
        default=None,
        description="How sure the program is that measured it, 0 to 1; not comparable between "
        "programs.",
    )
    emotions: list[Emotion] = Field(
        default_factory=list, description="Emotions shown, strongest first."
    )
    action_units: list[ActionUnit] = Field(
        default_factory=list, description="Action units that show them, by number."
    )
    description: str | None = Field(default=None, description="The face in words, English.")
    blendshapes: Blendshapes | None = Field(
        default=None, description="The face as blendshape weights."
    )
    conflicts: list[Annotated[list[int], Field(min_length=2, max_length=2)]] = Field(
        default_factory=list,
        description="Pairs of units, by number, that no face shows at once; the blendshapes leave "
        "the weaker one out.",
    )
    probabilities: Probabilities | None = Field(
        default=None,
        description="How likely people are to say each emotion of the record, which is not how "
        "strong it is; absent when the backend cannot tell.",
    )

    @property
    def tells_emotions(self) -> bool:
        """Whether emotions were looked for; of a face that was only measured none are known."""
        return "emotions" in self.model_fields_set
