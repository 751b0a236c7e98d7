"""Which faces a sentence finds: some sentences, each with the faces that lie nearest to it."""

from dataclasses import dataclass

import numpy as np
from affectory_protocol.facs import to_action_units
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from numpy.typing import NDArray

from trainers.expression_space.judging.ranks import find_identical

MAX_UNITS = 3
"""Action units that a face is told by, at most: the strongest."""


@dataclass(frozen=True)
class Found:
    """A face that a sentence finds.

    Attributes:
        record: row of the record that has the face.
        cosine: of sentence and face.
        is_own: whether it is the face of the sentence itself, or identical to it.
    """

    record: int
    cosine: float
    is_own: bool


@dataclass(frozen=True)
class Lookup:
    """A sentence, and what it finds.

    Attributes:
        record: row of the record that has the sentence.
        place: of its own face among the different faces, 1 is the nearest.
        faces: how many different faces there are.
        found: the nearest ones, the nearest first, no two of them identical.
    """

    record: int
    place: int
    faces: int
    found: tuple[Found, ...]


def look_up(
    texts: NDArray[np.float32],
    places: NDArray[np.float32],
    faces: NDArray[np.float32],
    asked: NDArray[np.int64],
    count: int,
) -> list[Lookup]:
    """Look sentences up among the different faces of all records.

    Args:
        texts: (n, k) unit vectors.
        places: (n, k) of the faces.
        faces: (n, s), to tell which are identical.
        asked: rows of the sentences.
        count: faces to be found for each.
    """
    identical = find_identical(faces)
    _, first = np.unique(identical, return_index=True)
    lookups = []
    for row in asked.tolist():
        cosines = np.round(places[first].astype(np.float64) @ texts[row], 6)
        order = np.argsort(-cosines, kind="stable")
        own = int(np.flatnonzero(identical[first][order] == identical[row])[0])
        found = tuple(
            Found(int(first[i]), float(cosines[i]), bool(identical[first[i]] == identical[row]))
            for i in order[:count]
        )
        lookups.append(Lookup(row, own + 1, len(first), found))
    return lookups


def choose_asked(classes: NDArray[np.int64], count: int, seed: int) -> NDArray[np.int64]:
    """Choose records to ask about: of one class after the other, so that each has its turn.

    Args:
        classes: (n,).
        count: how many.
        seed: of the choice.

    Returns:
        Rows, at most as many as there are.
    """
    random = np.random.default_rng(seed)
    shuffled = random.permutation(len(classes))
    turns = np.zeros(len(classes), dtype=np.int64)
    for one in np.unique(classes):
        rows = shuffled[classes[shuffled] == one]
        turns[rows] = np.arange(len(rows))
    return np.lexsort((classes, turns))[:count].astype(np.int64)


def tell_face(face: NDArray[np.float32]) -> str:
    """Tell a face by its strongest action units; a face at rest by these words."""
    units = to_action_units(np.clip(face.astype(np.float64), 0.0, 1.0).tolist())
    strongest = sorted(units, key=lambda unit: -unit.intensity)[:MAX_UNITS]
    told = [f"{ACTION_UNITS[one.au].name} {one.intensity:.1f}" for one in strongest]
    return ", ".join(told) or "at rest"
