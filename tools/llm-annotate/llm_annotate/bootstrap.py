"""Figures of sentences with intervals: the same draws for the same number of sentences."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from llm_annotate.scores import RESAMPLES, SEED, Figures, read_interval

Weights = NDArray[np.int64]
"""(n,) how often each of n sentences is drawn."""
Measure = Callable[[Weights], Figures]


def draw(sentences: int) -> Iterator[Weights]:
    """Draw as many sentences as there are, with replacement, `RESAMPLES` times."""
    random = np.random.default_rng(SEED)
    for _ in range(RESAMPLES):
        yield np.bincount(random.integers(0, sentences, sentences), minlength=sentences)


def measure_intervals(measure: Measure, sentences: int) -> dict[str, tuple[float, float]]:
    """The interval of each figure that a measure gives."""
    samples = [measure(weights) for weights in draw(sentences)]
    return {name: read_interval(sample[name] for sample in samples) for name in samples[0]}
