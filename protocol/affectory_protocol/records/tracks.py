"""Values that change in time: what the rows of an array file mean, and when each of them is."""

from enum import StrEnum
from typing import Annotated, ClassVar

from affectory_protocol.records.assets import PositiveInt, Role
from affectory_protocol.records.base import MadeBy, Model
from affectory_protocol.records.registered import check_channels
from affectory_protocol.records.span import Seconds
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from pydantic import Field, RootModel, model_validator

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]


class Unit(StrEnum):
    """What the numbers of a track are."""

    WEIGHT = "weight"


class KeyFrame(Model):
    """A moment at which a phase of a movement begins."""

    name: Name = Field(
        description="Phase that begins: onset (it rises), apex (it is full), offset (it fades), "
        "neutral (it is over), or one's own."
    )
    time: Seconds = Field(description="When, seconds from the start of the track.")


class Track(Model):
    """One time series: an array of a row a frame and a column a channel."""

    role: Role = Field(
        description="Role of the asset that holds the numbers: .npy, float32, (frames, channels)."
    )
    fps: Annotated[float, Field(gt=0.0)] = Field(
        description="Frames a second; frame n lies at start + n / fps."
    )
    start: Seconds = Field(
        default=0.0, description="When the first frame is, seconds from the start of the record."
    )
    channels: str = Field(
        description="Registered layout that names the columns, for example arkit-52.",
        json_schema_extra={"enum": list(LAYOUTS)},
    )
    unit: Annotated[Unit, Field(strict=False)] = Field(
        description="Of the numbers: weight is 0 to 1 for shapes and radians for rotations."
    )
    frames: PositiveInt = Field(description="Rows of the array.")
    key_frames: list[KeyFrame] | None = Field(
        default=None, description="Where its phases begin, in order; null when not known."
    )
    of: Role | None = Field(
        default=None,
        description="Role of the asset it was measured on; absent when it was made from words.",
    )
    made_by: MadeBy | None = Field(default=None, description="Which verb made it.")

    _check = model_validator(mode="before")(check_channels)


class Tracks(RootModel[dict[Name, Track]]):
    """Time series by their names, for example face."""

    model_config = {"frozen": True, "strict": True}
    name: ClassVar[str] = "tracks"
