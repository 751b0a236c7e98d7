"""Figures as they are written down."""

import json

import pytest
from affectory_protocol.evaluation import (
    Evaluation,
    EvaluationRecord,
    Groups,
    Metric,
    render_metrics,
    write_evaluation,
)
from pydantic import ValidationError


def metric(value, *, lower_is_better=False, **baselines):
    return Metric(
        name="figure",
        unit="share",
        value=value,
        ci95=(0.0, 1.0),
        n=3,
        failures=0,
        baselines=baselines,
        lower_is_better=lower_is_better,
    )


def test_the_best_of_an_error_is_the_smallest():
    assert metric(0.4, lower_is_better=True, mean=0.3).best == 0.3
    assert metric(0.4, mean=0.3).best == 0.4


def test_winners_are_baselines_that_are_ahead_the_best_first():
    assert metric(0.4, one=0.5, two=0.6, three=0.4, four=0.1).winners == ("two", "one")
    assert metric(0.4, lower_is_better=True, one=0.2, two=0.1, three=0.4).winners == ("two", "one")


@pytest.fixture
def written():
    """An evaluation with one figure, as its file holds it."""
    evaluation = Evaluation[Groups](
        command="c",
        groups=Groups(train=1, validation=1, test=3, overlap=0),
        chosen={"bayes": {"prior": 1.0}},
        metrics=(metric(0.5, lower_is_better=True, mean=0.75),),
    )
    return json.loads(write_evaluation(evaluation))


def read(written):
    return EvaluationRecord.model_validate_json(json.dumps(written))


def test_a_figure_is_written_with_the_way_it_is_read(written):
    assert written["metrics"] == [
        {
            "name": "figure",
            "unit": "share",
            "value": 0.5,
            "ci95": [0.0, 1.0],
            "n": 3,
            "failures": 0,
            "baselines": {"mean": 0.75},
            "lower_is_better": True,
        }
    ]


def test_what_is_written_is_read_again_with_what_else_it_says(written):
    evaluation = read(written | {"seed": 7})

    assert evaluation.metrics[0].lower_is_better
    assert evaluation.metrics[0].tells_direction
    assert evaluation.model_extra == {"chosen": {"bayes": {"prior": 1.0}}, "seed": 7}


def test_older_files_do_not_tell_which_way_is_better(written):
    del written["metrics"][0]["lower_is_better"]
    (figure,) = read(written).metrics

    assert (figure.lower_is_better, figure.tells_direction) == (False, False)


def test_null_is_read_as_not_known(written):
    written["metrics"][0] |= {"value": None, "ci95": None, "baselines": {"mean": None}}
    written["groups"]["overlap"] = None
    evaluation = read(written)

    assert evaluation.groups.overlap is None
    assert evaluation.metrics[0].value is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None])
def test_a_figure_that_is_no_number_is_refused_where_it_is_made(value):
    with pytest.raises(ValidationError):
        metric(value)


def test_members_that_nobody_declared_are_refused_where_they_are_made():
    with pytest.raises(ValidationError):
        Groups(train=1, validation=1, test=3, overlap=0, tests=3)


def test_a_star_marks_the_best_of_a_line_and_a_dash_what_is_not_known():
    first, one, two = render_metrics([metric(0.4, mean=0.5), metric(0.6, other=0.1)]).splitlines()
    assert first.split() == ["this", "95", "%", "interval", "mean", "other"]
    assert one.split() == ["figure", "0.400", "0.000", "to", "1.000", "0.500*", "–"]
    assert two.split() == ["figure", "0.600*", "0.000", "to", "1.000", "–", "0.100"]
