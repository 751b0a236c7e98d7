"""How figures are written down: one form of the file, and one table, for all verbs that evaluate.

A figure has its interval, the number of things it was measured on, and what baselines reach. A
baseline that is better than what is judged is told before everything else. Whoever reads such a
file, whatever wrote it, does so by the records: there a value may be unknown, and there may be more
than is told here. A verb that evaluates writes by what is made from them.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Generic, Self, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

DIGITS = 4
"""Decimals of a figure."""

Count = Annotated[int, Field(ge=0)]


class MetricRecord(BaseModel):
    """One figure of what is judged, and of each baseline; null where a value is not known."""

    model_config = ConfigDict(frozen=True, strict=True)

    name: Annotated[str, Field(min_length=1)]
    unit: str
    value: FiniteFloat | None
    ci95: tuple[FiniteFloat, FiniteFloat] | None = Field(
        description="Lower and upper end of the 95 % interval, in the unit."
    )
    n: Count = Field(description="Things it was measured on.")
    failures: Count = Field(description="Things for which nothing comparable was found.")
    baselines: Mapping[str, FiniteFloat | None]
    lower_is_better: bool = Field(
        default=False, description="Whether the low end is the good one; else the high one is."
    )

    @property
    def tells_direction(self) -> bool:
        """Whether it says itself which end is the good one; older files do not."""
        return "lower_is_better" in self.model_fields_set

    @model_validator(mode="after")
    def _check_interval(self) -> Self:
        if self.ci95 is not None and self.ci95[0] > self.ci95[1]:
            raise ValueError("the lower end of an interval is above its upper end")
        return self


class GroupsRecord(BaseModel):
    """How many records took part on each side; further members are counts by their own names."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    train: Count = Field(description="Records that were learned from.")
    validation: Count = Field(description="Records that choices were made on.")
    test: Count = Field(description="Records that are scored.")
    overlap: Count | None = Field(
        description="Texts and values of groups that scored records share with those learned "
        "from: 0 without a leak, null where it is not known."
    )


class EvaluationRecord(BaseModel):
    """All figures of one run; further members are what else it says."""

    model_config = ConfigDict(frozen=True, strict=True, extra="allow")

    command: str
    groups: GroupsRecord
    metrics: Annotated[tuple[MetricRecord, ...], Field(min_length=1)]


class Metric(MetricRecord):
    """One figure, all of whose values are known."""

    model_config = ConfigDict(extra="forbid", strict=False)

    value: FiniteFloat
    ci95: tuple[FiniteFloat, FiniteFloat]
    baselines: dict[str, FiniteFloat]

    @property
    def best(self) -> float:
        """The best value, of this and of the baselines."""
        values = [self.value, *self.baselines.values()]
        return min(values) if self.lower_is_better else max(values)

    @property
    def winners(self) -> tuple[str, ...]:
        """The baselines that are better than what is judged, the best first."""
        sign = 1.0 if self.lower_is_better else -1.0
        ahead = {of: v for of, v in self.baselines.items() if sign * v < sign * self.value}
        return tuple(sorted(ahead, key=lambda of: sign * ahead[of]))


class Groups(GroupsRecord):
    """How many records took part, each on one side only."""

    model_config = ConfigDict(extra="forbid", strict=False)


GroupsT = TypeVar("GroupsT", bound=Groups)


class Evaluation(EvaluationRecord, Generic[GroupsT]):
    """All figures of one run of a verb."""

    model_config = ConfigDict(extra="forbid", strict=False)

    groups: GroupsT
    metrics: Annotated[tuple[Metric, ...], Field(min_length=1)]
    chosen: dict[str, dict[str, float]] = Field(
        description="By baseline, what was chosen on validation records."
    )


def write_evaluation(evaluation: EvaluationRecord) -> bytes:
    """Write an evaluation as JSON, with a newline at its end."""
    return orjson.dumps(
        evaluation.model_dump(mode="json"), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )


def render_metrics(metrics: Sequence[Metric], *, width: int = 14) -> str:
    """Say figures as a table of text; a star marks the best value of a line.

    Args:
        metrics: a line each.
        width: of the column of names, characters.
    """
    names = list(dict.fromkeys(of for metric in metrics for of in metric.baselines))
    lines = [_pad("", ["this", "95 % interval", *names], width)]
    for metric in metrics:
        low, high = metric.ci95
        cells = [
            _mark(metric.value, metric.best),
            f"{low:.3f} to {high:.3f}",
            *(
                _mark(metric.baselines[of], metric.best) if of in metric.baselines else "– "
                for of in names
            ),
        ]
        lines.append(_pad(metric.name, cells, width))
    return "\n".join(lines)


def _mark(value: float, best: float) -> str:
    return f"{value:.3f}{'*' if value == best else ' '}"


def _pad(head: str, cells: Sequence[str], width: int) -> str:
    return f"{head:<{width}}" + "".join(f"{cell:>18}" for cell in cells)
