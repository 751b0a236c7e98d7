import pytest
from affectory_protocol.records import Verdicts
from report.distributions import Distributions
from report.flow import build_flow
from report.tables import count_faces, count_labels, count_splits, list_action_units, list_filters


@pytest.fixture
def count():
    def make(*records):
        counted = Distributions()
        for record in records:
            counted.add(record)
        return counted

    return make


def test_a_label_given_by_two_raters_counts_its_record_once(count, record, labels):
    counted = count(record(labels=labels("ekman", "joy", "joy", "fear")))

    (group,) = count_labels(counted.labels, counted.labelled)
    assert [(row.name, row.count) for row in group.rows] == [("fear", 1), ("joy", 1)]


def test_labels_are_grouped_by_vocabulary_with_the_records_that_carry_it(count, record, labels):
    counted = count(
        record("a", labels=labels("isear", "guilt")),
        record("b", labels=labels("goemotions", "joy", "love")),
        record("c", labels=labels("goemotions", "joy")),
    )

    groups = count_labels(counted.labels, counted.labelled)
    assert [(g.name, g.records) for g in groups] == [("goemotions", 2), ("isear", 1)]
    assert [(r.name, r.count, r.share) for r in groups[0].rows] == [
        ("joy", 2, 1.0),
        ("love", 1, 0.5),
    ]


def test_predicted_emotions_have_their_mean_strength(count, record, expression):
    counted = count(
        record("a", expression=expression([("joy", 0.2)])),
        record("b", expression=expression([("joy", 0.6)])),
        record("c", expression=expression([])),
    )

    (group,) = count_labels(counted.emotions, counted.predicted)
    assert (group.rows[0].count, group.rows[0].mean) == (2, pytest.approx(0.4))
    assert counted.silent == 1


def test_an_action_unit_on_both_sides_counts_once_by_its_stronger_side(count, record, expression):
    units = [(12, "left", 0.2), (12, "right", 0.8), (4, "both", 0.5)]
    rows = list_action_units(count(record(expression=expression([], units))))

    assert [(r.name, r.count, r.mean, r.detail) for r in rows] == [
        ("AU4 brow lowerer", 1, 0.5, ""),
        ("AU12 lip corner puller", 1, 0.8, "1"),
    ]


def test_splits_are_counted_within_their_dataset(count, record):
    def source(split):
        return {"dataset": "d", "split": split}

    counted = count(
        record("a", source=source("train")),
        record("b", source=source("train")),
        record("c", source=source(None)),
        record("d"),
    )

    assert [(g.name, [(r.name, r.count) for r in g.rows]) for g in count_splits(counted)] == [
        ("d", [("train", 2), ("", 1)]),
        ("", [("", 1)]),
    ]


def test_faces_are_counted_by_picture(count, record):
    face = {
        "bbox_xyxy": [0, 0, 1, 1],
        "confidence": None,
        "landmarks": [],
        "age": None,
        "gender": None,
        "emotion": None,
    }
    counted = count(
        *(record(str(n), faces={"image": {"items": [face] * n}}) for n in (0, 1, 1, 12))
    )

    (group,) = count_faces(counted)
    assert [(r.name, r.count) for r in group.rows] == [
        ("0 faces", 1),
        ("1 face", 2),
        ("12 faces", 1),
    ]


def test_bounds_of_a_measure_come_from_the_receipt_of_the_filter(count, record, verdict, receipt):
    counted = count(record(verdicts={"quality": verdict(sharpness=50.0)}))
    flow = build_flow(
        [
            receipt(
                "filters quality", "filter", 1, passed=1, options={"min_sharpness": "40", "x": "y"}
            )
        ]
    )

    (view,) = list_filters(counted, flow)
    (measure,) = view.measures
    assert [(t.value, t.name) for t in measure.thresholds] == [(40.0, "at least")]


def test_records_dropped_by_a_filter_are_counted_apart_from_those_marked(count, record, verdict):
    counted = count(
        record("a", verdicts={"quality": verdict(sharpness=50.0)}),
        record("b", verdicts={"quality": verdict(False, "too-blurred", sharpness=9.0)}),
    )
    dropped = record("c", verdicts={"quality": verdict(False, "too-blurred", sharpness=8.0)})
    counted.add_verdicts(dropped[Verdicts], kept=False)

    tally = counted.filters["quality"]
    assert (tally.passed, tally.marked, tally.dropped) == (1, 1, 1)
    assert tally.reasons.count("too-blurred") == 2
