"""Probabilities and intensities against what people said, with numbers worked out by hand."""

from math import log

import numpy as np
import pytest
from affectory_protocol.evaluation import Metric
from llm_annotate.agreement import Agreement
from llm_annotate.bootstrap import draw, measure_intervals
from llm_annotate.lead import Lead
from llm_annotate.metric import LOWER_IS_BETTER
from llm_annotate.reliability import LEAST, Reliability
from llm_annotate.scores import CLASSES, RESAMPLES

JOY = frozenset(["joy"])
NOTHING = frozenset()
ONCE = np.ones(2, dtype=np.int64)


def likely(joy: float) -> list[float]:
    return [joy if name == "joy" else 0.0 for name in CLASSES]


def figures(joys: list[float], said: list[frozenset[str]], weights=None) -> dict[str, float]:
    weights = np.ones(len(said), dtype=np.int64) if weights is None else np.array(weights)
    return Reliability([likely(joy) for joy in joys], said).measure(weights)


def test_brier_score_is_the_mean_squared_difference():
    assert figures([0.8, 0.4], [JOY, NOTHING])["brier"] == pytest.approx((0.04 + 0.16) / 14)


def test_log_loss_is_that_of_what_was_said():
    expected = -(log(0.8) + log(0.6)) / 14

    assert figures([0.8, 0.4], [JOY, NOTHING])["log-loss"] == pytest.approx(expected)


def test_probability_of_nought_for_what_was_said_costs_as_much_as_its_last_decimal():
    assert figures([0.0], [JOY])["log-loss"] == pytest.approx(-log(LEAST) / 7)


def test_calibration_compares_means_within_bins():
    # one bin, .75 on average, joy in two of four; another bin, .1, joy in none
    joys, said = [0.7, 0.79, 0.71, 0.8 - 1e-9, 0.1], [JOY, JOY, NOTHING, NOTHING, NOTHING]

    assert figures(joys, said)["ece"] == pytest.approx((4 * 0.25 + 0.1) / 35)


def test_probabilities_that_hold_have_no_error_of_calibration():
    assert figures([0.25] * 4, [JOY, NOTHING, NOTHING, NOTHING])["ece"] == pytest.approx(0.0)


def test_probability_of_one_lies_in_the_last_bin():
    assert figures([1.0], [JOY])["ece"] == 0.0


def test_sentence_that_counts_twice_counts_twice():
    twice = figures([0.8, 0.4], [JOY, NOTHING], [2, 1])

    assert twice == pytest.approx(figures([0.8, 0.8, 0.4], [JOY, JOY, NOTHING]))


def test_best_constant_is_the_share_of_what_was_said():
    constant = Reliability([likely(0.9)] * 4, [JOY, NOTHING, NOTHING, NOTHING]).measure_constant()

    assert constant == pytest.approx(figures([0.25] * 4, [JOY, NOTHING, NOTHING, NOTHING]))


def test_intensities_that_rise_together_correlate():
    rising = Agreement([0.1, 0.2, 0.3], [0.5, 0.6, 0.7]).measure(np.ones(3, dtype=np.int64))

    assert rising == pytest.approx({"intensity-r": 1.0, "intensity-mae": 0.4})


def test_correlation_is_that_of_numpy():
    random = np.random.default_rng(1)
    found, said = random.random(20), random.random(20)
    figures = Agreement(found.tolist(), said.tolist()).measure(np.ones(20, dtype=np.int64))

    assert figures["intensity-r"] == pytest.approx(np.corrcoef(found, said)[0, 1])


def test_constant_intensity_has_no_correlation_and_the_mean_as_its_distance():
    constant = Agreement([0.1, 0.9], [0.2, 0.6]).measure_constant()

    assert constant == pytest.approx({"intensity-r": 0.0, "intensity-mae": 0.2})


def test_lead_is_the_difference_of_two_macro_f1():
    lead = Lead([JOY, NOTHING], [JOY, NOTHING], [JOY, JOY])

    assert lead.measure(ONCE)["macro-f1-lead"] == pytest.approx((1.0 - 2 / 3) / 7)


def test_equal_answers_have_no_lead_in_any_draw():
    lead = Lead([JOY, NOTHING], [JOY, JOY], [JOY, JOY])

    assert measure_intervals(lead.measure, 2) == {"macro-f1-lead": (0.0, 0.0)}


def test_draws_are_the_same_each_time_and_as_large_as_the_whole():
    first, second = (list(draw(5)) for _ in range(2))

    assert len(first) == RESAMPLES
    assert all((a == b).all() and a.sum() == 5 for a, b in zip(first, second, strict=True))


@pytest.mark.parametrize(("name", "best"), [("brier", 0.1), ("macro-f1", 0.2)])
def test_best_value_is_the_lowest_of_what_is_an_error(name, best):
    metric = Metric(
        name=name,
        unit="",
        value=0.1,
        ci95=(0, 1),
        n=1,
        failures=0,
        baselines={"other": 0.2},
        lower_is_better=name in LOWER_IS_BETTER,
    )

    assert metric.best == best
