"""Colours of emotions: six that people with any colour vision tell apart, and two greys.

Source: Okabe & Ito 2008, Color universal design: its colours; the two greys are ours.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainers.expression_space.judging.read_back import CLASSES, read_emotions

NO_LABEL = "no label"
COLOURS: dict[str, str] = {
    "anger": "#d55e00",
    "disgust": "#009e73",
    "fear": "#cc79a7",
    "joy": "#e69f00",
    "sadness": "#0072b2",
    "surprise": "#56b4e9",
    "neutral": "#7f7f7f",
    NO_LABEL: "#c8c8c8",
}
"""By class of `ekman`."""
NAMES: tuple[str, ...] = (*CLASSES, NO_LABEL)


class Emotions(NamedTuple):
    """The emotion each record is coloured by.

    Attributes:
        classes: (n,) positions in `NAMES`.
        origin: who says so, in words.
    """

    classes: NDArray[np.int64]
    origin: str


def find_emotions(said: NDArray[np.bool_], faces: NDArray[np.float32]) -> Emotions:
    """Take people's labels where there are any, the first of several; else what the faces show.

    Args:
        said: (n, c) classes that people found.
        faces: (n, s) the annotator's.
    """
    if said.any():
        classes = np.where(said.any(axis=1), said.argmax(axis=1), len(CLASSES))
        return Emotions(classes.astype(np.int64), "people's labels")
    return Emotions(read_emotions(faces).argmax(axis=1).astype(np.int64), "read from the faces")
