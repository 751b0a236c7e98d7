"""The faces that emotions are known by."""

import pytest
from affectory_protocol.facs import (
    blend_units,
    parse_facs,
    prototype_units,
    resolve_conflicts,
    to_blendshapes,
)
from affectory_protocol.facs.prototype import PROTOTYPES
from affectory_protocol.records import ActionUnit, Emotion, Side
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from hypothesis import given
from hypothesis import strategies as st

LABELS = [(name, label) for name, labels in VOCABULARIES.items() for label in labels]
EMFACS = {
    "joy": "6+12",
    "sadness": "1+4+15",
    "surprise": "1+2+5B+26",
    "fear": "1+2+4+5+7+20+26",
    "anger": "4+5+7+23",
    "disgust": "9+15+16",
    "neutral": "",
}


def emotion(label: str, intensity: float, vocabulary: str = "goemotions") -> Emotion:
    return Emotion(vocabulary=vocabulary, label=label, intensity=intensity)


@st.composite
def any_emotions(draw):
    """Up to five emotions of any vocabulary."""
    places = draw(st.lists(st.sampled_from(LABELS), max_size=5))
    return [emotion(label, draw(st.floats(0, 1)), name) for name, label in places]


@pytest.mark.parametrize(("label", "code"), EMFACS.items())
def test_basic_emotions_have_their_emfacs_prototype(label, code):
    assert prototype_units(label, "ekman", 1.0) == parse_facs(code)


def test_contempt_is_one_sided():
    assert parse_facs(PROTOTYPES["contempt"].code) == [
        ActionUnit(au=12, side=Side.RIGHT, intensity=0.2),
        ActionUnit(au=14, side=Side.RIGHT, intensity=0.2),
    ]


@pytest.mark.parametrize(("vocabulary", "label"), LABELS)
def test_every_label_but_neutral_has_units(vocabulary, label):
    assert bool(prototype_units(label, vocabulary, 1.0)) == (label != "neutral")


@pytest.mark.parametrize("prototype", PROTOTYPES.values(), ids=PROTOTYPES)
def test_a_prototype_has_no_conflict(prototype):
    units = parse_facs(prototype.code)
    assert len(resolve_conflicts(units)) == len(units)
    assert {unit.intensity for unit in resolve_conflicts(units)} == {
        unit.intensity for unit in units
    }


@pytest.mark.parametrize("prototype", PROTOTYPES.values(), ids=PROTOTYPES)
def test_a_prototype_can_be_shown(prototype):
    assert len(to_blendshapes(parse_facs(prototype.code))) == 52


def test_no_two_prototypes_are_the_same_face():
    assert len({prototype.code for prototype in PROTOTYPES.values()}) == len(PROTOTYPES)


@pytest.mark.parametrize("prototype", PROTOTYPES.values(), ids=PROTOTYPES)
def test_a_prototype_says_where_it_is_from(prototype):
    assert prototype.source


def test_intensity_scales_every_unit():
    assert prototype_units("surprise", "ekman", 0.5) == [
        ActionUnit(au=1, side=Side.BOTH, intensity=0.5),
        ActionUnit(au=2, side=Side.BOTH, intensity=0.5),
        ActionUnit(au=5, side=Side.BOTH, intensity=0.2),
        ActionUnit(au=26, side=Side.BOTH, intensity=0.5),
    ]


def test_an_emotion_of_intensity_0_has_no_units():
    assert prototype_units("joy", "ekman", 0.0) == []


def test_an_unknown_vocabulary_is_refused():
    with pytest.raises(ValueError, match=r"vocabulary .*: plutchik$"):
        prototype_units("joy", "plutchik", 1.0)


def test_an_unknown_label_is_refused():
    with pytest.raises(ValueError, match=r"vocabulary ekman: contempt$"):
        prototype_units("contempt", "ekman", 1.0)


@pytest.mark.parametrize("intensity", [-0.1, 1.1, float("nan")])
def test_an_intensity_outside_0_to_1_is_refused(intensity):
    with pytest.raises(ValueError, match="intensity of an emotion outside 0 to 1"):
        prototype_units("joy", "ekman", intensity)


def test_a_blend_of_one_emotion_is_its_prototype():
    assert blend_units([emotion("fear", 0.7)]) == prototype_units("fear", "goemotions", 0.7)


def test_a_blend_of_nothing_is_a_face_at_rest():
    assert blend_units([]) == []


def test_a_blend_takes_each_unit_from_the_emotion_that_asks_most():
    blend = blend_units([emotion("fear", 0.4), emotion("anger", 0.8)])
    intensities = {unit.au: unit.intensity for unit in blend}
    assert intensities == {1: 0.4, 2: 0.4, 4: 0.8, 5: 0.8, 7: 0.8, 20: 0.4, 23: 0.8, 26: 0.4}


def test_in_a_blend_of_joy_and_sadness_the_stronger_has_the_mouth():
    blend = blend_units([emotion("joy", 0.8), emotion("sadness", 0.6)])
    intensities = {unit.au: unit.intensity for unit in blend}
    assert intensities[12] == 0.8
    assert intensities[15] == 0.2


@given(any_emotions())
def test_any_blend_can_be_shown(emotions):
    assert all(0.0 <= weight <= 1.0 for weight in to_blendshapes(blend_units(emotions)))


@given(any_emotions(), st.randoms(use_true_random=False))
def test_the_order_of_emotions_does_not_matter(emotions, random):
    shuffled = emotions.copy()
    random.shuffle(shuffled)
    assert blend_units(shuffled) == blend_units(emotions)
