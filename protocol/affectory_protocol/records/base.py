"""What every section has in common."""

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

MAX_INTEGER = 2**53 - 1
"""Largest integer every JSON reader keeps exactly."""

Count = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
UnitInterval = Annotated[float, Field(ge=0.0, le=1.0)]
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Model(BaseModel):
    """A part of a record: closed when it is written, tolerant of newer fields when it is read."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        allow_inf_nan=False,
        ser_json_inf_nan="constants",
        defer_build=True,
    )


class MadeBy(Model):
    """Which verb made a section, and from what."""

    tool: str = Field(description="Name of the tool, for example llm-annotate.")
    verb: str = Field(description="Name of the verb, for example expression.")
    behaviour: Count = Field(description="Number the verb raises when its output would change.")
    backend: str | None = Field(default=None, description="Backend, when the verb has several.")
    model: str | None = Field(
        default=None, description="Model and resolved commit, when there is one."
    )
    prompt: Digest | None = Field(
        default=None, description="Digest of the prompt file, when a language model was asked."
    )
    options: Digest = Field(description="Digest of the result options, 16 hexadecimal digits.")
    read: Digest = Field(
        description="Digest of the sections and files read, 16 hexadecimal digits."
    )


class Section(Model):
    """A named part of a record.

    Sections made by a verb carry `made_by`; those without it came from people.
    """

    name: ClassVar[str]

    made_by: MadeBy | None = Field(
        default=None, description="Which verb made it; absent when people did."
    )
