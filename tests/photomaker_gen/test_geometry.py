"""Curves and strokes."""

import numpy as np
import pytest
from photomaker_gen.geometry import (
    as_points,
    closed_curve,
    ellipse,
    mirror,
    open_curve,
    shift,
    smoothstep,
    stroke,
)

CORNERS = as_points([(0, 0), (10, 5), (20, 0), (35, -8)])


def holds(curve: np.ndarray, point: np.ndarray) -> bool:
    return bool(np.isclose(curve, point).all(axis=1).any())


@pytest.mark.parametrize("index", range(4))
def test_an_open_curve_passes_through_every_point(index):
    assert holds(open_curve(CORNERS), CORNERS[index])


@pytest.mark.parametrize("index", range(4))
def test_a_closed_curve_passes_through_every_point(index):
    assert holds(closed_curve(CORNERS), CORNERS[index])


def test_an_open_curve_starts_and_ends_where_its_points_do():
    curve = open_curve(CORNERS)
    assert np.array_equal(curve[[0, -1]], CORNERS[[0, -1]])


def test_points_on_a_line_give_a_line():
    curve = open_curve(as_points([(0, 0), (1, 2), (2, 4), (3, 6)]))
    assert curve[:, 1] == pytest.approx(2 * curve[:, 0])


def test_a_mirrored_outline_is_mirrored_twice_back():
    assert np.array_equal(mirror(mirror(CORNERS)), CORNERS)


def test_an_ellipse_is_its_own_mirror_image():
    disc = ellipse(0, 7, 3, 2)
    assert {tuple(p) for p in np.round(disc, 9) + 0.0} == {
        tuple(p) for p in np.round(mirror(disc), 9) + 0.0
    }


def test_an_ellipse_keeps_its_distance():
    points = (ellipse(5, 7, 3, 2) - [5, 7]) / [3, 2]
    assert np.sqrt((points**2).sum(axis=1)) == pytest.approx(1.0, abs=1e-8)


def test_a_stroke_is_as_wide_as_asked_in_its_middle():
    outline = stroke(as_points([(0, 0), (5, 0), (10, 0)]), 4.0)
    assert outline[:, 1].max() - outline[:, 1].min() == pytest.approx(4.0)


def test_a_stroke_tapers_to_its_ends():
    outline = stroke(as_points([(0, 0), (5, 0), (10, 0)]), 4.0, end=0.5)
    assert np.ptp(outline[outline[:, 0] == 10][:, 1]) == pytest.approx(2.0)


def test_a_shift_moves_right_and_down():
    assert shift(as_points([(1, 2)]), 3, -1).tolist() == [[4, 1]]


@pytest.mark.parametrize(("value", "height"), [(-1, 0), (0, 0), (2, 0.5), (4, 1), (9, 1)])
def test_smoothstep_rises_between_its_ends(value, height):
    assert float(smoothstep(0, 4, value)) == height
