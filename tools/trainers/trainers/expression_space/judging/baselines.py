"""Faces predicted by those who know little: constants, the nearest sentence, a linear map.

Shapes: t texts that are learned from, v that choices are made on.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0, 1e1, 1e2)
"""Strengths of ridge to choose from, in mean eigenvalues of the features' scatter."""
ROWS_AT_ONCE = 4_096
"""Texts whose features are held as float64, or compared with as many others: 64 MB at d = 2048."""

_TINY = np.finfo(np.float64).tiny


def predict_mean(faces: Floats, count: int) -> Floats:
    """The mean of the training faces, for each text: the best constant for squared errors.

    Args:
        faces: (t, s).
        count: n.

    Returns:
        (n, s)
    """
    return np.repeat(faces.mean(axis=0, dtype=np.float64)[None].astype(np.float32), count, axis=0)


def predict_median(faces: Floats, count: int) -> Floats:
    """The median of the training faces, for each text: the best constant for absolute errors.

    Args:
        faces: (t, s).
        count: n.

    Returns:
        (n, s)
    """
    return np.repeat(np.median(faces, axis=0)[None].astype(np.float32), count, axis=0)


def find_nearest(features: Floats, learned: Floats) -> NDArray[np.int64]:
    """The training text with the highest cosine, of equally near ones the first.

    Args:
        features: (n, d).
        learned: (t, d).

    Returns:
        (n,) rows of the training texts.
    """
    nearest = np.zeros(len(features), dtype=np.int64)
    highest = np.full(len(features), -np.inf, dtype=np.float32)
    for start in range(0, len(learned), ROWS_AT_ONCE):
        block = _to_length_one(learned[start : start + ROWS_AT_ONCE]).T
        for row in range(0, len(features), ROWS_AT_ONCE):
            rows = slice(row, row + ROWS_AT_ONCE)
            # the length of the text itself changes no order
            cosines = np.round(features[rows] @ block, 6)
            best = cosines.argmax(axis=1)
            value = cosines[np.arange(len(best)), best]
            nearer = value > highest[rows]
            nearest[rows] = np.where(nearer, best + start, nearest[rows])
            highest[rows] = np.maximum(value, highest[rows])
    return nearest


def _to_length_one(rows: Floats) -> Floats:
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    unit: Floats = np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > 0.0)
    return unit


class Data(NamedTuple):
    """Texts with their faces.

    Attributes:
        features: (t, d).
        faces: (t, s).
    """

    features: Floats
    faces: Floats


class Ridge:
    """A linear map from features to faces, with an intercept; its weights are cut to 0 to 1.

    Args:
        learned: that it is fitted to.
        validation: that its strength is chosen on, by the mean absolute error.

    Attributes:
        strength: chosen from `STRENGTHS`, of equally good ones the first.

    Source: Hoerl & Kennard 1970, Ridge regression, Technometrics 12, equation 2.1.
    """

    def __init__(self, learned: Data, validation: Data) -> None:
        self._center = learned.features.mean(axis=0, dtype=np.float64)
        self._rest = learned.faces.mean(axis=0, dtype=np.float64)
        if len(learned.features) < learned.features.shape[1]:
            self._turn_few(learned)
        else:
            self._turn_many(learned)
        errors = [self._judge(strength, validation) for strength in STRENGTHS]
        self.strength = STRENGTHS[int(np.argmin(errors))]
        self._weights = self._solve(self.strength)

    def predict(self, features: Floats, strength: float | None = None) -> Floats:
        """Predict faces.

        Args:
            features: (n, d).
            strength: another than the chosen one.

        Returns:
            (n, s) weights, 0 to 1.
        """
        weights = self._weights if strength is None else self._solve(strength)
        return self._apply(features, weights)

    def _turn_many(self, learned: Data) -> None:
        """Find the axes of the features by their scatter (d, d), added up block by block."""
        d, s = learned.features.shape[1], learned.faces.shape[1]
        scatter, together = np.zeros((d, d)), np.zeros((d, s))
        for start in range(0, len(learned.features), ROWS_AT_ONCE):
            rows = slice(start, start + ROWS_AT_ONCE)
            block = learned.features[rows].astype(np.float64) - self._center
            scatter += block.T @ block
            together += block.T @ (learned.faces[rows] - self._rest)
        values, self._axes = np.linalg.eigh(scatter)
        self._values = np.maximum(values, 0.0)
        self._together = self._axes.T @ together

    def _turn_few(self, learned: Data) -> None:
        """Find the same axes where texts are fewer than features: by those texts."""
        block = learned.features.astype(np.float64) - self._center
        left, singular, self._axes = np.linalg.svd(block, full_matrices=False)
        self._axes = self._axes.T
        self._values = singular**2
        self._together = singular[:, None] * (left.T @ (learned.faces - self._rest))

    def _solve(self, strength: float) -> NDArray[np.float64]:
        penalty = max(strength * self._values.sum() / len(self._center), _TINY)
        found: NDArray[np.float64] = self._axes @ (
            self._together / (self._values + penalty)[:, None]
        )
        return found

    def _judge(self, strength: float, validation: Data) -> float:
        found = self._apply(validation.features, self._solve(strength))
        return float(np.abs(found - validation.faces).mean(dtype=np.float64))

    def _apply(self, features: Floats, weights: NDArray[np.float64]) -> Floats:
        parts = [
            (features[start : start + ROWS_AT_ONCE] - self._center) @ weights + self._rest
            for start in range(0, len(features), ROWS_AT_ONCE)
        ]
        faces: Floats = np.clip(np.concatenate(parts), 0.0, 1.0).astype(np.float32)
        return faces
