import pytest
from affectory_protocol.evaluation import MetricRecord
from llm_annotate.agreement import Agreement
from llm_annotate.metric import LOWER_IS_BETTER
from llm_annotate.scores import CLASSES
from report.direction import Direction, find_direction, guess_direction


@pytest.mark.parametrize(
    "name",
    [
        "macro-f1",
        "AU-F1",
        "f1-joy",
        "macro-f1-lead",
        "coverage",
        "intensity-r",
        "r@10-text-to-face",
        "R@1",
        "recall_at_5",
        "text-to-face-pool-r10",
        "face-effective-rank",
        "accuracy",
    ],
)
def test_high_is_good(name):
    assert guess_direction(name) is Direction.HIGH


@pytest.mark.parametrize(
    "name",
    [
        "mae-brow",
        "text-to-face MAE",
        "text-to-face-all-rank",
        "median rank",
        "outside",
        "text-cosine",
        "ece",
        "log-loss",
        "brier",
    ],
)
def test_low_is_good(name):
    assert guess_direction(name) is Direction.LOW


@pytest.mark.parametrize("name", ["loudness", "cosine", "mae-lead", "ranking", "f", "", "日本"])
def test_nobody_knows_which_end_is_good(name):
    assert guess_direction(name) is None


@pytest.mark.parametrize("name", sorted(LOWER_IS_BETTER))
def test_what_an_evaluation_says_is_better_low_is_known_here(name):
    assert guess_direction(name) is Direction.LOW


def test_every_other_metric_of_an_evaluation_is_better_high():
    names = ["macro-f1", "coverage", "macro-f1-lead", *(f"f1-{each}" for each in CLASSES)]
    names += Agreement([0.5, 0.1], [0.2, 0.1]).measure_constant().keys() - LOWER_IS_BETTER

    assert {guess_direction(name) for name in names} == {Direction.HIGH}


@pytest.mark.parametrize(
    ("said", "direction"),
    [
        ({"lower_is_better": True}, Direction.LOW),
        ({"lower_is_better": False}, Direction.HIGH),
        ({}, Direction.HIGH),
    ],
)
def test_what_a_metric_says_itself_goes_before_its_name(metric, said, direction):
    given = MetricRecord.model_validate(metric("macro-f1") | said)

    assert find_direction(given) is direction


def test_a_metric_whose_name_tells_nothing_is_ranked_when_it_says_its_direction(metric):
    given = MetricRecord.model_validate(metric("loudness") | {"lower_is_better": True})

    assert find_direction(given) is Direction.LOW
