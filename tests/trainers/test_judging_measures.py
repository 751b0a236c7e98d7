"""Figures of records that count as often as weights say."""

import numpy as np
import pytest
from affectory_protocol.facs import parse_facs, to_blendshapes
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from trainers.expression_space.collapse import Collapse, measure_collapse
from trainers.expression_space.judging.measures import Matches, Means, Medians
from trainers.expression_space.judging.read_back import CLASSES, read_emotions, show_emotion
from trainers.expression_space.judging.resampling import draw, measure_intervals
from trainers.expression_space.judging.shapes import (
    NAMES,
    PARTS,
    measure_errors,
    measure_outside,
)
from trainers.expression_space.judging.spread import measure_cosine, measure_rank
from trainers.expression_space.judging.units import UNITS, find_units

counts = arrays(np.int64, 6, elements=st.integers(0, 4)).filter(np.any)
VALUES = np.array([3.0, 1.0, 2.0, 2.0, 9.0, 4.0])


@given(counts)
def test_means_and_medians_are_those_of_repeated_records(weights):
    repeated = np.repeat(VALUES, weights)
    assert Means({"x": VALUES}).measure(weights)["x"] == pytest.approx(repeated.mean())
    lower = np.sort(repeated)[(len(repeated) - 1) // 2]
    assert Medians({"x": VALUES}).measure(weights)["x"] == lower


@given(counts, st.randoms(use_true_random=False))
def test_matches_are_those_of_repeated_records(weights, random):
    there, found = (
        np.array([[random.random() < 0.5 for _ in range(3)] for _ in range(6)]) for _ in range(2)
    )
    there[:, 0] = True
    scores = []
    for column in range(3):
        one, other = (np.repeat(each[:, column], weights) for each in (there, found))
        if whole := one.sum() + other.sum():
            scores.append(2 * (one & other).sum() / whole)
    measured = Matches("f1", there, found).measure(weights)
    assert measured["f1"] == pytest.approx(np.mean(scores))


def test_a_class_that_is_found_though_it_is_nowhere_there_counts():
    there, found = np.array([[True, False]]), np.array([[True, True]])
    assert Matches("f1", there, found).measure(np.ones(1, dtype=int)) == {
        "f1": 0.5,
        "f1-micro": pytest.approx(2 / 3),
    }


@pytest.mark.parametrize(("count", "classes"), [(200, 20), (20, 2)])
def test_who_is_right_about_rare_classes_is_right_in_every_draw(count, classes):
    there = np.zeros((count, classes), dtype=bool)
    there[np.arange(classes), np.arange(classes)] = True
    intervals = measure_intervals(
        Matches("f1", there, there).measure, draw(np.arange(count), 0, times=300)
    )
    assert intervals == {"f1": (1.0, 1.0), "f1-micro": (1.0, 1.0)}


def test_a_draw_with_nothing_to_find_is_no_success():
    there, found = np.zeros((20, 1), dtype=bool), np.zeros((20, 1), dtype=bool)
    there[:2] = True
    draws = list(draw(np.arange(20), 0, times=300))
    assert any(not weights[:2].any() for weights in draws)
    intervals = measure_intervals(Matches("f1", there, found).measure, draws)
    assert intervals == {"f1": (0.0, 0.0), "f1-micro": (0.0, 0.0)}


def test_every_shape_belongs_to_one_part():
    ones, zeros = np.eye(52), np.zeros((52, 52))
    errors = measure_errors(ones, zeros)
    assert errors["all"].tolist() == [1 / 52] * 52
    moved = [[part for part in PARTS if errors[part][row] > 0] for row in range(52)]
    assert [len(parts) for parts in moved] == [1] * 52
    assert dict(zip(NAMES, moved, strict=True))["tongueOut"] == ["tongue"]


def test_the_bounds_themselves_are_inside():
    face = np.zeros((1, 52))
    face[0, :4] = [1.0, 1.001, -0.001, 0.5]
    assert measure_outside(face).tolist() == [2 / 52]


def test_units_are_read_from_the_trace_on_and_from_one_side():
    codes = ["12A", "R12A+R14A", "12+6", ""]
    faces = np.array([to_blendshapes(parse_facs(code)) for code in codes])
    found = [{UNITS[c] for c in np.flatnonzero(row)} for row in find_units(faces)]
    assert found == [{12}, {12, 14}, {6, 12}, set()]
    assert not find_units(faces * 0.99)[0].any()


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_alone_is_read_from_the_face_that_shows_it(unit):
    side = "L" if ACTION_UNITS[unit].laterality is Laterality.DIRECTED else ""
    face = np.array([to_blendshapes(parse_facs(f"{side}{unit}C"))])
    assert {UNITS[c] for c in np.flatnonzero(find_units(face)[0])} == {unit}


def test_a_unit_known_by_a_ratio_is_read_as_the_one_whose_shape_it_moves():
    exact = np.array([to_blendshapes(parse_facs("24"))])
    near = exact * np.random.default_rng(0).uniform(0.9, 1.1, size=(1, 52))
    assert [{UNITS[c] for c in np.flatnonzero(row)} for row in find_units(exact)] == [{23}]
    assert find_units(near).tolist() == find_units(exact).tolist()


@pytest.mark.parametrize("intensity", [0.2, 0.5, 1.0])
@pytest.mark.parametrize("label", CLASSES)
def test_a_prototype_is_read_back_as_its_emotion(label, intensity):
    (row,) = read_emotions(show_emotion(label, "ekman", intensity)[None])
    assert [CLASSES[c] for c in np.flatnonzero(row)] == [label]


def unit_vectors(rows):
    rows = np.asarray(rows, dtype=np.float64)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@given(counts)
def test_the_mean_cosine_is_that_of_pairs_of_different_records(weights):
    latents = unit_vectors(np.random.default_rng(1).normal(size=(6, 3)))
    pairs = [
        (latents[i] @ latents[j], weights[i] * weights[j])
        for i in range(6)
        for j in range(6)
        if i != j
    ]
    total = sum(weight for _, weight in pairs)
    expected = sum(cosine * weight for cosine, weight in pairs) / total if total else 1.0
    assert measure_cosine(latents, weights) == pytest.approx(expected)


def test_the_effective_rank_counts_directions_that_are_used_alike():
    ones = np.ones(40, dtype=int)
    for used in (1, 2, 5):
        latents = np.tile(np.eye(8)[:used], (40 // used, 1))
        assert measure_rank(latents, ones[: len(latents)]) == pytest.approx(used)


def test_records_that_count_once_each_spread_as_the_monitor_of_training_says():
    latents = unit_vectors(np.random.default_rng(0).normal(size=(30, 5))).astype(np.float32)
    ones = np.ones(30, dtype=int)
    watched = measure_collapse(latents)
    measured = Collapse(measure_cosine(latents, ones), measure_rank(latents, ones))
    assert measured.mean_cosine == pytest.approx(watched.mean_cosine, abs=1e-6)
    assert measured.effective_rank == pytest.approx(watched.effective_rank, rel=1e-5)


def test_whole_groups_are_drawn():
    groups = np.array([0, 0, 1, 2, 2, 2])
    for weights in draw(groups, 0, times=50):
        assert weights[0] == weights[1]
        assert weights[3] == weights[4] == weights[5]
        assert weights[0] + weights[2] + weights[3] == 3


def test_an_interval_is_wider_where_records_hang_together():
    values = np.repeat(np.random.default_rng(0).normal(size=30), 10)
    measure = Means({"x": values}).measure
    alone, together = (
        measure_intervals(measure, draw(groups, 0, times=200))["x"]
        for groups in (np.arange(300), np.repeat(np.arange(30), 10))
    )
    assert together[1] - together[0] > 2 * (alone[1] - alone[0])
    assert alone[0] < values.mean() < alone[1]
