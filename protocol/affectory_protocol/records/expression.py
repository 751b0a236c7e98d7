"""How a face shows what a record says."""

from enum import StrEnum
from typing import Annotated, ClassVar

from affectory_protocol.records.base import Model, Section, UnitInterval
from pydantic import Field


class Side(StrEnum):
    """Side of the face, from the point of view of the person whose face it is."""

    LEFT = "left"
    RIGHT = "right"
    BOTH = "both"


class Emotion(Model):
    """One emotion with how strong it is."""

    vocabulary: str = Field(description="Registered vocabulary, for example ekman.")
    label: str = Field(description="A label of that vocabulary.")
    intensity: UnitInterval = Field(description="Strength from 0 (absent) to 1 (extreme).")


class ActionUnit(Model):
    """One facial action unit of FACS."""

    au: Annotated[int, Field(ge=1, le=99)] = Field(description="Number in FACS.")
    side: Annotated[Side, Field(strict=False)] = Field(
        description="Side of the face, the person's own: left, right or both."
    )
    intensity: UnitInterval = Field(description="Strength from 0 (absent) to 1 (maximum, E).")


class Blendshapes(Model):
    """Weights of a registered blendshape layout."""

    layout: str = Field(description="Registered layout, for example arkit-52.")
    weights: list[float] = Field(
        description="One weight for each name of the layout, in its order; shapes lie in 0 to 1, "
        "rotations of the head and eyes in radians."
    )


class Expression(Section):
    """A facial expression in four ways of saying it: emotions, muscles, words, blendshapes."""

    name: ClassVar[str] = "expression"

    emotions: list[Emotion] = Field(description="Emotions shown, strongest first.")
    action_units: list[ActionUnit] = Field(description="Action units that show them, by number.")
    description: str = Field(description="The face in words, English.")
    blendshapes: Blendshapes = Field(description="The face as blendshape weights.")
