"""The minimum of functions whose minimum is known."""

import numpy as np
import pytest
from llm_annotate.descent import minimise


def bowl(scales):
    target = np.arange(1.0, len(scales) + 1.0)

    def objective(point):
        away = point - target
        return float((scales * away * away).sum()) / 2.0, scales * away

    return objective, target


@pytest.mark.parametrize("scales", [np.ones(3), np.array([1.0, 10.0, 100.0]), np.full(1, 1e-3)])
def test_minimum_of_a_bowl_is_found(scales):
    objective, _ = bowl(scales)
    found = minimise(objective, np.zeros(len(scales)))

    assert objective(found)[0] < 1e-5 * objective(np.zeros(len(scales)))[0]


def test_minimum_that_is_the_start_stays():
    objective, target = bowl(np.ones(2))

    assert (minimise(objective, target) == target).all()


def test_minimum_at_which_the_slope_jumps_is_come_close_to():
    found = minimise(lambda x: (float(np.abs(x - 2.0).sum()), np.sign(x - 2.0)), np.zeros(1))

    assert abs(found[0] - 2.0) < 1e-3
