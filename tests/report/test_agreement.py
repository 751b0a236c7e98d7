import json

import pytest
from affectory_protocol.records import Expression, Labels
from report.agreement import Agreements


@pytest.fixture
def count(labels):
    """Count (vocabulary, labels, predictions as vocabulary:label or label with strength, split)."""

    def make(*rows):
        agreements = Agreements()
        for vocabulary, names, predicted, split in rows:
            emotions = [_parse(one) for one in predicted]
            section = {"emotions": emotions, "action_units": [], "description": ""}
            section["blendshapes"] = {"layout": "arkit-52", "weights": [0.0] * 52}
            agreements.add(
                Labels.model_validate(labels(vocabulary, *names)),
                Expression.model_validate_json(json.dumps(section)),
                split,
            )
        return agreements.finish()

    return make


@pytest.fixture
def compare(count):
    """The only comparison of some rows, (vocabulary, labels, predictions) each."""

    def make(*rows):
        (found,), _ = count(*((*row, None) for row in rows))
        return found

    return make


def _parse(text):
    name, _, strength = text.partition("=")
    vocabulary, _, label = name.rpartition(":")
    return {
        "vocabulary": vocabulary or "ekman",
        "label": label,
        "intensity": float(strength or 0.5),
    }


def test_the_strongest_emotion_agrees_when_people_named_it_among_others(compare):
    found = compare(("ekman", ["joy", "surprise"], ["fear=0.2", "joy=0.9"]))

    assert (found.whole.rate.hits, found.whole.rate.n) == (1, 1)


def test_labels_and_predictions_meet_in_the_coarsest_terms(compare):
    found = compare(("emoint", ["joy"], ["goemotions:optimism"]))

    assert (found.people, found.terms, found.whole.rate.hits) == ("emoint", "ekman", 1)


def test_records_are_compared_whatever_the_vocabulary_of_their_strongest_prediction(compare):
    found = compare(
        ("goemotions", ["remorse"], ["goemotions:grief"]),
        ("goemotions", ["joy"], ["neutral"]),
        ("goemotions", ["anger"], ["isear:anger"]),
    )

    assert (found.whole.rate.hits, found.whole.rate.n) == (2, 3)


def test_a_vocabulary_without_a_mapping_is_compared_within_itself(compare):
    found = compare(("my-own", ["bliss"], ["my-own:bliss"]), ("my-own", ["bliss"], ["my-own:awe"]))

    assert (found.terms, found.whole.rate.hits, found.whole.rate.n) == ("my-own", 1, 2)


def test_predictions_without_a_counterpart_are_left_out_and_counted(compare):
    found = compare(("my-own", ["bliss"], ["joy"]), ("my-own", ["bliss"], ["my-own:bliss"]))

    assert (found.foreign, found.whole.rate.n) == (1, 1)


def test_vocabularies_of_which_nothing_can_be_compared_are_named(count):
    agreements, (uncompared,) = count(("my-own", ["bliss"], ["joy"], None))

    assert agreements == []
    assert (uncompared.vocabulary, uncompared.records) == ("my-own", 1)


def test_baseline_always_gives_the_most_frequent_group(compare):
    said = ("grief", "remorse", "sadness", "joy")
    found = compare(*[("goemotions", [label], ["joy"]) for label in said])

    assert (found.whole.majority, found.whole.baseline.hits) == ("sadness", 3)
    assert found.whole.rate.hits == 1


def test_records_without_a_predicted_emotion_count_as_disagreement(compare):
    found = compare(("ekman", ["joy"], ["joy"]), ("ekman", ["joy"], []))

    assert (found.whole.rate.hits, found.whole.rate.n, found.silent) == (1, 2, 1)


def test_neutral_predictions_are_counted_and_the_rest_is_rated_by_itself(compare):
    found = compare(
        ("emoint", ["joy"], ["goemotions:neutral"]),
        ("emoint", ["joy"], ["neutral"]),
        ("emoint", ["joy"], []),
        ("emoint", ["joy"], ["joy"]),
    )

    assert (found.neutral, found.silent, found.has_neutral) == (2, 1, False)
    assert (found.named.hits, found.named.n) == (1, 1)


def test_neutral_agrees_where_people_can_say_it(compare):
    found = compare(("goemotions", ["neutral"], ["neutral"]))

    assert (found.has_neutral, found.whole.rate.hits, found.named) == (True, 1, None)


def test_fine_labels_are_compared_when_every_prediction_is_one(compare):
    found = compare(
        ("goemotions", ["grief"], ["goemotions:grief"]),
        ("goemotions", ["grief"], ["goemotions:remorse"]),
        ("goemotions", ["joy"], []),
    )

    assert (found.whole.rate.hits, found.fine.rate.hits, found.fine.rate.n) == (2, 1, 3)
    assert found.fine.majority == "grief"


@pytest.mark.parametrize("place", [0, 1])
def test_fine_labels_are_not_compared_with_predictions_in_other_terms(compare, place):
    rows = [("goemotions", ["grief"], ["goemotions:grief"])]
    rows.insert(place, ("goemotions", ["joy"], ["joy"]))

    assert compare(*rows).fine is None


def test_splits_are_compared_apart_when_there_are_several(count):
    (found,), _ = count(("ekman", ["joy"], ["joy"], "train"), ("ekman", ["joy"], ["fear"], "test"))

    assert [(one.split, one.rate.hits, one.rate.n) for one in found.parts] == [
        ("test", 0, 1),
        ("train", 1, 1),
    ]


def test_the_confusion_is_in_the_common_terms(compare):
    confusion = compare(("isear", ["guilt"], ["goemotions:annoyance"])).confusion

    assert (confusion.columns, [row.label for row in confusion.rows]) == (
        ("anger", "sadness"),
        ["sadness"],
    )


def test_vocabularies_of_most_records_come_first(count):
    found, _ = count(("ekman", ["joy"], ["joy"], None), *[("isear", ["joy"], ["joy"], None)] * 2)

    assert [one.people for one in found] == ["isear", "ekman"]


def test_combinations_beyond_the_limit_are_counted_as_skipped(monkeypatch, labels):
    monkeypatch.setattr("report.agreement.MAX_COMBINATIONS", 2)
    agreements = Agreements()
    section = {"emotions": [], "action_units": [], "description": ""}
    section["blendshapes"] = {"layout": "arkit-52", "weights": [0.0] * 52}
    for label in ("joy", "joy", "fear"):
        agreements.add(
            Labels.model_validate(labels("ekman", label)),
            Expression.model_validate(section),
            None,
        )

    assert agreements.skipped == 1
    assert agreements.finish()[0][0].whole.rate.n == 2
