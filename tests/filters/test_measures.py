"""What the measures say about pictures whose answer is known."""

import numpy as np
import pytest
from affectory_protocol.records import FacesInImage
from filters.check import Measure
from filters.clipping import measure_clipping
from filters.exposure import measure_exposure
from filters.faces import measure_faces
from filters.run import MEASURES
from filters.sharpness import LONG_SIDE, measure_sharpness
from filters.size import measure_size
from PIL import Image, ImageFilter


def test_every_measure_has_its_function():
    assert list(MEASURES) == list(Measure)


# --- Size ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "height", "expected"), [(30, 20, 20), (20, 30, 20), (1, 1, 1)])
def test_size_is_the_smaller_side(subject_of, width, height, expected):
    assert measure_size(subject_of(Image.new("RGB", (width, height)))) == expected


# --- Sharpness -----------------------------------------------------------------------------------


def test_sharpness_of_one_bright_pixel_is_that_of_its_laplacian(subject_of):
    # Inside the border the Laplacian is 10 above, below, left and right of the pixel, -40 on it and
    # 0 in the corners: the mean of squares is 2000 / 9 and the mean is 0.
    rows = np.zeros((5, 5), dtype=np.uint8)
    rows[2, 2] = 10

    assert measure_sharpness(subject_of(rows)) == round(2000 / 9, 3)


def test_sharpness_of_a_plain_surface_is_zero(subject_of):
    assert measure_sharpness(subject_of(Image.new("RGB", (64, 64), (90, 10, 200)))) == 0


def test_sharpness_of_an_even_slope_is_zero(subject_of):
    assert measure_sharpness(subject_of([list(range(0, 200, 5))] * 10)) == 0


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 900), (900, 2), (2, 2)])
def test_sharpness_of_an_image_without_an_inside_is_zero(subject_of, width, height):
    assert measure_sharpness(subject_of(Image.new("RGB", (width, height)))) == 0


def test_sharpness_falls_with_every_step_of_blur(subject_of, picture):
    image = picture(512, 384)
    values = [
        measure_sharpness(subject_of(image.filter(ImageFilter.GaussianBlur(radius))))
        for radius in (0, 1, 2, 4, 8)
    ]

    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)


@pytest.mark.parametrize("scale", [1.25, 1.5, 2, 3])
def test_sharpness_hardly_depends_on_resolution(subject_of, picture, scale):
    reference = picture(512, 384)
    larger = picture(round(512 * scale), round(384 * scale))

    ratio = measure_sharpness(subject_of(larger)) / measure_sharpness(subject_of(reference))

    assert 0.8 < ratio < 1.25


def test_sharpness_is_that_of_the_reduced_image(subject_of, picture):
    image = picture(1024, 768).convert("L")
    reduced = image.resize((LONG_SIDE, 384), Image.Resampling.LANCZOS)

    assert measure_sharpness(subject_of(image)) == measure_sharpness(subject_of(reduced))


def test_small_image_is_not_enlarged(subject_of):
    board = (np.indices((40, 40)).sum(axis=0) % 2 * 255).astype(np.uint8)

    # On a chessboard of pixels every Laplacian is 4 * 255 one way or the other.
    assert measure_sharpness(subject_of(board)) == (4 * 255) ** 2


def test_sharpness_agrees_with_a_plain_computation(subject_of, picture):
    image = picture(300, 200).convert("L")
    grey = np.asarray(image, dtype=np.float64)
    laplacian = (
        grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * grey[1:-1, 1:-1]
    )

    assert measure_sharpness(subject_of(image)) == pytest.approx(laplacian.var(), abs=1e-3)


# --- Exposure ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((0, 0, 0), 0),
        ((255, 255, 255), 1),
        ((51, 51, 51), 0.2),
        ((255, 0, 0), 0.298),
        ((0, 255, 0), 0.588),
        ((0, 0, 255), 0.114),
    ],
)
def test_exposure_of_a_colour_is_its_luma(subject_of, colour, expected):
    assert measure_exposure(subject_of(Image.new("RGB", (5, 5), colour))) == pytest.approx(
        expected, abs=1e-3
    )


def test_exposure_is_the_mean_over_all_pixels(subject_of):
    assert measure_exposure(subject_of([[0, 0, 0, 255]])) == 0.25


# --- Clipping ------------------------------------------------------------------------------------


def test_clipping_is_the_share_next_to_black_and_white(subject_of):
    levels = [[0, 1, 2, 3, 128, 252, 253, 254, 255, 128]]

    assert measure_clipping(subject_of(levels)) == 0.6


# --- Faces ---------------------------------------------------------------------------------------


def test_faces_are_not_known_when_none_were_looked_for(subject_of):
    assert measure_faces(subject_of([[0]])) is None


def test_no_face_found_is_zero(subject_of):
    assert measure_faces(subject_of([[0]], FacesInImage(items=[]))) == 0
