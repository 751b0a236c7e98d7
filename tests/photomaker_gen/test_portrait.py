"""What colours are taken from a photograph: here one painted with known colours."""

import numpy as np
import pytest
from photomaker_gen.portrait import sample_colours

SKIN, HAIR, LIPS = (180, 130, 100), (40, 30, 25), (190, 60, 70)
CLOTHES, WALL, PUPIL = (20, 90, 160), (90, 160, 90), (60, 40, 20)
BOX = [200.0, 150.0, 400.0, 350.0]


def photograph() -> np.ndarray:
    image = np.empty((700, 600, 3), dtype=np.uint8)
    image[:] = WALL
    image[440:, 100:500] = CLOTHES
    image[90:160, 190:410] = HAIR
    image[160:360, 200:400] = SKIN
    image[222:240, 252:278] = PUPIL
    image[222:240, 322:348] = PUPIL
    image[300:318, 275:325] = LIPS
    return image


def test_skin_is_found():
    assert sample_colours(photograph(), BOX).skin == SKIN


def test_hair_is_found_above_the_face():
    assert sample_colours(photograph(), BOX).hair == HAIR


def test_lips_are_found_by_their_redness():
    assert sample_colours(photograph(), BOX).lips == LIPS


def test_eyes_are_found_by_their_darkness():
    assert sample_colours(photograph(), BOX).iris == PUPIL


def test_clothes_are_found_below_the_face():
    assert sample_colours(photograph(), BOX).clothes == CLOTHES


def test_the_background_is_lightened():
    assert sample_colours(photograph(), BOX).background == pytest.approx((159.3, 199.9, 159.3))


def test_a_few_wrong_pixels_do_not_count():
    image = photograph()
    image[255:290, 240:256] = 255
    assert sample_colours(image, BOX).skin == SKIN


def test_a_bald_head_lends_no_hair():
    image = photograph()
    image[90:160, 190:410] = SKIN
    assert sample_colours(image, BOX).hair is None


def test_a_face_that_fills_the_picture_lends_no_clothes():
    assert sample_colours(photograph()[150:350, 200:400], [0.0, 0.0, 200.0, 200.0]).clothes is None


def test_a_box_outside_the_picture_lends_nothing():
    assert sample_colours(photograph(), [900.0, 900.0, 950.0, 950.0]).skin is None
