"""The words of a record."""

from typing import ClassVar

from affectory_protocol.records.base import Section
from pydantic import Field


class Text(Section):
    """What was said or written."""

    name: ClassVar[str] = "text"

    content: str = Field(description="The text itself, Unicode.")
    language: str | None = Field(
        default=None, description="BCP 47 language tag, for example en; null when not known."
    )
    speaker: str | None = Field(default=None, description="Who said it, a pseudonym.")
