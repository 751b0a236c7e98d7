"""One figure as it is written down: its value, interval, and what baselines reach."""

from collections.abc import Mapping

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from llm_annotate.bootstrap import Measure, measure_intervals
from llm_annotate.scores import Figures

DIGITS = 4
"""Decimals of a figure."""
LOWER_IS_BETTER = frozenset({"brier", "log-loss", "ece", "intensity-mae"})


class Metric(BaseModel):
    """One figure."""

    model_config = ConfigDict(frozen=True)

    name: str
    unit: str
    value: float
    ci95: tuple[float, float]
    n: int
    failures: int = Field(description="Sentences for which nothing comparable was found.")
    baselines: dict[str, float]

    @property
    def best(self) -> float:
        """The best value, of this and of the baselines."""
        values = [self.value, *self.baselines.values()]
        return min(values) if self.name in LOWER_IS_BETTER else max(values)


def state_metrics(
    measure: Measure, n: int, *, units: Mapping[str, str], baselines: Mapping[str, Figures]
) -> list[Metric]:
    """Write down what a measure says of all sentences, with intervals.

    Args:
        measure: of how often each sentence counts.
        n: number of sentences.
        units: of each figure.
        baselines: figures of the same names.
    """
    intervals = measure_intervals(measure, n)
    return [
        Metric(
            name=name,
            unit=units[name],
            value=round(value, DIGITS),
            ci95=(round(intervals[name][0], DIGITS), round(intervals[name][1], DIGITS)),
            n=n,
            failures=0,
            baselines={of: round(figures[name], DIGITS) for of, figures in baselines.items()},
        )
        for name, value in measure(np.ones(n, dtype=np.int64)).items()
    ]
