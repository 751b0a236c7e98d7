"""Values that change in time: what the rows of an array file mean, and when each of them is."""

from enum import StrEnum
from itertools import pairwise
from typing import Annotated, ClassVar

from affectory_protocol.records.assets import PositiveInt, Role
from affectory_protocol.records.base import MadeBy, Model
from affectory_protocol.records.registered import check_channels
from affectory_protocol.records.span import Seconds
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from pydantic import Field, RootModel, model_validator
from pydantic_core import PydanticCustomError

Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]

_SLACK = 1e-6
"""Of a frame: what rounding adds to a product of seconds and frames a second."""


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


def _check_key_frames(given: object) -> object:
    """Refuse phases that are not in the order of time, or begin behind the end of the track.

    It leaves to the types whatever is of a wrong one.
    """
    if type(given) is not dict or type(key_frames := given.get("key_frames")) is not list:
        return given
    told = [key.get("time") if type(key) is dict else None for key in key_frames]
    told += [given.get("fps"), given.get("frames")]
    numbers = [one for one in told if type(one) is int or type(one) is float]
    if len(numbers) < len(told):
        return given
    *times, fps, frames = numbers
    is_ordered = all(one <= after for one, after in pairwise(times))
    if not is_ordered or any(time * fps > frames + _SLACK for time in times):
        raise PydanticCustomError(
            "key_frames", "must hold key frames in the order of time that lie within the track"
        )
    return given


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
        default=None,
        description="Where its phases begin, in the order of time; none behind the "
        "end, frames / fps; null when not known.",
    )
    of: Role | None = Field(
        default=None,
        description="Role of the asset it was measured on; absent when it was made from words.",
    )
    made_by: MadeBy | None = Field(default=None, description="Which verb made it.")

    _check = model_validator(mode="before")(check_channels)
    _check_order = model_validator(mode="before")(_check_key_frames)


class Tracks(RootModel[dict[Name, Track]]):
    """Time series by their names, for example face."""

    model_config = {"frozen": True, "strict": True}
    name: ClassVar[str] = "tracks"
