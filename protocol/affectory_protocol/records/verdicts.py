"""What filters thought of a record."""

from typing import Annotated, ClassVar

from affectory_protocol.records.assets import Role
from affectory_protocol.records.base import MadeBy, Model
from pydantic import Field, RootModel

FilterName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,63}$")]


class Verdict(Model):
    """The judgement of one filter, with what it was based on."""

    passed: bool = Field(description="Whether the record meets the filter's conditions.")
    score: float | None = Field(
        default=None, description="The number that was judged, in the filter's unit."
    )
    threshold: float | None = Field(
        default=None, description="The bound it was held against, in the same unit."
    )
    reason: str | None = Field(
        default=None, description="Why it failed: a short code of the filter, null when passed."
    )
    of: Role | None = Field(default=None, description="Role of the asset that was measured.")
    duplicate_of: str | None = Field(
        default=None, description="Id of the earlier record that this one repeats."
    )
    measures: dict[str, float | None] = Field(
        default_factory=dict,
        description="Everything measured, by name, in the units the filter documents; null when "
        "it could not be known.",
    )
    made_by: MadeBy | None = Field(default=None, description="Which verb judged.")


class Verdicts(RootModel[dict[FilterName, Verdict]]):
    """Verdicts by the name of the filter."""

    model_config = {"frozen": True, "strict": True}
    name: ClassVar[str] = "verdicts"
