import re

import pytest
from affectory_protocol.evaluation import EvaluationRecord
from report.interval_chart import MARGIN, WIDTH, draw_interval
from report.standing import rank_evaluation


@pytest.fixture
def draw(evaluation, metric):
    """Draw one metric."""

    def make(name="macro-f1", value=0.5, ci95=(0.25, 0.75), **baselines):
        written = evaluation(metric(name, value, ci95, **baselines))
        standings = rank_evaluation(EvaluationRecord.model_validate(written, strict=False))
        return draw_interval(standings.rows[0], standings.columns)

    return make


def _place(share):
    return MARGIN + share * (WIDTH - 2 * MARGIN)


def test_value_interval_and_baselines_lie_to_scale(draw):
    drawn = draw(a=1.0)

    assert f'cx="{_place(0.5):g}"' in drawn
    assert f"M{_place(0.25):g} 13H{_place(0.75):g}" in drawn
    assert f'class="baseline" d="M{_place(1.0):g} ' in drawn


def test_negative_numbers_move_the_zero(draw):
    drawn = draw("macro-f1-lead", 0.5, None, a=-0.5)

    assert f"M{_place(0.5):g} 4V" in drawn
    assert f'class="baseline" d="M{_place(0.0):g} ' in drawn


def test_only_the_best_baseline_stands_out(draw):
    drawn = draw(a=0.1, b=0.2, c=0.3)

    assert re.findall(r'class="(baseline|other)"', drawn) == ["other", "other", "baseline"]


@pytest.mark.parametrize(
    ("value", "ci95", "baselines"),
    [
        (0.0, (0.0, 0.0), {"a": 0.0}),
        (None, None, {}),
        (1e308, (-1e308, 1e308), {"a": 1.7e308}),
        (1e-300, (0.0, 2e-300), {}),
        (5e-324, None, {}),
    ],
)
def test_no_number_leaves_the_drawing(draw, value, ci95, baselines):
    drawn = draw("mae", value, ci95, **baselines)
    places = re.findall(r'(?:[MH]|cx=")([-+.a-z\d]+)', drawn.partition("aria-label")[2])

    assert all(MARGIN <= float(place) <= WIDTH - MARGIN for place in places)


def test_the_best_baseline_lies_on_top_of_its_equals(draw):
    assert re.findall(r'class="(baseline|other)"', draw(a=0.3, b=0.3)) == ["other", "baseline"]


def test_words_say_what_is_drawn(draw):
    assert 'aria-label="macro-f1 0.50, 95 % interval 0.25 to 0.75; a 0.10; b 0.20"' in draw(
        a=0.1, b=0.2
    )
