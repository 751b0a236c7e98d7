"""Faces read back as emotions: the prototype that a face is nearest to.

The prototypes of all registered labels, each as strong as the five letters of FACS say, are held
against a face; the nearest one gives its class of `ekman`. A face at rest is neutral.
"""

from functools import cache

import numpy as np
from affectory_protocol.facs import prototype_units, to_blendshapes
from affectory_protocol.facs.unit import INTENSITIES
from affectory_protocol.vocabularies.emotions import VOCABULARIES, map_label
from numpy.typing import NDArray

BASIC = "ekman"
CLASSES: tuple[str, ...] = VOCABULARIES[BASIC]
_FACES_AT_ONCE = 4_096


@cache
def show_emotion(label: str, vocabulary: str, intensity: float) -> NDArray[np.float32]:
    """The face that an emotion is known by.

    Args:
        label: of the vocabulary.
        vocabulary: registered.
        intensity: 0 to 1.

    Returns:
        (s,) weights.

    Raises:
        ValueError: unknown vocabulary or label.
    """
    return np.array(to_blendshapes(prototype_units(label, vocabulary, intensity)), dtype=np.float32)


@cache
def _list_prototypes() -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Faces of prototypes (p, s), and the class of each (p,)."""
    named = [
        (label, vocabulary, CLASSES.index(group))
        for vocabulary, labels in VOCABULARIES.items()
        for label in labels
        if (group := map_label(label, vocabulary, BASIC)) is not None
    ]
    faces = [show_emotion(*one[:2], strength) for one in named for strength in INTENSITIES.values()]
    classes = [one[2] for one in named for _ in INTENSITIES]
    return np.array(faces, dtype=np.float64), np.array(classes, dtype=np.int64)


def read_emotions(faces: NDArray[np.floating]) -> NDArray[np.bool_]:
    """The class of the nearest prototype, of equally near ones the first.

    Args:
        faces: (n, s).

    Returns:
        (n, `CLASSES`), one of each row true.
    """
    prototypes, classes = _list_prototypes()
    lengths = (prototypes**2).sum(axis=1)
    nearest = [
        (lengths - 2.0 * faces[start : start + _FACES_AT_ONCE].astype(np.float64) @ prototypes.T)
        .round(9)
        .argmin(axis=1)
        for start in range(0, len(faces), _FACES_AT_ONCE)
    ]
    found = classes[np.concatenate(nearest)]
    marked: NDArray[np.bool_] = found[:, None] == np.arange(len(CLASSES))
    return marked
