"""Figures as they are written down: their values, intervals, and what baselines reach."""

from collections.abc import Mapping

import numpy as np
from affectory_protocol.evaluation import DIGITS, Metric

from llm_annotate.bootstrap import Measure, measure_intervals
from llm_annotate.scores import Figures

LOWER_IS_BETTER = frozenset({"brier", "log-loss", "ece", "intensity-mae"})


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
            lower_is_better=name in LOWER_IS_BETTER,
        )
        for name, value in measure(np.ones(n, dtype=np.int64)).items()
    ]
