"""Emotions with intensities, before they become part of a record."""

from collections.abc import Iterable
from math import exp
from typing import NamedTuple

MAX_SHOWN = 3
"""Emotions one face shows; weaker ones are left out."""
STEPS = 20
"""Intensities between 0 and 1 that are told apart: finer than the five letters of FACS."""

FAINTEST, SPAN = 0.4, 0.4
"""Intensity of an emotion whose evidence just reaches its threshold; what more evidence adds."""
MARGIN_SCALE = 2.0
"""Evidence above the threshold that adds 63 % of `SPAN`, natural logarithm of odds."""


class Felt(NamedTuple):
    """One emotion.

    Attributes:
        vocabulary: `goemotions` where one fine label stands out, else `ekman`.
        label: a label of that vocabulary.
        intensity: 0 to 1, in steps of 1 / `STEPS`.
    """

    vocabulary: str
    label: str
    intensity: float


NEUTRAL = Felt("ekman", "neutral", 1.0)
"""No emotion."""


class Mood(NamedTuple):
    """What a text says about feelings.

    Attributes:
        shown: the emotions by label of `ekman`; empty when there is none.
        gain: how emphatic the text is, as a factor; 1 is matter-of-fact.
        probabilities: of the labels of `ekman`, in its order, that people would say them; None when
            the backend gives none.
    """

    shown: dict[str, Felt]
    gain: float
    probabilities: tuple[float, ...] | None = None


def grade(margin: float, gain: float) -> float:
    """Give an emotion the intensity that its evidence and its emphasis speak for.

    Args:
        margin: evidence above the threshold, 0 or more, natural logarithm of odds.
        gain: factor above 0.
    """
    return emphasise(FAINTEST + SPAN * (1.0 - exp(-margin / MARGIN_SCALE)), gain)


def emphasise(intensity: float, gain: float) -> float:
    """Strengthen or weaken an intensity, in steps of 1 / `STEPS` and never to 0 or past 1.

    What lacks to 1 is raised to the power of the gain: very (1.3) takes 0.6 to 0.7, a bit (0.5) to
    0.35.

    Args:
        intensity: 0 to 1.
        gain: factor above 0.
    """
    steps: int = round((1.0 - (1.0 - intensity) ** gain) * STEPS)
    return max(1, steps) / STEPS


def rank(felt: Iterable[Felt]) -> tuple[Felt, ...]:
    """The strongest emotions first, at most `MAX_SHOWN`; neutral when there is none above 0."""
    present = [each for each in felt if each.intensity > 0.0]
    ranked = sorted(present, key=lambda each: -each.intensity)[:MAX_SHOWN]
    return tuple(ranked) or (NEUTRAL,)
