"""The place of the right answer, when texts are looked up among faces and faces among texts.

Records whose faces are identical cannot be told apart by a face: they are right answers all of
them, and their places are averaged. Equal scores share their mean place, too. The best that can be
reached is then below 1 where faces repeat; `find_ceiling` says how far.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.floating]
Scores = NDArray[np.float64]
"""(queries, candidates) the higher the nearer."""
Pool = tuple[NDArray[np.int64], int]
"""Rows of records, and how many of them, from the first, are looked up among all of these."""
Score = Callable[[NDArray[np.int64], NDArray[np.int64]], Scores]
"""Scores of queries against candidates, both given by their row."""

DIGITS = 9
"""Decimals of a score that count: the order in which a sum is taken decides no place."""
ROWS_AT_ONCE = 512
"""Queries that are scored together against all candidates: 25 MB for 6,000 of these."""


def score_cosine(queries: Floats, keys: Floats) -> Score:
    """Score by the cosine of unit vectors.

    Args:
        queries: (n, k).
        keys: (m, k).
    """
    left, right = queries.astype(np.float64), keys.astype(np.float64)
    return lambda rows, columns: np.round(left[rows] @ right[columns].T, DIGITS)


def score_nearness(queries: Floats, keys: Floats) -> Score:
    """Score by the squared distance, negative.

    Args:
        queries: (n, s).
        keys: (m, s).
    """
    left, right = queries.astype(np.float64), keys.astype(np.float64)
    lengths = (right**2).sum(axis=1)

    def score(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Scores:
        asked = left[rows]
        own = (asked**2).sum(axis=1)[:, None]
        scores: Scores = np.round(2.0 * asked @ right[columns].T - own - lengths[columns], DIGITS)
        return scores

    return score


def find_identical(faces: Floats) -> NDArray[np.int64]:
    """Number faces so that identical ones have one number.

    Args:
        faces: (n, s).

    Returns:
        (n,)
    """
    _, inverse = np.unique(faces, axis=0, return_inverse=True)
    return inverse.astype(np.int64).reshape(-1)


def draw_pools(n: int, size: int, seed: int) -> Iterator[Pool]:
    """Divide records into pools of one size, in which each is looked up once.

    The last pool is filled up with records of the first that are only looked among.

    Args:
        n: records.
        size: of a pool, at most.
        seed: of the order.

    """
    order = np.random.default_rng(seed).permutation(n)
    size = min(size, n)
    for start in range(0, n, size):
        yield np.take(order, range(start, start + size), mode="wrap"), min(size, n - start)


def rank_in_pools(
    score: Score, identical: NDArray[np.int64], pools: Sequence[Pool]
) -> NDArray[np.float64]:
    """Look every record up in its pool.

    Args:
        score: of records against records.
        identical: (n,) of `find_identical`.
        pools: of `draw_pools`.

    Returns:
        (n,) places, 1 is the first.
    """
    ranks = np.zeros(len(identical))
    for pool, asked in pools:
        for start in range(0, asked, ROWS_AT_ONCE):
            rows = pool[start : min(start + ROWS_AT_ONCE, asked)]
            scores = score(rows, pool)
            ranks[rows] = _rank(scores, identical[rows][:, None] == identical[pool])
    return ranks


def _rank(scores: Scores, right: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The mean place of the right candidates of each row."""
    ordered = np.sort(scores, axis=1)
    ranks = np.zeros(len(scores))
    for row, (own, among) in enumerate(zip(scores, ordered, strict=True)):
        targets = own[right[row]]
        worse = np.searchsorted(among, targets, side="left")
        up_to_equal = np.searchsorted(among, targets, side="right")
        ranks[row] = len(among) - ((worse + up_to_equal - 1) / 2.0).mean()
    return ranks


def find_ceiling(identical: NDArray[np.int64], pools: Sequence[Pool]) -> NDArray[np.float64]:
    """The place that each record has when all right answers come first.

    Returns:
        (n,)
    """
    return rank_in_pools(
        lambda rows, columns: (identical[rows][:, None] == identical[columns]).astype(np.float64),
        identical,
        pools,
    )
