import json

import pytest
from affectory_protocol.records import Expression, Labels
from report.agreement import Agreements, compute_rate


@pytest.fixture
def compare(labels, expression):
    """Compare (vocabulary, labels, predicted emotions, split) rows."""

    def make(*rows):
        agreements = Agreements()
        for vocabulary, names, predicted, split in rows:
            agreements.add(
                Labels.model_validate(labels(vocabulary, *names)),
                Expression.model_validate_json(json.dumps(expression(predicted))),
                split,
            )
        return agreements.finish()

    return make


def test_the_strongest_emotion_agrees_when_people_named_it_among_others(compare):
    weak_first = [("fear", 0.2), ("joy", 0.9)]
    (found,) = compare(("ekman", ["joy", "surprise"], weak_first, None))

    assert (found.rate.hits, found.rate.n) == (1, 1)


def test_labels_are_put_into_the_vocabulary_of_the_prediction(compare):
    (found,) = compare(("goemotions", ["remorse"], [("sadness", 0.5)], None))

    assert (found.people, found.predicted, found.rate.hits) == ("goemotions", "ekman", 1)


def test_vocabularies_without_a_mapping_are_not_compared(compare):
    assert compare(("my-own", ["bliss"], [("joy", 0.5)], None)) == []


def test_baseline_always_gives_the_most_frequent_label(compare):
    rows = [("ekman", [label], [("fear", 1.0)], None) for label in ("joy", "joy", "joy", "fear")]
    (found,) = compare(*rows)

    assert (found.majority, found.baseline.hits, found.rate.hits) == ("joy", 3, 1)


def test_records_without_a_predicted_emotion_count_as_disagreement(compare):
    (found,) = compare(("ekman", ["joy"], [("joy", 1.0)], None), ("ekman", ["joy"], [], None))

    assert (found.rate.hits, found.rate.n, found.silent) == (1, 2, 1)


def test_splits_are_compared_apart_when_there_are_several(compare):
    found = compare(
        ("ekman", ["joy"], [("joy", 1.0)], "train"), ("ekman", ["joy"], [("fear", 1.0)], "test")
    )

    assert [(one.split, one.rate.hits, one.rate.n) for one in found] == [
        (None, 1, 2),
        ("test", 0, 1),
        ("train", 1, 1),
    ]


def test_rows_count_people_prediction_and_both(compare):
    (found,) = compare(
        ("ekman", ["joy"], [("joy", 1.0)], None), ("ekman", ["fear"], [("joy", 1.0)], None)
    )

    assert [(r.label, r.people, r.predicted, r.both) for r in found.rows] == [
        ("fear", 1, 0, 0),
        ("joy", 1, 2, 1),
    ]


def test_interval_is_wilsons():
    rate = compute_rate(8, 10)

    assert (round(rate.low, 3), round(rate.high, 3)) == (0.490, 0.943)


@pytest.mark.parametrize("hits", [0, 5])
def test_interval_stays_between_none_and_all(hits):
    rate = compute_rate(hits, 5)

    assert 0 <= rate.low <= rate.share <= rate.high <= 1
