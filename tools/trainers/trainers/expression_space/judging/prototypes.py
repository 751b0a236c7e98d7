"""Faces predicted from what people said: the prototype of the emotion most of them named."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from affectory_protocol.facs.unit import INTENSITIES
from affectory_protocol.records import EmotionLabel
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from numpy.typing import NDArray

from trainers.expression_space.judging.read_back import show_emotion

Said = Sequence[EmotionLabel]
Floats = NDArray[np.float32]


class Told(NamedTuple):
    """Records with what people said of them.

    Attributes:
        said: (n,) labels.
        faces: (n, s).
    """

    said: Sequence[Said]
    faces: Floats


def find_dominant(said: Said) -> EmotionLabel | None:
    """The emotion with most votes, of equally many the highest score, of equal ones the first.

    Returns:
        A label of a registered vocabulary, or None when people named none.
    """
    known = [each for each in said if each.label in VOCABULARIES.get(each.vocabulary, ())]
    return max(known, key=lambda each: (each.votes or 0, each.score or 0.0), default=None)


class Prototypes:
    """Shows the dominant emotion, as strong as serves best, and a constant where there is none.

    Args:
        validation: that the strength is chosen on, by the mean absolute error.
        otherwise: (s,) the face where people named no emotion.

    Attributes:
        intensity: chosen from the letters of FACS, of equally good ones the first.
    """

    def __init__(self, validation: Told, otherwise: Floats) -> None:
        self._otherwise = otherwise
        choices = list(INTENSITIES.values())
        errors = [
            float(
                np.abs(self._show(validation.said, one) - validation.faces).mean(dtype=np.float64)
            )
            for one in choices
        ]
        self.intensity = choices[int(np.argmin(errors))]

    def predict(self, said: Sequence[Said]) -> Floats:
        """Predict faces from labels.

        Returns:
            (n, s) weights, 0 to 1.
        """
        return self._show(said, self.intensity)

    def _show(self, said: Sequence[Said], intensity: float) -> Floats:
        dominant = [find_dominant(each) for each in said]
        return np.array(
            [
                self._otherwise
                if one is None
                else show_emotion(one.label, one.vocabulary, intensity)
                for one in dominant
            ],
            dtype=np.float32,
        )
