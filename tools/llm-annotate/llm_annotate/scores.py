"""F1 and coverage of emotions, several of which may hold at once, with bootstrap intervals.

Sentences with the same labels and the same predictions are one pattern with a count, so that a
resample of thousands of sentences is a draw of some hundred counts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random
from typing import NamedTuple

from affectory_protocol.vocabularies.emotions import VOCABULARIES

CLASSES: tuple[str, ...] = VOCABULARIES["ekman"]
NEUTRAL = "neutral"
RESAMPLES = 1_000
SEED = 0
INTERVAL = 0.95

Classes = frozenset[str]


class Pattern(NamedTuple):
    """What people said about a sentence, and what was found in it, classes of `ekman`."""

    said: Classes
    found: Classes


Figures = dict[str, float]
"""By name: `macro-f1` (mean over `CLASSES`), `f1-<class>`, `coverage` (share of sentences with an
emotion in which some emotion is found); all 0 to 1, 0 where nothing is said or found."""


def score(patterns: Counter[Pattern]) -> Figures:
    """Score patterns by how often they occur."""
    said: Counter[str] = Counter()
    found: Counter[str] = Counter()
    both: Counter[str] = Counter()
    emotional = covered = 0
    for pattern, count in patterns.items():
        for label in pattern.said:
            said[label] += count
        for label in pattern.found:
            found[label] += count
        for label in pattern.said & pattern.found:
            both[label] += count
        if pattern.said - {NEUTRAL}:
            emotional += count
            covered += count if pattern.found - {NEUTRAL} else 0
    f1 = {label: _divide(2 * both[label], said[label] + found[label]) for label in CLASSES}
    return {
        "macro-f1": sum(f1.values()) / len(CLASSES),
        **{f"f1-{label}": value for label, value in f1.items()},
        "coverage": _divide(covered, emotional),
    }


def _divide(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def resample(patterns: Counter[Pattern]) -> list[Figures]:
    """Score `RESAMPLES` bootstrap samples, the same ones for the same patterns."""
    ordered = sorted(patterns, key=lambda pattern: (sorted(pattern.said), sorted(pattern.found)))
    weights = [patterns[pattern] for pattern in ordered]
    random = Random(SEED)
    total = sum(weights)
    return [score(Counter(random.choices(ordered, weights, k=total))) for _ in range(RESAMPLES)]


def read_interval(values: Iterable[float]) -> tuple[float, float]:
    """The percentile interval that holds `INTERVAL` of the values."""
    ordered = sorted(values)
    tail = (1.0 - INTERVAL) / 2.0
    last = len(ordered) - 1
    return ordered[round(tail * last)], ordered[round((1.0 - tail) * last)]


def score_baseline(said: Sequence[Classes], predict: Callable[[int], Classes]) -> Figures:
    """Score a baseline that gives the classes of each sentence by its position."""
    return score(Counter(Pattern(each, predict(index)) for index, each in enumerate(said)))
