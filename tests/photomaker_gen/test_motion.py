"""The curve that a face moves on."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from photomaker_gen.motion import Phases, is_calm, move
from photomaker_gen.movement import MAX_SECONDS, MIN_SECONDS

SECONDS = st.floats(MIN_SECONDS, 3)
ONE = [1.0]


def test_curve_starts_and_ends_at_rest_and_passes_the_middle_half_way():
    series = move(ONE, Phases(1, 0, 1), fps=100)[:, 0]
    assert series[0] == 0
    assert series[50] == 0.5
    assert series[100] == 1
    assert series[1] < 1e-4  # 10 t^3: a hundredth of the way takes a hundred-thousandth
    assert series[99] > 1 - 1e-4


def test_curve_is_the_minimum_jerk_polynomial():
    t = np.arange(11) / 10
    series = move(ONE, Phases(1, 0, 1), fps=10)[:11, 0]
    assert series == pytest.approx(10 * t**3 - 15 * t**4 + 6 * t**5, abs=1e-12)


def test_phases_begin_one_after_the_other():
    assert Phases(0.5, 1, 0.75).begins == {"onset": 0, "apex": 0.5, "offset": 1.5, "neutral": 2.25}


def test_expression_is_held():
    series = move([0.25, 1.0], Phases(0.5, 1, 0.5), fps=30)
    assert (series[15:46] == [0.25, 1.0]).all()
    assert (series[14] < [0.25, 1.0]).all()
    assert (series[46] < [0.25, 1.0]).all()


def test_hold_of_0_shows_the_expression_in_one_frame():
    series = move(ONE, Phases(0.5, 0, 0.5), fps=30)[:, 0]
    assert np.flatnonzero(series == 1).tolist() == [15]


@given(SECONDS, st.floats(0, 3), SECONDS, st.floats(1, 240), st.lists(st.floats(0, 1), min_size=1))
def test_movement_is_calm_bounded_and_neutral_at_both_ends(onset, hold, offset, fps, pose):
    series = move(pose, Phases(onset, hold, offset).fit(fps), fps)
    assert is_calm(series, fps)
    assert (series >= 0).all()
    assert (series <= pose).all()
    assert not series[0].any()
    assert not series[-1].any()
    assert (series == pose).all(axis=1).any()
    assert onset + hold + offset <= (len(series) - 1) / fps + 1e-6 < onset + hold + offset + 2 / fps


def test_a_shorter_way_than_the_shortest_is_no_longer_calm():
    assert is_calm(move(ONE, Phases(MIN_SECONDS, 0, 1).fit(240), fps=240), fps=240)
    assert not is_calm(move(ONE, Phases(0.95 * MIN_SECONDS, 0, 1).fit(240), fps=240), fps=240)


def test_number_of_frames_is_that_of_the_seconds_and_the_neutral_end():
    assert len(move(ONE, Phases(0.5, 1, 0.5), fps=30)) == 61
    assert len(move(ONE, Phases(0.5, 1, 0.5), fps=60)) == 121
    assert len(move(ONE, Phases(0.5, 1, 0.52), fps=30)) == 62
    assert len(move(ONE, Phases(MAX_SECONDS, 0, MAX_SECONDS), fps=1)) == 121
    assert len(move(ONE, Phases(0.7, 0.1, 0.4), fps=10)) == 13  # 1.2000000000000002 seconds


@pytest.mark.parametrize("fps", [1.0, 7.0, 12.0, 24.0, 29.97])
@pytest.mark.parametrize("onset", [0.33, 0.5, 0.77])
def test_apex_is_on_a_frame_and_the_onset_that_much_longer(fps, onset):
    phases = Phases(onset, 0, 0.4).fit(fps)
    series = move(ONE, phases, fps)[:, 0]
    (apex,) = np.flatnonzero(series == 1)
    assert phases.begins["apex"] == apex / fps
    assert onset <= phases.onset + 1e-9 < onset + 1 / fps + 1e-6


def test_neutral_is_0_and_never_minus_0():
    assert not np.signbit(move([-0.5], Phases(1, 0, 1), fps=10)[0]).any()
