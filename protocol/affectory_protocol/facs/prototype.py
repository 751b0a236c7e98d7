"""The faces that emotions are known by, as action units.

A code gives an emotion at full strength in FACS notation; a weaker emotion scales every unit.
The basic ones are the EMFACS prototypes as published. The finer labels start from a published
display where there is one; its letters, and every unit that a row calls ours, are the choice of
this project. Units of the head (51 to 58) are part of some displays and left out: a list of
blendshapes holds the face alone.

Sources:
    EMFACS: Friesen & Ekman (1983), EMFACS-7: Emotional Facial Action Coding System.
    Du 2014: Du, Tao & Martinez, Compound facial expressions of emotion, PNAS 111(15), table 1.
    Keltner 2019: Keltner, Sauter, Tracy & Cowen, Emotional expression: advances in basic emotion
    theory, Journal of Nonverbal Behavior 43, table 2.
    Cordaro 2018: Cordaro et al., Universals and cultural variations in 22 emotional expressions
    across five cultures, Emotion 18(1), international core patterns.
    Keltner 1997: Keltner & Buswell, Embarrassment: its distinct form and appeasement functions,
    Psychological Bulletin 122(3).
    Keltner 1996: Keltner & Buswell, Evidence for the distinctness of embarrassment, shame, and
    guilt, Cognition and Emotion 10(2).
    Benitez-Quiroz 2016: Benitez-Quiroz, Wilbur & Martinez, The not face, Cognition 150.
"""

from collections.abc import Sequence
from typing import NamedTuple

from affectory_protocol.facs.conflict import resolve_halves
from affectory_protocol.facs.sides import Sides, join_sides, split_sides
from affectory_protocol.facs.unit import parse_facs
from affectory_protocol.records import ActionUnit, Emotion
from affectory_protocol.vocabularies.emotions import check_label


class Prototype(NamedTuple):
    """The face of one emotion at full strength."""

    code: str
    """Action units in FACS notation; empty for a face at rest."""
    source: str
    """Who published it, and what was added."""


PROTOTYPES: dict[str, Prototype] = {
    "joy": Prototype("6+12", "EMFACS"),
    "sadness": Prototype("1+4+15", "EMFACS"),
    "surprise": Prototype("1+2+5B+26", "EMFACS"),
    "fear": Prototype("1+2+4+5+7+20+26", "EMFACS"),
    "anger": Prototype("4+5+7+23", "EMFACS"),
    "disgust": Prototype("9+15+16", "EMFACS"),
    "contempt": Prototype("R12A+R14A", "EMFACS"),
    "neutral": Prototype("", "a face at rest"),
    "admiration": Prototype("1C+2C+5B+12D+25C", "awe 1+2+5+12+25 of Cordaro 2018"),
    "amusement": Prototype("6D+7B+12E+25D+26C", "amusement 6+7+12+25+26+53 of Keltner 2019"),
    "annoyance": Prototype("4C+7C+23B", "ours: anger held back, without the stare"),
    "approval": Prototype("1A+2A+6A+12C", "ours: joy held back, with a flash of the brows"),
    "caring": Prototype("1C+6A+12B+17A+24A", "sympathy 1+17+24+57 of Keltner 2019; smile ours"),
    "confusion": Prototype("4C+7C+L2C", "4+7+56 of Keltner 2019; raised brow for the head, ours"),
    "curiosity": Prototype("1C+2C+5A+12B", "interest 1+2+12 of Keltner 2019; lids ours"),
    "desire": Prototype("6B+7B+12C+25D", "desire 6+7+12+25 of Cordaro 2018"),
    "disappointment": Prototype("1B+4B+15C+17B+64B", "ours: sadness held back, gaze lowered"),
    "disapproval": Prototype("4C+17C+24D", "4+17+24 of Benitez-Quiroz 2016"),
    "embarrassment": Prototype(
        "7B+12C+15B+24B+64D", "7+12+15+52+54+64 of Keltner 2019; pressed lips of Keltner 1997"
    ),
    "excitement": Prototype(
        "1C+2C+5C+6C+12E+25D+26C", "happily surprised 1+2+12+25 (5, 26) of Du 2014; 6 of joy"
    ),
    "gratitude": Prototype("1B+6C+12C", "ours: joy with inner brows raised; no display published"),
    "grief": Prototype("1E+4D+6C+15E+17D+43B", "sad 4+15 (1, 6, 17) of Du 2014; lids ours"),
    "guilt": Prototype("1B+4C+15B+24B+64B", "ours: sadness, gaze lowered; none in Keltner 1996"),
    "love": Prototype("6C+12D+43A", "ours: joy with softened lids; no display published"),
    "nervousness": Prototype("1C+4B+5B+20B+28B", "ours: fear held back, lips drawn in"),
    "optimism": Prototype("1A+2B+6B+12C+63B", "ours: joy held back, looking up"),
    "pride": Prototype("7B+12C+17A", "pride 7+12+53 of Cordaro 2018; chin for the head, ours"),
    "realization": Prototype("1C+2C+5C+25C", "ours: surprise without the dropped jaw"),
    "relief": Prototype("1A+12B+25D+43C", "ours: a breath let out under lowered lids"),
    "remorse": Prototype("1C+4C+15B+17C+64C", "ours: sadness with shame 4+17 of Cordaro 2018"),
    "shame": Prototype("1A+4B+15A+17C+64E", "4+17+54 of Cordaro 2018; gaze of Keltner 2019"),
}
"""Prototypes by label. Labels that several vocabularies share mean the same face in each.

Contempt is in none of the registered vocabularies; it is kept as the one-sided prototype.
"""

_HALVES: dict[str, dict[int, Sides]] = {
    label: split_sides(parse_facs(prototype.code)) for label, prototype in PROTOTYPES.items()
}


def _scale(label: str, vocabulary: str, intensity: float) -> dict[int, Sides]:
    """Give the units of one emotion, split into halves, as strong as the emotion is."""
    check_label(label, vocabulary)
    if not 0.0 <= intensity <= 1.0:
        raise ValueError(f"intensity of an emotion outside 0 to 1: {intensity}")
    return {
        au: Sides(left * intensity, right * intensity)
        for au, (left, right) in _HALVES[label].items()
    }


def prototype_units(label: str, vocabulary: str, intensity: float) -> list[ActionUnit]:
    """Give the action units that show one emotion.

    Args:
        label: the emotion, a label of the vocabulary.
        vocabulary: registered vocabulary of the label.
        intensity: strength of the emotion, 0 (absent) to 1 (extreme); scales every unit.

    Returns:
        Units by number; none for neutral or intensity 0.

    Raises:
        ValueError: unknown vocabulary or label, or an intensity outside 0 to 1.
    """
    return join_sides(_scale(label, vocabulary, intensity))


def blend_units(emotions: Sequence[Emotion]) -> list[ActionUnit]:
    """Give the action units of a face that shows several emotions at once.

    Each unit is as strong as the emotion that asks most of it; units that exclude each other are
    resolved, so the stronger emotion prevails where two cannot be shown together.

    Returns:
        Units by number, without conflicts; none when there is no emotion.

    Raises:
        ValueError: unknown vocabulary or label.
    """
    blended: dict[int, Sides] = {}
    for emotion in emotions:
        scaled = _scale(emotion.label, emotion.vocabulary, emotion.intensity)
        for au, (left, right) in scaled.items():
            present = blended.get(au, Sides(0.0, 0.0))
            blended[au] = Sides(max(left, present.left), max(right, present.right))
    return join_sides(resolve_halves(blended))
