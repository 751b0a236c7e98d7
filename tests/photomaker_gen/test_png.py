"""Pictures as files."""

import io

import numpy as np
from photomaker_gen.png import encode_png
from PIL import Image

PICTURE = np.arange(8 * 6 * 3, dtype=np.uint8).reshape(8, 6, 3)


def test_a_png_holds_the_pixels():
    with Image.open(io.BytesIO(encode_png(PICTURE))) as image:
        assert np.array_equal(np.asarray(image), PICTURE)


def test_a_png_holds_nothing_else():
    with Image.open(io.BytesIO(encode_png(PICTURE))) as image:
        assert image.info == {}


def test_equal_pictures_are_equal_files():
    assert encode_png(PICTURE) == encode_png(PICTURE.copy())
