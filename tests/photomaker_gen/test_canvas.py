"""What covers a pixel."""

import numpy as np
import pytest
from photomaker_gen.canvas import Canvas
from photomaker_gen.geometry import as_points, ellipse

RED = (255.0, 0.0, 0.0)


def rectangle(left: float, top: float, right: float, bottom: float) -> np.ndarray:
    return as_points([(left, top), (right, top), (right, bottom), (left, bottom)])


def painted(outline: np.ndarray, size: int = 512) -> np.ndarray:
    canvas = Canvas(size)
    canvas.fill(outline, RED)
    return canvas.pixels[:, :, 0] / 255.0


def test_a_rectangle_on_the_pixel_grid_covers_whole_pixels():
    expected = np.zeros((512, 256))
    expected[20:25, 10:14] = 1.0
    assert np.array_equal(painted(rectangle(10, 20, 14, 25)), expected)


@pytest.mark.parametrize(("left", "share"), [(10.25, 0.75), (10.5, 0.5), (10.875, 0.125)])
def test_a_pixel_is_covered_by_its_share(left, share):
    assert painted(rectangle(left, 20, 14, 25))[22, 10] == pytest.approx(share)


def test_half_a_row_is_half_covered():
    assert painted(rectangle(10, 20.5, 14, 25))[20, 12] == pytest.approx(0.5)


def test_an_ellipse_covers_its_area():
    # 32 corners lie on the ellipse: the polygon is 0.6 % smaller.
    assert painted(ellipse(100, 200, 40, 30)).sum() == pytest.approx(np.pi * 1200, rel=0.01)


def test_the_direction_of_an_outline_does_not_matter():
    outline = ellipse(100, 200, 40, 30)
    assert painted(outline) == pytest.approx(painted(outline[::-1]), abs=1e-6)


def test_an_outline_that_turns_the_other_way_cuts_a_hole():
    canvas = Canvas(512)
    mask = canvas.mask(rectangle(10, 10, 30, 30), rectangle(15, 15, 20, 20)[::-1])
    assert mask.coverage.sum() == pytest.approx(375)


def test_what_lies_beyond_the_midline_is_not_on_this_half():
    assert painted(rectangle(-50, 10, 3, 12)).sum() == pytest.approx(6)


def test_a_shape_outside_the_picture_paints_nothing():
    assert painted(rectangle(300, 600, 400, 700)).sum() == 0


def test_a_shape_larger_than_the_picture_paints_all_of_it():
    assert painted(rectangle(-900, -900, 900, 900)).min() == 1.0


def test_a_smaller_picture_covers_the_same_share():
    outline = ellipse(100, 200, 40, 30)
    assert painted(outline, 128).sum() * 16 == pytest.approx(painted(outline).sum(), rel=0.01)


def test_within_a_mask_nothing_else_is_painted():
    canvas = Canvas(512)
    canvas.fill(rectangle(0, 0, 100, 100), RED, within=canvas.mask(rectangle(90, 90, 200, 200)))
    assert canvas.pixels[:, :, 0].sum() == pytest.approx(255 * 100)


def test_masks_apart_meet_nowhere():
    canvas = Canvas(512)
    one, other = canvas.mask(rectangle(0, 0, 9, 9)), canvas.mask(rectangle(20, 20, 29, 29))
    assert one.meet(other).coverage.size == 0


def test_opacity_is_the_share_of_the_colour():
    canvas = Canvas(512)
    canvas.fill(rectangle(0, 0, 10, 10), RED, 0.25)
    assert canvas.pixels[5, 5, 0] == pytest.approx(63.75)


def test_a_glow_is_brightest_in_its_centre_and_gone_at_its_rim():
    canvas = Canvas(512)
    canvas.glow((100, 100), (20, 10), RED, 1.0)
    row = canvas.pixels[100, :, 0]
    assert row[100] > row[110] > row[119] >= row[121] == 0.0


def test_a_fade_goes_from_one_colour_to_the_other():
    canvas = Canvas(512)
    canvas.fade(canvas.mask(rectangle(0, 0, 10, 100)), (0, RED), (100, (0.0, 0.0, 255.0)))
    assert canvas.pixels[50, 5, 0] == pytest.approx(canvas.pixels[49, 5, 2])
