"""Looking up by a predicted face: the way that serves a method best on validation records.

Who has no space says how like two faces are by no rule of its own. Held to one rule, it could fall
behind a space for that rule alone, so each method has the one of `Way` that suits it.

Shapes: v validation records.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from trainers.expression_space.judging.ranks import (
    DIGITS,
    Floats,
    Pool,
    Score,
    Scores,
    find_identical,
    rank_in_pools,
    score_cosine,
    score_nearness,
)


class Way(StrEnum):
    """How like a predicted face is to another."""

    DISTANCE = "distance"
    """Euclidean."""
    DIFFERENCE = "difference"
    """The mean absolute one of weights."""
    COSINE = "cosine"
    """Of how the faces differ from the mean face that was learned from."""


class Lookup(BaseModel):
    """The way that was chosen for a method."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    way: Way
    r1: float = Field(
        description="What it was chosen for: the share of sentences of validation records whose "
        "face came first in a pool."
    )


class Given(NamedTuple):
    """What a way is chosen on.

    Attributes:
        faces: (v, s) of validation records, the annotator's.
        center: (s,) the mean face of training records.
        pools: of validation records.
    """

    faces: Floats
    center: Floats
    pools: Sequence[Pool]


def choose_lookup(candidates: Sequence[Floats], given: Given) -> tuple[int, Lookup]:
    """Choose the way, and the prediction where there are several.

    Args:
        candidates: (v, s) each, faces predicted for validation records.
        given: what is chosen on.

    Returns:
        The position of the candidate, and the way; of equally good ones the first.
    """
    identical = find_identical(given.faces)
    tried = []
    for way in Way:
        for position, faces in enumerate(candidates):
            score = score_faces(faces, given.faces, way=way, center=given.center)
            ranks = rank_in_pools(score, identical, given.pools)
            tried.append((position, Lookup(way=way, r1=float((ranks <= 1).mean()))))
    return max(tried, key=lambda one: one[1].r1)


def score_faces(queries: Floats, keys: Floats, *, way: Way, center: Floats) -> Score:
    """Score faces by how like they are.

    Args:
        queries: (n, s).
        keys: (m, s).
        way: that counts.
        center: (s,) the mean face of training records.
    """
    match way:
        case Way.DISTANCE:
            return score_nearness(queries, keys)
        case Way.DIFFERENCE:
            return _score_difference(queries, keys)
        case Way.COSINE:
            return score_cosine(_turn(queries, center), _turn(keys, center))


def _score_difference(queries: Floats, keys: Floats) -> Score:
    from sklearn.metrics.pairwise import manhattan_distances  # it takes a second to import

    left, right = queries.astype(np.float64), keys.astype(np.float64)

    def score(rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Scores:
        apart = manhattan_distances(left[rows], right[columns]) / left.shape[1]
        scores: Scores = -np.round(apart, DIGITS)
        return scores

    return score


def _turn(faces: Floats, center: Floats) -> NDArray[np.float64]:
    """Directions from the center, of length 1; that of the center itself is of zeros."""
    rows = faces.astype(np.float64) - center.astype(np.float64)
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    turned: NDArray[np.float64] = np.divide(
        rows, lengths, out=np.zeros_like(rows), where=lengths > 0.0
    )
    return turned
