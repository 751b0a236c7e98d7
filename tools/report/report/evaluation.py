"""An evaluation as it is written down: metrics with intervals, beside what baselines reach."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self

from affectory_protocol.errors import UsageError
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, ValidationError, model_validator

MAX_BYTES = 4 * 2**20
"""Largest file read: some ten thousand metrics, and a page that still opens."""

HINT = "An evaluation is what `evaluate` of a tool writes: a command, groups and metrics, as JSON."

Count = Annotated[int, Field(ge=0)]


class Groups(BaseModel):
    """How many examples took part on each side; further members are counts by their own names."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    train: Count = Field(description="Examples that were learned from.")
    validation: Count = Field(description="Examples that something was chosen on.")
    test: Count = Field(description="Examples that were judged.")
    overlap: Count = Field(
        description="Texts and groups that those judged share with the others; 0 without a leak."
    )

    def list_counts(self) -> dict[str, int]:
        """Every count by its name, those that all evaluations have first."""
        given = {**dict(self), **(self.model_extra or {})}
        return {name: value for name, value in given.items() if type(value) is int}


class Metric(BaseModel):
    """One metric of what is judged, and of each baseline; None where a value is not known."""

    model_config = ConfigDict(frozen=True, strict=True)

    name: Annotated[str, Field(min_length=1)]
    unit: str
    value: FiniteFloat | None
    ci95: tuple[FiniteFloat, FiniteFloat] | None = Field(
        description="Lower and upper end of the 95 % interval, in the unit."
    )
    n: Count = Field(description="Examples it was computed from.")
    failures: Count = Field(description="Examples for which there was nothing to compare.")
    baselines: dict[str, FiniteFloat | None]

    @model_validator(mode="after")
    def _check_interval(self) -> Self:
        if self.ci95 is not None and self.ci95[0] > self.ci95[1]:
            raise ValueError("the lower end of an interval is above its upper end")
        return self


class Evaluation(BaseModel):
    """All metrics of one run; further members are what else it says."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    command: str
    groups: Groups
    metrics: Annotated[tuple[Metric, ...], Field(min_length=1)]


def read_evaluation(path: Path) -> Evaluation:
    """Read an evaluation.

    Raises:
        UsageError: the file cannot be read, is too large, or is no evaluation; the message says
            where in the file.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"an evaluation cannot be read: {error.strerror}: {path}") from error
    if len(content) > MAX_BYTES:
        message = f"an evaluation has more than {MAX_BYTES} bytes, and that is no table: {path}"
        raise UsageError(message, hint=HINT)
    try:
        return Evaluation.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = _point_to(first["loc"])
        where = f" at {place}" if place else ""
        message = f"the file is no evaluation: {first['msg']}{where}: {path}"
        raise UsageError(message, hint=HINT) from error


def _point_to(location: Iterable[str | int]) -> str:
    """Write a place as a JSON pointer; a name that the file chose is content: `*`."""
    known = {name for model in (Evaluation, Groups, Metric) for name in model.model_fields}
    return "".join(
        f"/{step if isinstance(step, int) or step in known else '*'}" for step in location
    )
