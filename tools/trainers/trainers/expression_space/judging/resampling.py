"""Intervals of figures: whole groups are drawn, since what shares a group is not independent."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
INTERVAL = 0.95

Figures = dict[str, float]
Weights = NDArray[np.int64]
"""(n,) how often each record is drawn."""
Measure = Callable[[Weights], Figures]


def draw(groups: NDArray[np.integer], seed: int, *, times: int = RESAMPLES) -> Iterator[Weights]:
    """Draw as many groups as there are, with replacement, again and again.

    Args:
        groups: (n,) the number of each record's group, from 0 on.
        seed: of the draws.
        times: r.
    """
    random = np.random.default_rng(seed)
    count = int(groups.max()) + 1
    for _ in range(times):
        drawn = np.bincount(random.integers(0, count, count), minlength=count)
        yield drawn[groups]


def measure_intervals(
    measure: Measure, draws: Iterable[Weights], *, around: Figures | None = None
) -> dict[str, tuple[float, float]]:
    """The percentile interval of each figure, of the draws in which it is a number.

    Args:
        measure: of records that count as often as a draw has them.
        draws: of `draw`.
        around: values that the draws are shifted to have for their mean; None leaves them.

    Returns:
        Low and high end by figure; a figure that is a number in no draw is left out.
    """
    samples = [measure(weights) for weights in draws]
    tail = (1.0 - INTERVAL) / 2.0
    intervals = {}
    for name in samples[0]:
        drawn = np.array([sample[name] for sample in samples])
        values = drawn[~np.isnan(drawn)]
        if not len(values):
            continue
        shift = 0.0 if around is None else around[name] - float(values.mean())
        low, high = np.quantile(values + shift, (tail, 1.0 - tail))
        intervals[name] = (float(low), float(high))
    return intervals
