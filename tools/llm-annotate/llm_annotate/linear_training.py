"""Training the linear model on labelled sentences.

Each head is a logistic regression (a ridge regression for intensities) on the n-grams of the
sentences, each sentence scaled to length 1. Weights become whole numbers, and only then are they
calibrated (`calibration.py`): what is calibrated is what is used.

Shapes: n sentences, f features, h heads.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from affectory_protocol.errors import UsageError
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from numpy.typing import NDArray

from llm_annotate.calibration import calibrate
from llm_annotate.descent import Vector, minimise
from llm_annotate.lessons import FINE, Lesson
from llm_annotate.lexicon import GROUP_LABELS, GROUPS
from llm_annotate.linear import CLASSES, Head, LinearModel
from llm_annotate.ngrams import hash_text
from llm_annotate.training_texts import TextSet

MIN_COUNT = 5
"""Least number of sentences with a feature."""
MAX_FEATURES = 65_536
"""The most frequent are kept: with all heads the file stays below 3 MB."""
PENALTY = 0.5
"""Weight of half the squared length of a head's weights beside the sum of its losses. On the
validation split of GoEmotions, 0.25 is as good (log loss lower by 0.001) and 1 worse (by 0.005)."""
MIN_RATED = 20
"""Rated sentences from which the strength of an emotion is learned; fewer say too little."""
LARGEST = 127
"""Largest weight, as a whole number of one byte."""

CLASSES_OF_ONE = frozenset(
    {"neutral", *(labels[0] for labels in GROUP_LABELS.values() if len(labels) == 1)}
)
"""Labels of `goemotions` that are all of their class: nothing is left to tell."""
EVEN = 0.5
"""Threshold before there is a better one: likelier than not."""

Loss = Callable[[Vector, Vector], tuple[float, Vector]]
"""Of evidence and targets: their loss, and its derivative by the evidence."""


class Matrix(NamedTuple):
    """Which sentence has which features, each pair once.

    Attributes:
        sentences: (pairs,) position of the sentence.
        features: (pairs,) position of the feature.
        lengths: (n,) square root of the number of features, 1 where there is none.
        width: f.
    """

    sentences: NDArray[np.int64]
    features: NDArray[np.int64]
    lengths: Vector
    width: int

    @classmethod
    def build(cls, rows: Sequence[Sequence[int]], width: int) -> "Matrix":
        """Make the matrix of sentences given by the positions of their features."""
        counts = np.array([len(row) for row in rows], dtype=np.int64)
        return cls(
            np.repeat(np.arange(len(rows)), counts),
            np.array([feature for row in rows for feature in row], dtype=np.int64),
            np.sqrt(np.maximum(counts, 1)),
            width,
        )

    def weigh(self, weights: Vector) -> Vector:
        """The (n,) sums of weights of the sentences, by their lengths."""
        sums = np.bincount(self.sentences, weights[self.features], minlength=len(self.lengths))
        return sums / self.lengths

    def collect(self, slopes: Vector) -> Vector:
        """The (f,) sums of what (n,) sentences say about each feature."""
        shares = (slopes / self.lengths)[self.sentences]
        sums = np.bincount(self.features, shares, minlength=self.width)
        return sums.astype(np.float64, copy=False)


class Fit(NamedTuple):
    """One head.

    Attributes:
        head: what it tells.
        weights: (f,) real numbers.
        bias: evidence of a sentence without features.
    """

    head: Head
    weights: Vector
    bias: float


def derive_model(train: Sequence[Lesson], validation: Sequence[Lesson]) -> LinearModel:
    """Train on some sentences, calibrate on others.

    Raises:
        UsageError: there is nothing to learn from, or nothing to calibrate on.
    """
    for lessons, what in ((train, "to learn from"), (validation, "to calibrate on")):
        if not lessons:
            raise UsageError(
                f"no labelled sentence is there {what}",
                hint="Give labelled sentences, as dataset-io imports them.",
            )
    hashed = [hash_text(lesson.example.text) for lesson in train]
    keys = choose_features(hashed)
    positions = {key: position for position, key in enumerate(keys)}
    rows = [sorted(positions[key] for key in each if key in positions) for each in hashed]
    fits = fit_heads(train, rows, len(keys))
    return calibrate(_to_model(keys, fits, train, validation), validation)


def choose_features(hashed: Sequence[set[int]]) -> list[int]:
    """The most frequent n-grams, by their numbers, ascending."""
    counts = Counter(key for keys in hashed for key in keys)
    frequent = [key for key, count in counts.items() if count >= MIN_COUNT]
    return sorted(sorted(frequent, key=lambda key: (-counts[key], key))[:MAX_FEATURES])


def fit_heads(train: Sequence[Lesson], rows: Sequence[Sequence[int]], width: int) -> list[Fit]:
    """Fit all that the sentences teach: classes, labels, strengths."""
    fits = []
    matrix = Matrix.build(rows, width)
    for name in CLASSES:
        there = np.array([name in lesson.example.labels for lesson in train], dtype=float)
        fits.append(_fit(Head("class", name), matrix, there, logistic_loss))
    taught = [n for n, lesson in enumerate(train) if lesson.labels is not None]
    matrix = Matrix.build([rows[n] for n in taught], width)
    for name in VOCABULARIES[FINE]:
        there = np.array([name in (train[n].labels or ()) for n in taught], dtype=float)
        if name not in CLASSES_OF_ONE and there.any():
            fits.append(_fit(Head("label", name), matrix, there, logistic_loss))
    for name in GROUPS:
        taught = [n for n, lesson in enumerate(train) if name in lesson.strengths]
        if len(taught) >= MIN_RATED:
            matrix = Matrix.build([rows[n] for n in taught], width)
            rated = np.array([train[n].strengths[name] for n in taught])
            fits.append(_fit(Head("strength", name), matrix, rated, squared_loss))
    return fits


def _fit(head: Head, matrix: Matrix, targets: Vector, loss: Loss) -> Fit:
    """Fit weights and a bias, which no penalty holds back; a constant target needs no weights."""
    share = (float(targets.sum()) + 0.5) / (len(targets) + 1.0)
    if targets.min() == targets.max():
        bias = float(np.log(share / (1.0 - share))) if loss is logistic_loss else float(targets[0])
        return Fit(head, np.zeros(matrix.width), bias)

    def objective(point: Vector) -> tuple[float, Vector]:
        weights, bias = point[:-1], point[-1]
        value, slopes = loss(matrix.weigh(weights) + bias, targets)
        gradient = np.append(matrix.collect(slopes) + PENALTY * weights, slopes.sum())
        return value + PENALTY / 2.0 * float((weights * weights).sum()), gradient

    found = minimise(objective, np.zeros(matrix.width + 1))
    return Fit(head, found[:-1], float(found[-1]))


def logistic_loss(evidence: Vector, targets: Vector) -> tuple[float, Vector]:
    """The log loss of log-odds against probabilities, and its slopes."""
    value = np.logaddexp(0.0, evidence) - targets * evidence
    return float(value.sum()), 1.0 / (1.0 + np.exp(-np.clip(evidence, -700, 700))) - targets


def squared_loss(evidence: Vector, targets: Vector) -> tuple[float, Vector]:
    """Half the squared error, and its slopes."""
    errors = evidence - targets
    return float((errors * errors).sum()) / 2.0, errors


def _to_model(
    keys: Sequence[int],
    fits: Sequence[Fit],
    train: Sequence[Lesson],
    validation: Sequence[Lesson],
) -> LinearModel:
    """Make the weights whole numbers; nothing is calibrated yet, and thresholds are not set."""
    weights = np.stack([fit.weights for fit in fits], axis=1)
    scales = np.abs(weights).max(axis=0, initial=0.0) / LARGEST
    whole = np.rint(weights / np.where(scales > 0.0, scales, 1.0))
    texts = TextSet.build(lesson.example.text for lesson in (*train, *validation))
    return LinearModel(
        keys=np.array(keys, dtype=np.uint32),
        weights=whole.astype(np.int8),
        scales=scales,
        biases=np.array([fit.bias for fit in fits]),
        texts=np.frombuffer(texts.bits, dtype=np.uint8),
        heads=tuple(fit.head for fit in fits),
        thresholds=dict.fromkeys(GROUPS, EVEN),
        sentences={"train": len(train), "validation": len(validation)},
    )
