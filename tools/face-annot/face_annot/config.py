"""What a person chooses about each verb."""

from collections.abc import Callable
from typing import Annotated, Self

from affectory_protocol.errors import UsageError
from affectory_protocol.records.assets import Role
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

MIN_FACE_SIZE = 0.1
MAX_SCALE_FACTOR = 2.0
SCALE_FACTOR = 1.1
MIN_NEIGHBORS = 5


class AnnotateConfig(BaseModel):
    """The choices of `annotate`.

    The defaults find one face a person, and nothing else, in photographs of people who face the
    camera; OpenCV's own are 1.1 and 3, which lets more false faces through.

    Attributes:
        role: of the image that is looked at.
        min_face_size: width of the smallest face looked for, share of the image's smaller side.
        scale_factor: ratio of one size looked for to the next; smaller is slower and finds more.
        min_neighbors: how many overlapping detections make a face; larger is stricter.

    Raises:
        UsageError: a choice is out of its range.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    role: Role = "image"
    min_face_size: Annotated[float, Field(ge=0.01, le=1)] = MIN_FACE_SIZE
    scale_factor: Annotated[float, Field(ge=1.01, le=MAX_SCALE_FACTOR)] = SCALE_FACTOR
    min_neighbors: Annotated[int, Field(ge=1, le=1000)] = MIN_NEIGHBORS

    @model_validator(mode="wrap")
    @classmethod
    def _refuse(cls, given: object, handler: Callable[[object], Self]) -> Self:
        try:
            return handler(given)
        except ValidationError as error:
            wrong = error.errors(include_url=False)[0]
            option = "".join(f"--{field}: ".replace("_", "-") for field in wrong["loc"])
            raise UsageError(f"{option}{wrong['msg']}") from None
