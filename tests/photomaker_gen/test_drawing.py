"""What each blendshape does to a drawn face, measured on pixels."""

from collections.abc import Sequence
from functools import cache
from itertools import combinations, pairwise

import numpy as np
import pytest
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, MIRRORED
from hypothesis import given, settings
from hypothesis import strategies as st
from photomaker_gen.drawing import draw_face
from photomaker_gen.identity import invent_identity

NAMES = LAYOUTS["arkit-52"]
SIZE = 512
SEEDS = (1, 4, 9)
"""Dark skin without a beard, fair skin with stubble, light skin under long hair."""

VISIBLE_CHANGE = 8
"""A pixel has changed when one of its channels differs by more than this, of 255."""

REGIONS = {
    "brow": (-125, 140, 125, 238),
    "eye": (-128, 200, 128, 290),
    "cheek": (-145, 250, 145, 395),
    "nose": (-62, 215, 62, 340),
    "mouth": (-145, 295, 145, 490),
    "jaw": (-145, 295, 145, 490),
    "tongue": (-145, 295, 145, 490),
}
"""By the start of the name: x0, y0, x1, y1 in pixels of a 512 picture, x from the midline."""

ONE_SIDED = [
    name
    for name in NAMES
    if name.endswith(("Left", "Right"))
    and name not in {"jawLeft", "jawRight", "mouthLeft", "mouthRight"}
]


def weights_of(**weights: float) -> list[float]:
    return [weights.get(name, 0.0) for name in NAMES]


def draw(weights: Sequence[float], seed: int, size: int = SIZE) -> np.ndarray:
    return draw_face(weights, invent_identity(seed), size)


@cache
def rendered(name: str | None, seed: int) -> np.ndarray:
    return draw(weights_of(**({name: 1.0} if name else {})), seed)


def changed(name: str, seed: int) -> np.ndarray:
    before, after = rendered(None, seed).astype(int), rendered(name, seed).astype(int)
    return np.abs(after - before).max(axis=2) > VISIBLE_CHANGE


def region_of(name: str) -> tuple[int, int, int, int]:
    return next(box for feature, box in REGIONS.items() if name.startswith(feature))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_every_shape_is_visible(name, seed):
    assert changed(name, seed).mean() >= 0.003


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_shape_changes_the_region_of_its_feature(name, seed):
    mask = changed(name, seed)
    x0, y0, x1, y1 = region_of(name)
    inside = mask[y0:y1, SIZE // 2 + x0 : SIZE // 2 + x1]
    assert inside.sum() >= 0.9 * mask.sum()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("name", ONE_SIDED)
def test_a_one_sided_shape_changes_its_side(name, seed):
    # The person's left is the viewer's right.
    mask = changed(name, seed)
    side = mask[:, SIZE // 2 :] if name.endswith("Left") else mask[:, : SIZE // 2]
    assert side.sum() >= 0.9 * mask.sum()


@pytest.mark.parametrize("seed", SEEDS)
def test_no_two_shapes_look_alike(seed):
    names = [None, *NAMES]
    alike = [
        (one, other)
        for one, other in combinations(names, 2)
        if np.array_equal(rendered(one, seed), rendered(other, seed))
    ]
    assert alike == []


@pytest.mark.parametrize("name", NAMES)
def test_the_change_grows_with_the_weight(name):
    neutral = draw(weights_of(), 4, 256).astype(int)
    steps = [
        np.abs(draw(weights_of(**{name: weight}), 4, 256).astype(int) - neutral).sum()
        for weight in (0.25, 0.5, 0.75, 1.0)
    ]
    assert all(less < more for less, more in pairwise([0, *steps]))


some_weights = st.lists(st.floats(0.0, 1.0), min_size=52, max_size=52)
some_seeds = st.integers(0, 2**32 - 1)


@settings(max_examples=12, deadline=None)
@given(weights=some_weights, seed=some_seeds)
def test_exchanging_left_and_right_turns_the_picture_over(weights, seed):
    named = dict(zip(NAMES, weights, strict=True))
    exchanged = [named[MIRRORED.get(name, name)] for name in NAMES]
    assert np.array_equal(draw(exchanged, seed, 128), draw(weights, seed, 128)[:, ::-1])


def test_the_two_halves_of_a_lopsided_face_join_without_a_seam():
    # A seam would be a jump over the midline that neighbouring columns do not have.
    picture = draw(weights_of(jawLeft=1.0, mouthSmileRight=1.0, jawOpen=0.6), 9).astype(int)
    steps = np.abs(np.diff(picture[:, 246:266], axis=1)).sum(axis=(0, 2))
    assert steps[9] <= 1.5 * np.median(steps)


@settings(max_examples=12, deadline=None)
@given(weights=st.lists(st.floats(-2.0, 3.0), min_size=52, max_size=52), seed=some_seeds)
def test_weights_out_of_range_are_drawn_as_clipped(weights, seed):
    clipped = [min(max(weight, 0.0), 1.0) for weight in weights]
    assert np.array_equal(draw(weights, seed, 64), draw(clipped, seed, 64))


@pytest.mark.parametrize("seed", range(24))
def test_all_weights_at_once_stay_inside_the_head_and_shoulders(seed):
    picture = draw([1.0] * 52, seed, 128)
    neutral = draw([0.0] * 52, seed, 128)
    assert np.array_equal(picture[:, :20], neutral[:, :20])


def test_the_same_face_is_the_same_bytes_again():
    weights = weights_of(mouthSmileLeft=0.7, jawOpen=0.3)
    assert np.array_equal(draw(weights, 5), draw(weights, 5))


@pytest.mark.parametrize("size", [64, 130, 1024])
def test_the_picture_has_the_size_asked_for(size):
    assert draw(weights_of(), 3, size).shape == (size, size, 3)


def test_a_small_picture_is_the_large_one_seen_from_afar():
    large = draw(weights_of(jawOpen=1.0), 7, 256).astype(float)
    reduced = large.reshape(128, 2, 128, 2, 3).mean(axis=(1, 3))
    small = draw(weights_of(jawOpen=1.0), 7, 128)
    assert np.abs(reduced - small).mean() < 1.0


def test_an_odd_size_is_refused():
    with pytest.raises(ValueError, match="even"):
        draw(weights_of(), 1, 129)


def test_a_short_list_of_weights_is_refused():
    with pytest.raises(ValueError, match="shorter"):
        draw([0.0] * 51, 1)
