"""The way a method that only predicts faces looks up by them."""

import numpy as np
import pytest
from trainers.expression_space.judging.lookups import Given, Way, choose_lookup, score_faces
from trainers.expression_space.judging.ranks import draw_pools

RANDOM = np.random.default_rng(0)
FACES = RANDOM.random((40, 52)).astype(np.float32)
CENTER = FACES.mean(axis=0)


def give(faces=FACES):
    return Given(faces, CENTER, list(draw_pools(len(faces), 20, 0)))


def score(way, queries, keys=FACES):
    rows = np.arange(len(queries)), np.arange(len(keys))
    return score_faces(queries, keys, way=way, center=CENTER)(*rows)


def test_faces_are_as_like_as_numpy_says():
    queries = RANDOM.random((5, 52)).astype(np.float32)
    apart = queries[:, None].astype(float) - FACES[None]
    assert score(Way.DISTANCE, queries) == pytest.approx(-(apart**2).sum(axis=2), abs=1e-6)
    assert score(Way.DIFFERENCE, queries) == pytest.approx(-np.abs(apart).mean(axis=2), abs=1e-6)
    one, other = queries - CENTER, FACES - CENTER
    cosines = one @ other.T
    cosines = cosines / np.linalg.norm(one, axis=1)[:, None] / np.linalg.norm(other, axis=1)
    assert score(Way.COSINE, queries) == pytest.approx(cosines, abs=1e-5)


def test_the_mean_face_is_like_no_face_more_than_another():
    assert not score(Way.COSINE, CENTER[None]).any()


def test_who_tells_faces_but_too_weakly_is_looked_up_by_direction():
    weak = (CENTER + 0.02 * (FACES - CENTER)).astype(np.float32)
    position, lookup = choose_lookup([weak], give())
    assert (position, lookup.way, lookup.r1) == (0, Way.COSINE, 1.0)


def test_who_is_far_off_in_one_shape_is_looked_up_by_differences():
    faces = np.repeat(0.05 * np.arange(8)[:, None], 52, axis=1).astype(np.float32)
    faces[:, 0] = np.arange(8) % 2
    wrong = faces.copy()
    wrong[:, 0] = 1.0 - faces[:, 0]  # as its neighbours have it, whose other shapes are 0.05 off
    given = Given(faces, np.zeros(52, dtype=np.float32), list(draw_pools(8, 8, 0)))
    _, lookup = choose_lookup([wrong], given)
    assert (lookup.way, lookup.r1) == (Way.DIFFERENCE, 1.0)


def test_the_first_of_equally_good_predictions_and_ways_is_chosen():
    position, lookup = choose_lookup([FACES, FACES], give())
    assert (position, lookup.way, lookup.r1) == (0, Way.DISTANCE, 1.0)


def test_the_better_prediction_is_chosen():
    position, _ = choose_lookup([np.roll(FACES, 1, axis=0), FACES], give())
    assert position == 1
