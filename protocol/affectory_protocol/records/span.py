"""Where a record lies in time."""

from typing import Annotated, ClassVar

from affectory_protocol.records.assets import Role
from affectory_protocol.records.base import Section
from pydantic import Field

Seconds = Annotated[float, Field(ge=0.0)]


class Span(Section):
    """A stretch of the media that the record was cut out of, or was measured on."""

    name: ClassVar[str] = "span"

    role: Role = Field(description="Role of the asset in which the stretch lies.")
    start: Seconds = Field(description="Where it begins, seconds from the start of the media.")
    duration: Seconds | None = Field(
        default=None, description="How long it is, seconds; null when not known."
    )
