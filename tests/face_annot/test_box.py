"""Which of the boxes around one face is kept."""

import pytest
from face_annot.box import Box, compute_shared, suppress_nested
from hypothesis import given
from hypothesis import strategies as st

LARGE = Box(0, 0, 100, 100, 0.9)
BOXES = st.builds(
    lambda x, y, width, height, confidence: Box(x, y, x + width, y + height, confidence),
    *[st.integers(0, 50)] * 2,
    *[st.integers(1, 50)] * 2,
    st.sampled_from([0.1, 0.5, 0.9]),
)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (Box(0, 0, 100, 100, 0.1), 1),
        (Box(20, 20, 40, 60, 0.1), 1),
        (Box(90, 0, 110, 20, 0.1), 0.5),
        (Box(50, 50, 150, 150, 0.1), 0.25),
        (Box(100, 0, 200, 100, 0.1), 0),
        (Box(0, 300, 10, 310, 0.1), 0),
        (Box(10, 10, 10, 50, 0.1), 0),
    ],
)
def test_shared_area_is_a_share_of_the_smaller_box(other, shared):
    assert compute_shared(LARGE, other) == shared
    assert compute_shared(other, LARGE) == shared


def test_box_inside_a_surer_one_goes():
    assert suppress_nested([Box(20, 60, 50, 90, 0.4), LARGE]) == [LARGE]


def test_box_around_a_surer_one_goes():
    face = Box(20, 20, 60, 60, 0.95)

    assert suppress_nested([LARGE, face]) == [face]


def test_larger_of_two_that_are_as_sure_stays():
    assert suppress_nested([Box(20, 20, 60, 60, 0.9), LARGE]) == [LARGE]


def test_neighbours_that_touch_both_stay():
    beside = Box(95, 0, 185, 90, 0.5)

    assert suppress_nested([beside, LARGE]) == [LARGE, beside]


def test_largest_is_first():
    small, middle = Box(200, 0, 210, 10, 0.99), Box(300, 0, 350, 50, 0.1)

    assert suppress_nested([small, middle, LARGE]) == [LARGE, middle, small]


@given(st.lists(BOXES, max_size=8), st.randoms())
def test_order_of_detections_does_not_matter(boxes, random):
    shuffled = random.sample(boxes, len(boxes))

    assert suppress_nested(shuffled) == suppress_nested(boxes)


@given(st.lists(BOXES, max_size=8))
def test_suppressing_again_changes_nothing(boxes):
    once = suppress_nested(boxes)

    assert suppress_nested(once) == once
