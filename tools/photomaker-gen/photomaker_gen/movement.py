"""What can be set for a movement."""

from typing import Annotated

from affectory_protocol.choices import Choices
from affectory_protocol.errors import UsageError
from affectory_protocol.vocabularies.blendshapes import get_layout
from pydantic import Field, ValidationInfo, field_validator

MIN_FPS, MAX_FPS, DEFAULT_FPS = 1.0, 240.0, 30.0
"""Frames a second."""
MAX_SECONDS = 60.0
"""Longest phase of a movement, seconds."""
DEFAULT_ONSET, DEFAULT_HOLD, DEFAULT_OFFSET = 0.5, 1.0, 0.5
"""Phases of a movement, seconds: those of smiles lie around half a second each way."""
MAX_STEP, STEP_FPS = 0.2, 30
"""No shape moves further in a frame, at so many frames a second."""
MAX_SPEED = MAX_STEP * STEP_FPS
"""The same a second: 6, whatever the frame rate."""
PEAK_SPEED = 15 / 8
"""Greatest speed of the minimum-jerk curve, in whole ways a duration."""
MIN_SECONDS = PEAK_SPEED / MAX_SPEED
"""In which a shape may go from 0 to 1 or back: 0.3125 seconds."""


class AnimateConfig(Choices):
    """How a face moves to its expression and back."""

    fps: Annotated[float, Field(ge=MIN_FPS, le=MAX_FPS)] = Field(
        default=DEFAULT_FPS, description="Frames a second."
    )
    onset: Annotated[float, Field(le=MAX_SECONDS)] = Field(
        default=DEFAULT_ONSET, description="From neutral to the full expression, seconds."
    )
    hold: Annotated[float, Field(ge=0, le=MAX_SECONDS)] = Field(
        default=DEFAULT_HOLD, description="At the full expression, seconds."
    )
    offset: Annotated[float, Field(le=MAX_SECONDS)] = Field(
        default=DEFAULT_OFFSET, description="Back to neutral, seconds."
    )
    layout: str = Field(default="arkit-52", description="Registered layout of the track.")

    @field_validator("onset", "offset")
    @classmethod
    def _refuse_jerks(cls, seconds: float, info: ValidationInfo) -> float:
        if seconds < MIN_SECONDS:
            raise UsageError(
                f"--{info.field_name} is too short, a shape would move further than {MAX_STEP} a "
                f"frame at {STEP_FPS} frames a second: {seconds:g}",
                hint=f"The shortest that keeps it, seconds: {MIN_SECONDS}.",
            )
        return seconds

    @field_validator("layout")
    @classmethod
    def _refuse_unknown(cls, name: str) -> str:
        try:
            get_layout(name)
        except ValueError as error:
            raise UsageError(f"--layout: {error}") from None
        return name
