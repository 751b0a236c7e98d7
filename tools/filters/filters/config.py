"""What a person chooses about each verb."""

from typing import Annotated, Self

from affectory_protocol.choices import Choices
from affectory_protocol.errors import UsageError
from affectory_protocol.records.assets import Role
from pydantic import Field, model_validator

from filters.pointer import parse_pointer

Share = Annotated[float, Field(ge=0, le=1)]


def _refuse_crossed(option: str, low: float | None, high: float | None) -> None:
    if low is not None and high is not None and low > high:
        raise UsageError(f"--min{option} is above --max{option}: {low} > {high}")


class QualityConfig(Choices):
    """The choices of `quality`; a bound that is None is not judged.

    Attributes:
        role: of the image that is measured.
        min_size: of the image's smaller side, pixels.
        min_sharpness: variance of the Laplacian, squared grey levels.
        min_exposure, max_exposure: mean luma, 0 (black) to 1 (white).
        max_clipped: share of pixels without detail, 0 to 1.
        min_faces, max_faces: number of faces found in the image.
    """

    role: Role = "image"
    min_size: Annotated[int, Field(ge=1)] | None = None
    min_sharpness: Annotated[float, Field(ge=0)] | None = None
    min_exposure: Share | None = None
    max_exposure: Share | None = None
    max_clipped: Share | None = None
    min_faces: Annotated[int, Field(ge=0)] | None = None
    max_faces: Annotated[int, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _bounds_agree(self) -> Self:
        _refuse_crossed("-exposure", self.min_exposure, self.max_exposure)
        _refuse_crossed("-faces", self.min_faces, self.max_faces)
        return self


class ThresholdConfig(Choices):
    """The choices of `threshold`.

    Attributes:
        field: JSON pointer (RFC 6901) to the number judged.
        min_value, max_value: smallest and largest number that pass, in the field's unit.
    """

    field: str
    min_value: float | None = Field(default=None, alias="min")
    max_value: float | None = Field(default=None, alias="max")

    @property
    def path(self) -> tuple[str, ...]:
        """The steps from the record to the field."""
        try:
            return parse_pointer(self.field)
        except ValueError as error:
            raise UsageError(f"--field is no JSON pointer: {error}") from None

    @property
    def members(self) -> tuple[str, ...]:
        """The member of the record in which the field lies."""
        return self.path[:1]

    @model_validator(mode="after")
    def _is_judgement(self) -> Self:
        if not self.path:
            raise UsageError("--field is the whole record", hint="Name a number: --field /a/b.")
        if self.min_value is None and self.max_value is None:
            raise UsageError("there is no bound to judge by", hint="Give --min, --max or both.")
        _refuse_crossed("", self.min_value, self.max_value)
        return self
