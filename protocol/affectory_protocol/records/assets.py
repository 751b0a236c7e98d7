"""The files a record refers to."""

from typing import Annotated, ClassVar

from affectory_protocol.records.base import Count, MadeBy, Model, Sha256
from affectory_protocol.records.registered import check_rows
from pydantic import Field, RootModel, model_validator

Role = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]
PositiveInt = Annotated[int, Field(ge=1, le=2**53 - 1)]


class Asset(Model):
    """One file, or rows of one array file."""

    uri: Annotated[str, Field(min_length=1, max_length=4096)] = Field(
        description="Relative POSIX path below a root, optionally NAME: before it."
    )
    media_type: str = Field(description="Media type, for example image/png.")
    made_by: MadeBy | None = Field(default=None, description="Which verb made the file.")
    bytes: Count | None = Field(default=None, description="Size of the file, bytes.")
    sha256: Sha256 | None = Field(default=None, description="SHA-256 of the file, hexadecimal.")
    width: PositiveInt | None = Field(default=None, description="Image width, pixels.")
    height: PositiveInt | None = Field(default=None, description="Image height, pixels.")
    duration: Annotated[float, Field(ge=0.0)] | None = Field(
        default=None, description="How long sound, film or a series is, seconds."
    )
    fps: Annotated[float, Field(gt=0.0)] | None = Field(
        default=None, description="Frames a second of a film or a series."
    )
    sample_rate: PositiveInt | None = Field(default=None, description="Of sound, Hz.")
    channels: PositiveInt | None = Field(default=None, description="Channels of sound.")
    shape: list[Count] | None = Field(
        default=None, description="Lengths of an array's axes, the slowest first."
    )
    dtype: str | None = Field(
        default=None, description="Type of an array's numbers as numpy names it, such as float32."
    )
    rows: Annotated[list[Count], Field(min_length=2, max_length=2)] | None = Field(
        default=None,
        description="First row and the one behind the last, where the asset is a slice of an array "
        "file; shape, bytes and sha256 are then those of the slice.",
    )

    _check = model_validator(mode="before")(check_rows)


class Assets(RootModel[dict[Role, Asset]]):
    """The files of a record by the role they play, for example image or reference."""

    model_config = {"frozen": True, "strict": True}
    name: ClassVar[str] = "assets"
