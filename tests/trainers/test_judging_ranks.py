"""The place of the right answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trainers.expression_space.judging.ranks import (
    draw_pools,
    find_ceiling,
    find_identical,
    rank_in_pools,
    score_cosine,
    score_nearness,
)


def whole(n):
    return list(draw_pools(n, n, 0))


def test_the_place_counts_those_that_are_nearer():
    keys = np.eye(4)
    queries = np.array([[9, 1, 2, 3], [9, 5, 2, 1], [9, 1, 0, 2], [0, 0, 0, 1.0]])
    ranks = rank_in_pools(score_cosine(queries, keys), np.arange(4), whole(4))
    assert ranks.tolist() == [1, 2, 4, 1]


def test_a_face_is_near_that_differs_little():
    targets = np.array([[0.0], [1.0], [3.0]])
    ranks = rank_in_pools(score_nearness(targets[::-1], targets), np.arange(3), whole(3))
    assert ranks.tolist() == [3, 1, 3]


def test_equal_scores_share_their_mean_place():
    same = np.ones((5, 2))
    assert rank_in_pools(score_cosine(same, same), np.arange(5), whole(5)).tolist() == [3] * 5


def test_identical_targets_share_their_mean_place_whatever_their_scores():
    # the first two records have one face; only one of their texts is near it
    scores = np.array([[3.0, 0.0, 2.0, 1.0], [3.0, 0.0, 2.0, 1.0], [0, 1, 2, 3], [0, 1, 2, 3]])
    identical = find_identical(np.array([[0.5], [0.5], [0.1], [0.9]]))
    ranks = rank_in_pools(lambda rows, columns: scores[rows][:, columns], identical, whole(4))
    assert ranks.tolist() == [2.5, 2.5, 2, 1]


def test_the_ceiling_is_what_one_reaches_who_finds_all_right_answers_first():
    identical = np.array([0, 0, 0, 1, 2])
    assert find_ceiling(identical, whole(5)).tolist() == [2, 2, 2, 1, 1]


@given(st.integers(1, 60), st.integers(2, 20), st.integers(0, 3))
def test_every_record_is_looked_up_once_in_a_pool_of_the_same_size(n, size, seed):
    pools = list(draw_pools(n, size, seed))
    asked = np.concatenate([pool[:count] for pool, count in pools])
    assert sorted(asked.tolist()) == list(range(n))
    assert {len(set(pool.tolist())) for pool, _ in pools} == {min(size, n)}


def test_pools_are_those_of_their_seed():
    first, again, other = ([p.tolist() for p, _ in draw_pools(50, 8, s)] for s in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize("size", [7, 64])
def test_who_knows_nothing_finds_by_chance(size):
    random = np.random.default_rng(0)
    texts, faces = random.normal(size=(2, 2048, 4))
    pools = list(draw_pools(2048, size, 0))
    ranks = rank_in_pools(score_cosine(texts, faces), np.arange(2048), pools)
    assert (ranks <= 1).mean() == pytest.approx(1 / size, abs=0.02)
    assert ranks.mean() == pytest.approx((size + 1) / 2, rel=0.05)
