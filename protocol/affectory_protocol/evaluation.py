"""How a verb that evaluates writes its figures down: one form, and one table, for all of them.

A figure has its interval, the number of things it was measured on, and what baselines reach. A
baseline that is better than what is judged is told before everything else.
"""

from collections.abc import Sequence
from typing import Generic, TypeVar

import orjson
from pydantic import BaseModel, ConfigDict, Field

DIGITS = 4
"""Decimals of a figure."""


class Metric(BaseModel):
    """One figure."""

    model_config = ConfigDict(frozen=True)

    name: str
    unit: str
    value: float
    ci95: tuple[float, float]
    n: int
    failures: int = Field(description="Things for which nothing comparable was found.")
    baselines: dict[str, float]
    lower_is_better: bool = Field(
        default=False, exclude=True, description="Which way is better; not written."
    )

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


class Groups(BaseModel):
    """How many records took part, each on one side only."""

    model_config = ConfigDict(frozen=True)

    train: int = Field(description="Records that were learned from.")
    validation: int = Field(description="Records that choices were made on.")
    test: int = Field(description="Records that are scored.")
    overlap: int = Field(
        description="Texts and values of groups that scored records share with those learned "
        "from: 0, or there is no evaluation."
    )


GroupsT = TypeVar("GroupsT", bound=Groups)


class Evaluation(BaseModel, Generic[GroupsT]):
    """All figures of one run."""

    model_config = ConfigDict(frozen=True)

    command: str
    groups: GroupsT
    chosen: dict[str, dict[str, float]] = Field(
        description="By baseline, what was chosen on validation records."
    )
    metrics: tuple[Metric, ...]


def write_evaluation(evaluation: BaseModel) -> bytes:
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
