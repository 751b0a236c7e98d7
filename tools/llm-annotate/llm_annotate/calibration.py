"""Bringing the evidence of a linear model to what people said of other sentences.

A probability of 0.3 shall mean that people say the emotion of three such sentences in ten. Then the
thresholds are set, on the same sentences, where they serve macro-F1 best.

Source: Platt 1999, Probabilistic outputs for support vector machines, section 2.1: a slope and a
shift for each class, targets drawn in from 0 and 1.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from llm_annotate.descent import Vector, minimise
from llm_annotate.lessons import Lesson
from llm_annotate.lexicon import GROUPS
from llm_annotate.linear import CLASSES, Head, LinearModel, to_probability
from llm_annotate.thresholds import Judged, tune_thresholds

PRIOR = 1.0
"""Sentences that the slope of 1 is worth beside those of validation."""
PERCENT = 100.0
START = 30.0
"""Probability in percent from which thresholds are first tried."""


def calibrate(model: LinearModel, validation: Sequence[Lesson]) -> LinearModel:
    """Fit slopes, shifts and thresholds; the model must not have learned from these sentences."""
    evidence = np.array([model.weigh(lesson.example.text) for lesson in validation])
    scales, biases = model.scales.copy(), model.biases.copy()
    for number, head in enumerate(model.heads):
        told = [_tell(lesson, head) for lesson in validation]
        kept = [n for n, each in enumerate(told) if each is not None]
        if kept:
            there = np.array([told[n] for n in kept], dtype=float)
            slope, shift = fit_platt(evidence[kept, number], there)
            scales[number] *= slope
            biases[number] = slope * biases[number] + shift
    return set_thresholds(replace(model, scales=scales, biases=biases), validation)


def _tell(lesson: Lesson, head: Head) -> bool | None:
    """Whether people said it; None where they were not asked, or asked how strong."""
    said = {"class": lesson.example.labels, "label": lesson.labels}.get(head.kind)
    return None if said is None else head.label in said


def fit_platt(evidence: Vector, there: Vector) -> tuple[float, float]:
    """Find the slope and the shift by which log-odds agree best with what is there.

    Args:
        evidence: (n,) log-odds.
        there: (n,) 1 where it is, else 0.
    """
    positive = float(there.sum())
    negative = len(there) - positive
    high, low = (positive + 1.0) / (positive + 2.0), 1.0 / (negative + 2.0)
    targets = np.where(there > 0.0, high, low)

    def objective(point: Vector) -> tuple[float, Vector]:
        slope, shift = point
        odds = slope * evidence + shift
        errors = 1.0 / (1.0 + np.exp(-np.clip(odds, -700, 700))) - targets
        loss = float((np.logaddexp(0.0, odds) - targets * odds).sum())
        drawn = PRIOR * (slope - 1.0)
        gradient = np.array([float((errors * evidence).sum()) + drawn, float(errors.sum())])
        return loss + drawn * (slope - 1.0) / 2.0, gradient

    slope, shift = minimise(objective, np.array([1.0, 0.0]))
    return float(slope), float(shift)


def set_thresholds(model: LinearModel, validation: Sequence[Lesson]) -> LinearModel:
    """Set the thresholds with the highest macro-F1 over six emotions and neutral."""
    judged = [
        Judged(
            {
                label: PERCENT * to_probability(evidence)
                for label, evidence in zip(CLASSES, model.weigh(lesson.example.text), strict=False)
            },
            lesson.example.labels,
        )
        for lesson in validation
    ]
    found = tune_thresholds(judged, START)
    return replace(model, thresholds={group: round(found[group] / PERCENT, 4) for group in GROUPS})
