"""What a person chooses about each verb."""

from typing import Annotated

from affectory_protocol.choices import Choices
from affectory_protocol.records.assets import Role
from pydantic import Field

MIN_FACE_SIZE = 0.1
MAX_SCALE_FACTOR = 2.0
SCALE_FACTOR = 1.1
MIN_NEIGHBORS = 5


class AnnotateConfig(Choices):
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

    role: Role = "image"
    min_face_size: Annotated[float, Field(ge=0.01, le=1)] = MIN_FACE_SIZE
    scale_factor: Annotated[float, Field(ge=1.01, le=MAX_SCALE_FACTOR)] = SCALE_FACTOR
    min_neighbors: Annotated[int, Field(ge=1, le=1000)] = MIN_NEIGHBORS
