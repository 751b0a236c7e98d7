"""Images that look nearly the same."""

import numpy as np
import pytest
from filters.duplicates import Duplicates
from filters.duplicates_config import NearImageConfig
from filters.near_image import NearImages
from PIL import Image, ImageEnhance


@pytest.fixture
def index(places):
    return NearImages(places, NearImageConfig())


@pytest.fixture
def judge(index):
    return Duplicates(index, "near").judge


@pytest.mark.parametrize(
    "change",
    [
        lambda image: image.resize((200, 150)),
        lambda image: image.convert("L"),
        lambda image: ImageEnhance.Brightness(image).enhance(1.15),
        lambda image: ImageEnhance.Contrast(image).enhance(1.2),
    ],
    ids=["resized", "grey", "brightened", "more contrast"],
)
def test_changed_picture_is_near(judge, record_of, picture, change):
    first = record_of(picture(), identity="a", name="a.png")
    second = record_of(change(picture()), identity="b", name="b.png")
    verdict = judge([first, second])[1]

    assert (verdict.passed, verdict.duplicate_of, verdict.threshold) == (False, "a", 10)
    assert verdict.score < 10


def test_other_picture_is_far_and_its_distance_is_told(judge, record_of, picture):
    first = record_of(picture(), identity="a", name="a.png")
    second = record_of(picture().rotate(90), identity="b", name="b.png")
    one, other = judge([first, second])

    assert (one.passed, one.score) == (True, None)
    assert other.passed
    assert other.score >= 10


def test_nearest_is_named_and_the_first_of_equals(index):
    for number, key in enumerate((0b1111, 0b0001, 0b0010, 2**40)):
        index.add(key, f"r{number}")
    verdict = index.judge(0)

    assert (verdict.duplicate_of, verdict.score) == ("r1", 1)


def test_distance_at_the_bound_passes(index):
    index.add(0, "a")

    assert index.judge(0b11_1111_1111).passed
    assert not index.judge(0b1_1111_1111).passed


def test_room_grows_with_the_images(index):
    hashes = np.random.default_rng(3).integers(0, 2**64, 3000, np.uint64)
    for number, key in enumerate(hashes):
        index.add(int(key), f"r{number}")

    assert {index.judge(int(hashes[n])).duplicate_of for n in (0, 1023, 1024, 2999)} == {
        "r0",
        "r1023",
        "r1024",
        "r2999",
    }


def test_plain_picture_has_a_hash(judge, record_of):
    assert judge([record_of(Image.new("RGB", (32, 32), "red"))])[0].passed
