"""A face told in English words."""

import re

import pytest
from affectory_protocol.facs import blend_units, parse_facs
from affectory_protocol.records import ActionUnit, Emotion, Side
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from hypothesis import given
from hypothesis import strategies as st
from llm_annotate.description import describe
from llm_annotate.wording import ADVERBS, COMBINED, ORDER, WORDINGS

GOEMOTIONS = VOCABULARIES["goemotions"]
SENTENCE = re.compile(r"[A-Z][^.]*\.")


def emotion(label: str, intensity: float = 1.0) -> Emotion:
    return Emotion(vocabulary="goemotions", label=label, intensity=intensity)


def tell(label: str, intensity: float = 1.0) -> str:
    emotions = [emotion(label, intensity)]
    return describe(emotions, blend_units(emotions))


@st.composite
def any_emotions(draw):
    """Up to four emotions of any strength."""
    labels = draw(st.lists(st.sampled_from(GOEMOTIONS), max_size=4))
    return [emotion(label, draw(st.floats(0, 1))) for label in labels]


@pytest.mark.parametrize("label", [label for label in GOEMOTIONS if label != "neutral"])
def test_the_emotion_is_named(label):
    assert label in tell(label)


@pytest.mark.parametrize(
    ("label", "features"),
    [
        ("joy", "mouth|lip corners; cheeks"),
        ("sadness", "brows; mouth|lip corners"),
        ("surprise", "brows; eyes|lids; jaw|mouth"),
        ("anger", "brow; eyes|lids; lips"),
        ("disgust", "nose; mouth|lip corners; lower lip"),
    ],
)
def test_what_moves_is_told(label, features):
    for feature in features.split("; "):
        assert re.search(feature, tell(label))


@pytest.mark.parametrize(
    ("intensity", "rank"), [(0.1, 0), (0.2, 0), (0.4, 1), (0.6, 2), (0.8, 3), (1.0, 4)]
)
def test_the_adverb_says_how_strongly(intensity, rank):
    told = describe([], [ActionUnit(au=9, side=Side.BOTH, intensity=intensity)])
    assert any(adverb in told for adverb in ADVERBS[rank])
    others = [adverb for place, row in enumerate(ADVERBS) if place != rank for adverb in row]
    assert not any(f" {adverb} " in told.replace("very slightly", "-") for adverb in others)


def test_one_side_is_told_as_that_side():
    assert "right" in describe([], parse_facs("R12C"))
    assert "left" not in describe([], parse_facs("R12C"))


def test_both_sides_are_told_without_a_side():
    assert not re.search("left|right", describe([], parse_facs("12C")))


def test_different_sides_are_told_apart():
    told = describe([], parse_facs("L2A+R2E"))
    assert "left" in told
    assert "right" in told


def test_a_face_at_rest_is_told_as_neutral():
    told = describe([emotion("neutral")], [])
    assert re.search("neutral|at rest", told)


def test_an_emotion_that_does_not_show_is_still_named():
    assert "grief" in describe([emotion("grief")], [])


def test_neutral_beside_an_emotion_is_not_named():
    emotions = [emotion("neutral", 0.9), emotion("joy", 0.3)]
    assert "neutral" not in describe(emotions, blend_units(emotions))


def test_the_strongest_emotion_is_named_first():
    emotions = [emotion("fear", 0.3), emotion("joy", 0.9)]
    told = describe(emotions, blend_units(emotions))
    assert told.index("joy") < told.index("fear")


def test_a_unit_too_weak_to_be_seen_is_not_told():
    units = [
        ActionUnit(au=9, side=Side.BOTH, intensity=0.04),
        ActionUnit(au=17, side=Side.BOTH, intensity=0.6),
    ]
    assert "nose" not in describe([], units)


def test_a_face_without_a_named_emotion_is_told_all_the_same():
    assert describe([], parse_facs("9C")).startswith("The ")


def test_the_same_face_is_told_in_the_same_words():
    assert tell("fear", 0.7) == tell("fear", 0.7)


def test_faces_that_differ_a_little_are_not_all_told_alike():
    told = {tell("joy", 0.86 + step / 100) for step in range(14)}
    assert len(told) > 5


def test_every_unit_has_words_and_a_place():
    assert set(WORDINGS) == set(ACTION_UNITS) == set(ORDER)
    assert len(ORDER) == len(ACTION_UNITS)


@pytest.mark.parametrize("au", ACTION_UNITS)
def test_words_exist_for_exactly_the_sides_a_unit_can_take(au):
    laterality = ACTION_UNITS[au].laterality
    assert bool(WORDINGS[au].both) == (laterality is not Laterality.DIRECTED)
    assert bool(WORDINGS[au].one) == (laterality is not Laterality.WHOLE)


@pytest.mark.parametrize("au", ACTION_UNITS)
def test_phrases_have_a_place_for_the_adverb_and_the_side(au):
    assert all(phrase.count("{a}") == 1 for phrase in WORDINGS[au].both + WORDINGS[au].one)
    assert all("{s}" not in phrase for phrase in WORDINGS[au].both)
    assert all(phrase.count("{s}") == 1 for phrase in WORDINGS[au].one)


def test_combined_phrases_have_a_place_for_the_adverb():
    assert all(phrase.count("{a}") == 1 for _, phrases in COMBINED for phrase in phrases)


def test_a_larger_combination_comes_before_a_smaller_one_within_it():
    sets = [frozenset(numbers) for numbers, _ in COMBINED]
    assert not any(one < other for place, other in enumerate(sets) for one in sets[:place])


@given(any_emotions())
def test_a_description_is_plain_sentences(emotions):
    told = describe(emotions, blend_units(emotions))
    sentences = SENTENCE.findall(told)
    assert " ".join(sentences) == told
    assert sentences
    assert not re.search(r"[{}]|  | ,|\.\.", told)
