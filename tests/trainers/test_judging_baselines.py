"""Faces predicted by those who know little."""

import numpy as np
import pytest
from affectory_protocol.records import EmotionLabel
from trainers.expression_space.judging.baselines import (
    Data,
    Ridge,
    find_nearest,
    predict_mean,
    predict_median,
)
from trainers.expression_space.judging.prototypes import Prototypes, Told, find_dominant
from trainers.expression_space.judging.read_back import CLASSES, show_emotion
from trainers.expression_space.judging.said import mark_said


def label(name, vocabulary="ekman", **more):
    return EmotionLabel(vocabulary=vocabulary, label=name, **more)


def some(n, seed=0):
    """Features, and faces that follow from them but for noise."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(n, 8)).astype(np.float32)
    map_ = np.random.default_rng(7).normal(size=(8, 52)) / 20
    faces = 0.5 + features @ map_ + random.normal(size=(n, 52)) / 50
    return Data(features, faces.clip(0, 1).astype(np.float32))


def test_constants_are_those_of_the_training_faces():
    faces = np.array([[0.0], [0.0], [0.9]], dtype=np.float32).repeat(52, axis=1)
    assert predict_mean(faces, 2) == pytest.approx(np.full((2, 52), 0.3))
    assert predict_median(faces, 2).tolist() == np.zeros((2, 52)).tolist()


def test_the_nearest_text_is_that_of_the_smallest_angle_whatever_its_length():
    learned = np.array([[5, 5], [0, 0], [0, 0.1], [9, 9]], dtype=np.float32)
    features = np.array([[1, 1.1], [0.1, 1], [0, 0]], dtype=np.float32)
    assert find_nearest(features, learned).tolist() == [0, 2, 0]


def test_the_nearest_text_is_found_in_any_block(monkeypatch):
    learned, features = some(300).features, some(50, seed=1).features
    whole = find_nearest(features, learned)
    monkeypatch.setattr("trainers.expression_space.judging.baselines.ROWS_AT_ONCE", 7)
    assert find_nearest(features, learned).tolist() == whole.tolist()


@pytest.mark.parametrize("count", [200, 6])
def test_ridge_solves_the_equations_of_ridge(count):
    train, held_out = some(count), some(50, seed=1)
    ridge = Ridge(train, held_out)
    x, y = (np.asarray(each, dtype=np.float64) for each in train)
    x0, y0 = x - x.mean(axis=0), y - y.mean(axis=0)
    scatter = x0.T @ x0
    penalty = ridge.strength * np.trace(scatter) / 8
    weights = np.linalg.solve(scatter + penalty * np.eye(8), x0.T @ y0)
    expected = (held_out.features - x.mean(axis=0)) @ weights + y.mean(axis=0)
    assert ridge.predict(held_out.features) == pytest.approx(expected.clip(0, 1), abs=1e-5)


def test_ridge_is_better_than_a_constant_where_faces_follow_from_features():
    train, validation, test = some(200), some(50, seed=1), some(50, seed=2)
    found = Ridge(train, validation).predict(test.features)
    constant = predict_mean(train.faces, 50)
    assert np.abs(found - test.faces).mean() < 0.5 * np.abs(constant - test.faces).mean()


def test_ridge_is_strong_where_features_tell_nothing():
    random = np.random.default_rng(3)
    data = [
        Data(random.normal(size=(40, 30)).astype(np.float32), some(40, seed=s).faces)
        for s in (1, 2)
    ]
    assert Ridge(*data).strength >= 1.0


def test_most_votes_decide_then_the_score_then_the_order():
    assert find_dominant([label("joy", votes=2), label("fear", votes=3)]).label == "fear"
    assert find_dominant([label("joy", score=0.2), label("fear", score=0.3)]).label == "fear"
    assert find_dominant([label("joy"), label("fear")]).label == "joy"
    assert find_dominant([label("glee", "own")]) is None


def test_a_prototype_is_as_strong_as_validation_records_say():
    faces = np.stack([show_emotion("joy", "ekman", 0.5)] * 3)
    otherwise = np.full(52, 0.1, dtype=np.float32)
    prototypes = Prototypes(Told([[label("joy")]] * 3, faces), otherwise)
    assert prototypes.intensity in {0.4, 0.6}
    found = prototypes.predict([[label("fear")], []])
    assert found[0].tolist() == show_emotion("fear", "ekman", prototypes.intensity).tolist()
    assert found[1].tolist() == otherwise.tolist()


def test_what_people_said_is_marked_in_basic_emotions():
    said = [
        [label("gratitude", "goemotions"), label("fear")],
        [label("joy", "own"), label("guilt", "isear")],
        [],
    ]
    marked = [{CLASSES[c] for c in np.flatnonzero(row)} for row in mark_said(said)]
    assert marked == [{"joy", "fear"}, {"sadness"}, set()]
