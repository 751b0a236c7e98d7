"""Faces found in the images of a record."""

from typing import Annotated, ClassVar

from affectory_protocol.records.assets import Role
from affectory_protocol.records.base import MadeBy, Model, UnitInterval
from affectory_protocol.records.expression import Emotion
from pydantic import Field, RootModel


class Landmark(Model):
    """A named point of a face."""

    name: str = Field(description="What the point marks, the person's own side: left_eye.")
    x: float = Field(description="Pixels of the original image, from its left edge.")
    y: float = Field(description="Pixels of the original image, from its top edge.")


class Face(Model):
    """One face in an image. Null means not known: the backend does not estimate it."""

    bbox_xyxy: Annotated[list[float], Field(min_length=4, max_length=4)] = Field(
        description="Box x0, y0, x1, y1 in pixels of the original image, origin top left."
    )
    confidence: UnitInterval | None = Field(
        description="How sure the detector is, 0 to 1; not comparable between backends."
    )
    landmarks: list[Landmark] = Field(description="Named points, pixels of the original image.")
    age: Annotated[float, Field(ge=0, le=130)] | None = Field(
        description="Apparent age in years; null when not known."
    )
    gender: str | None = Field(description="Apparent gender; null when not known.")
    emotion: list[Emotion] | None = Field(
        description="Emotions the face shows; null when not known."
    )


class FacesInImage(Model):
    """What a detector found in one image."""

    items: list[Face] = Field(description="Faces, largest first; empty when there is none.")
    made_by: MadeBy | None = Field(default=None, description="Which verb found them.")


class Faces(RootModel[dict[Role, FacesInImage]]):
    """Faces by the role of the image they were found in."""

    model_config = {"frozen": True, "strict": True}
    name: ClassVar[str] = "faces"
