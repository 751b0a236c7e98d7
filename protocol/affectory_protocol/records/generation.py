"""How a picture was generated."""

from typing import Annotated, ClassVar

from affectory_protocol.records.assets import Role
from affectory_protocol.records.base import Section
from pydantic import Field


class Generation(Section):
    """What a generator was asked for, enough to ask it again."""

    name: ClassVar[str] = "generation"

    of: Role = Field(description="Role of the asset that was generated.")
    seed: Annotated[int, Field(ge=0, lt=2**32)] = Field(
        description="32-bit seed of the record, from --seed and its parent's id."
    )
    reference: str | None = Field(
        default=None, description="Id of the record whose face lent its identity."
    )
    parameters: dict[str, str | float | int | bool] = Field(
        default_factory=dict, description="The backend's own parameters by name."
    )
