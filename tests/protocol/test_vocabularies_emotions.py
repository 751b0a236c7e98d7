"""Emotion vocabularies and their mappings."""

import pytest
from affectory_protocol.vocabularies.emotions import (
    MAPPINGS,
    VOCABULARIES,
    check_label,
    map_label,
)

# the Ekman-level grouping as published with GoEmotions, typed from there
GROUPS = {
    "anger": "anger annoyance disapproval",
    "disgust": "disgust",
    "fear": "fear nervousness",
    "joy": "joy amusement approval excitement gratitude love optimism relief pride admiration "
    "desire caring",
    "sadness": "sadness disappointment embarrassment grief remorse",
    "surprise": "surprise realization confusion curiosity",
    "neutral": "neutral",
}
LABELS = [(name, label) for name, labels in VOCABULARIES.items() for label in labels]


def test_goemotions_labels_stand_at_their_published_index():
    goemotions = VOCABULARIES["goemotions"]
    assert len(goemotions) == 28
    assert [goemotions.index(label) for label in ("admiration", "fear", "joy", "love")] == [
        *(0, 14, 17, 18)
    ]
    assert goemotions.index("neutral") == 27


def test_goemotions_emotions_are_alphabetical_before_neutral():
    assert list(VOCABULARIES["goemotions"][:27]) == sorted(VOCABULARIES["goemotions"][:27])


def test_isear_has_shame_and_guilt():
    assert VOCABULARIES["isear"][-2:] == ("shame", "guilt")


@pytest.mark.parametrize("name", VOCABULARIES)
def test_labels_of_a_vocabulary_are_unique(name):
    assert len(set(VOCABULARIES[name])) == len(VOCABULARIES[name])


@pytest.mark.parametrize(
    ("label", "group"),
    [(label, group) for group, labels in GROUPS.items() for label in labels.split()],
)
def test_goemotions_labels_map_to_their_published_group(label, group):
    assert map_label(label, "goemotions", "ekman") == group


def test_every_goemotions_label_has_a_group():
    assert set(MAPPINGS["goemotions", "ekman"]) == set(VOCABULARIES["goemotions"])


@pytest.mark.parametrize("label", ["shame", "guilt"])
def test_shame_and_guilt_count_as_sadness(label):
    assert map_label(label, "isear", "ekman") == "sadness"


@pytest.mark.parametrize(("source", "target"), MAPPINGS)
def test_mappings_name_only_labels_of_their_vocabularies(source, target):
    mapping = MAPPINGS[source, target]
    assert set(mapping) <= set(VOCABULARIES[source])
    assert set(mapping.values()) <= set(VOCABULARIES[target])


@pytest.mark.parametrize("label", ["disgust", "surprise", "neutral"])
def test_a_label_without_counterpart_maps_to_none(label):
    assert map_label(label, "ekman", "emoint") is None


@pytest.mark.parametrize(("vocabulary", "label"), LABELS)
def test_a_vocabulary_maps_to_itself_unchanged(vocabulary, label):
    assert map_label(label, vocabulary, vocabulary) == label


def test_an_unknown_source_vocabulary_is_named():
    with pytest.raises(ValueError, match=r"vocabulary .*: plutchik$"):
        map_label("joy", "plutchik", "ekman")


def test_an_unknown_target_vocabulary_is_named():
    with pytest.raises(ValueError, match=r"vocabulary: plutchik$"):
        map_label("joy", "ekman", "plutchik")


def test_an_unknown_label_is_named():
    with pytest.raises(ValueError, match=r"label of the emotion vocabulary ekman: happiness$"):
        map_label("happiness", "ekman", "goemotions")


def test_a_mapping_that_is_not_declared_is_refused():
    with pytest.raises(ValueError, match=r"no mapping declared .*: isear to goemotions$"):
        map_label("joy", "isear", "goemotions")


def test_check_label_accepts_every_registered_label():
    for vocabulary, label in LABELS:
        check_label(label, vocabulary)
