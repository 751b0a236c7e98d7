"""Figures of records that count as often as weights say."""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from trainers.expression_space.judging.resampling import Figures, Weights
from trainers.expression_space.judging.spread import measure_cosine, measure_rank


class Means:
    """Means of what each record has.

    Args:
        columns: (n,) by the name of the figure.
    """

    def __init__(self, columns: Mapping[str, NDArray[np.generic]]) -> None:
        self._names = list(columns)
        self._values = np.stack([columns[name] for name in self._names], axis=1).astype(np.float64)

    def measure(self, weights: Weights) -> Figures:
        """The mean of each column."""
        means = weights @ self._values / weights.sum()
        return dict(zip(self._names, means.tolist(), strict=True))


class Medians:
    """Medians of what each record has; of an even number the lower of the two in the middle.

    Args:
        columns: (n,) by the name of the figure.
    """

    def __init__(self, columns: Mapping[str, NDArray[np.floating]]) -> None:
        self._columns = {
            name: (np.argsort(one, kind="stable"), one) for name, one in columns.items()
        }

    def measure(self, weights: Weights) -> Figures:
        """The median of each column."""
        half = weights.sum() / 2.0
        return {
            name: float(values[order[np.searchsorted(np.cumsum(weights[order]), half)]])
            for name, (order, values) in self._columns.items()
        }


class Matches:
    """F1 of what is found against what is there, several of which may be.

    `NAME` is the mean over the classes that are there or found in some record that counts, each
    counts the same; one that a draw has nowhere says nothing of that draw. `NAME-micro` counts each
    single one the same.

    Args:
        name: of the figure.
        there: (n, c).
        found: (n, c).
    """

    def __init__(self, name: str, there: NDArray[np.bool_], found: NDArray[np.bool_]) -> None:
        self._name = name
        self._both = (there & found).astype(np.float64)
        self._either = there.astype(np.float64) + found.astype(np.float64)

    def measure(self, weights: Weights) -> Figures:
        """Both figures; no number where nothing is there or found."""
        both, either = weights @ self._both, weights @ self._either
        used = either > 0.0
        if not used.any():
            return {self._name: math.nan, f"{self._name}-micro": math.nan}
        return {
            self._name: float((2.0 * both[used] / either[used]).mean()),
            f"{self._name}-micro": float(2.0 * both.sum() / either.sum()),
        }


class Spread:
    """How a space uses its directions.

    Args:
        latents: (n, k) unit vectors by what they stand for.
    """

    def __init__(self, latents: Mapping[str, NDArray[np.floating]]) -> None:
        self._latents = dict(latents)

    def measure_cosines(self, weights: Weights) -> Figures:
        """The mean cosine of pairs, of each."""
        return {f"{of}-cosine": measure_cosine(one, weights) for of, one in self._latents.items()}

    def measure_ranks(self, weights: Weights) -> Figures:
        """The effective rank, of each."""
        return {
            f"{of}-effective-rank": measure_rank(one, weights) for of, one in self._latents.items()
        }
