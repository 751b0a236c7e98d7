"""Colours of emotions: six that people with any colour vision tell apart, and two greys.

Source: Okabe & Ito 2008, Color universal design: its colours; the two greys are ours.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainers.expression_space.judging.prototypes import Said, find_dominant
from trainers.expression_space.judging.read_back import CLASSES, read_emotions
from trainers.expression_space.judging.said import mark_said

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


def find_emotions(said: Sequence[Said], faces: NDArray[np.float32]) -> Emotions:
    """Take the label that `find_dominant` chooses, where people gave any; else what faces show.

    Args:
        said: (n,) what people found.
        faces: (n, s) the annotator's.
    """
    dominant = [find_dominant([one for one in each if mark_said([[one]]).any()]) for each in said]
    marked = mark_said([[] if one is None else [one] for one in dominant])
    if marked.any():
        classes = np.where(marked.any(axis=1), marked.argmax(axis=1), len(CLASSES))
        return Emotions(classes.astype(np.int64), "people's labels")
    return Emotions(read_emotions(faces).argmax(axis=1).astype(np.int64), "read from the faces")
