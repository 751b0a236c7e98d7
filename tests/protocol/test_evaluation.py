"""Figures as they are written down."""

import json

from affectory_protocol.evaluation import (
    Evaluation,
    Groups,
    Metric,
    render_metrics,
    write_evaluation,
)


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


def test_a_figure_is_written_without_the_way_it_is_read():
    evaluation = Evaluation[Groups](
        command="c",
        groups=Groups(train=1, validation=1, test=3, overlap=0),
        chosen={},
        metrics=(metric(0.5, lower_is_better=True, mean=0.75),),
    )
    (written,) = json.loads(write_evaluation(evaluation))["metrics"]
    assert list(written) == ["name", "unit", "value", "ci95", "n", "failures", "baselines"]


def test_a_star_marks_the_best_of_a_line_and_a_dash_what_is_not_known():
    first, one, two = render_metrics([metric(0.4, mean=0.5), metric(0.6, other=0.1)]).splitlines()
    assert first.split() == ["this", "95", "%", "interval", "mean", "other"]
    assert one.split() == ["figure", "0.400", "0.000", "to", "1.000", "0.500*", "–"]
    assert two.split() == ["figure", "0.600*", "0.000", "to", "1.000", "–", "0.100"]
