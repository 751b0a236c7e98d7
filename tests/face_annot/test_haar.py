"""What the cascades find in pictures whose faces are known."""

import math
import re

import cv2
import numpy as np
import pytest
from face_annot.backends.haar import (
    FINAL_STAGE_THRESHOLD,
    MARGIN_SCALE,
    WINDOW,
    Haar,
    compute_confidence,
)
from face_annot.cascade import Cascade, locate_cascade
from face_annot.config import AnnotateConfig
from skimage import data


@pytest.fixture
def find():
    def faces_in(image, **choices):
        return Haar(AnnotateConfig(**choices)).find_faces(image)

    return faces_in


def _eyes(face):
    return {landmark.name: (landmark.x, landmark.y) for landmark in face.landmarks}


# --- Boxes ---------------------------------------------------------------------------------------


def test_astronaut_is_found_where_she_is(find):
    [face] = find(data.astronaut())

    assert face.bbox_xyxy == pytest.approx([176, 66, 273, 163], abs=6)


@pytest.mark.parametrize("radius", [30, 50, 80, 120])
def test_drawn_face_is_found_around_its_middle(find, pixels, radius):
    [face] = find(pixels((170, 150, radius)))
    x0, y0, x1, y1 = face.bbox_xyxy

    assert (x0 + x1) / 2 == pytest.approx(170, abs=0.15 * radius)
    assert (y0 + y1) / 2 == pytest.approx(150 + 0.1 * radius, abs=0.2 * radius)
    assert x1 - x0 == pytest.approx(2.1 * radius, abs=0.3 * radius)


def test_faces_come_largest_first(find, pixels):
    faces = find(pixels((80, 100, 40), (230, 170, 70), (350, 90, 30), width=400))

    middles = [(face.bbox_xyxy[0] + face.bbox_xyxy[2]) / 2 for face in faces]
    assert middles == pytest.approx([230, 80, 350], abs=10)


def test_face_in_a_large_image_is_found_in_its_own_pixels(find, pixels):
    [small] = find(pixels((160, 160, 80)))
    [large] = find(pixels((640, 640, 320), width=1280, height=1280))

    assert large.bbox_xyxy == pytest.approx([4 * edge for edge in small.bbox_xyxy], abs=40)


def test_box_lies_in_the_image(find, pixels):
    image = pixels((90, 100, 88), width=180, height=200)

    [face] = find(image)

    assert 0 <= face.bbox_xyxy[0] < face.bbox_xyxy[2] <= 180
    assert 0 <= face.bbox_xyxy[1] < face.bbox_xyxy[3] <= 200


@pytest.mark.parametrize("shape", [(1, 1), (5, 300), (WINDOW, WINDOW), (300, 300)])
def test_plain_image_holds_no_face(find, shape):
    assert find(np.full((*shape, 3), 128, dtype=np.uint8)) == []


def test_noise_holds_no_face(find):
    noise = np.random.default_rng(3).integers(0, 256, (300, 300, 3), dtype=np.uint8)

    assert find(noise) == []


@pytest.mark.parametrize("name", ["coffee", "rocket", "chelsea", "coins"])
def test_photograph_without_a_face_holds_none(find, name):
    image = getattr(data, name)()

    assert find(np.dstack([image] * 3) if image.ndim == 2 else image) == []


# --- Choices -------------------------------------------------------------------------------------


def test_face_smaller_than_asked_for_is_left_out(find, pixels):
    image = pixels((100, 100, 30), (230, 190, 70))

    assert len(find(image, min_face_size=0.1)) == 2
    assert len(find(image, min_face_size=0.35)) == 1


def test_small_face_in_a_large_image_is_found_when_asked_for(find, pixels):
    image = pixels((500, 400, 30), width=1500, height=1500)

    assert len(find(image, min_face_size=0.1)) == 0
    assert len(find(image, min_face_size=0.03)) == 1


def test_stricter_neighbours_find_less(find):
    counts = [len(find(data.astronaut(), min_neighbors=n)) for n in (1, 5, 200)]

    assert counts == sorted(counts, reverse=True)
    assert counts[-1] == 0


def test_coarser_scales_still_find_the_face(find, pixels):
    assert len(find(pixels((160, 160, 80)), scale_factor=1.3)) == 1


# --- Confidence ----------------------------------------------------------------------------------


def test_confidence_is_nothing_at_the_threshold():
    assert compute_confidence(FINAL_STAGE_THRESHOLD) == 0


def test_confidence_grows_with_the_weight():
    values = [compute_confidence(FINAL_STAGE_THRESHOLD + margin) for margin in (0, 1, 2, 4, 8)]

    assert values == sorted(set(values))
    assert values[-1] < 1


def test_confidence_at_the_scale_is_one_less_its_eth():
    weight = FINAL_STAGE_THRESHOLD + MARGIN_SCALE

    assert compute_confidence(weight) == pytest.approx(1 - 1 / math.e, abs=1e-4)


def test_confidence_below_the_threshold_is_not_negative():
    assert compute_confidence(0) == 0


def test_threshold_is_that_of_the_last_stage_in_the_file():
    text = locate_cascade(Cascade.FACE).read_text("ascii")
    thresholds = re.findall(r"<stageThreshold>(.*?)</stageThreshold>", text)

    assert float(thresholds[-1]) == FINAL_STAGE_THRESHOLD


def test_photograph_of_a_face_is_surer_than_not(find):
    [face] = find(data.astronaut())

    assert 0.5 < face.confidence <= 1


# --- Eyes ----------------------------------------------------------------------------------------


def test_eyes_are_the_persons_own(find, pixels):
    [face] = find(pixels((160, 160, 80)))
    eyes = _eyes(face)

    assert eyes["left_eye"] == pytest.approx((160 + 0.36 * 80, 160 - 0.08 * 80), abs=8)
    assert eyes["right_eye"] == pytest.approx((160 - 0.36 * 80, 160 - 0.08 * 80), abs=8)


def test_left_eye_comes_first(find, pixels):
    [face] = find(pixels((160, 160, 80)))

    assert [landmark.name for landmark in face.landmarks] == ["left_eye", "right_eye"]


def test_eyes_of_the_astronaut_are_where_they_are(find):
    [face] = find(data.astronaut())
    eyes = _eyes(face)

    assert eyes["left_eye"] == pytest.approx((247, 103), abs=6)
    assert eyes["right_eye"] == pytest.approx((201, 101), abs=6)


def test_eye_that_is_covered_is_left_out(find):
    image = data.astronaut()
    image[88:116, 228:266] = image[75, 225]

    [face] = find(image, min_neighbors=1)[:1]

    assert list(_eyes(face)) == ["right_eye"]


# --- What is not known, and sameness -------------------------------------------------------------


def test_age_gender_and_emotion_are_not_known(find, pixels):
    [face] = find(pixels((160, 160, 80)))

    assert (face.age, face.gender, face.emotion) == (None, None, None)


def test_same_image_gives_the_same_faces(find, pixels):
    image = pixels((80, 100, 40), (230, 170, 70), width=400)

    assert find(image) == find(image.copy())


def test_images_seen_before_make_no_difference(pixels):
    detector = Haar(AnnotateConfig())
    image = pixels((160, 160, 80))
    alone = detector.find_faces(image)
    detector.find_faces(data.astronaut())

    assert detector.find_faces(image) == alone


def test_detector_keeps_opencv_to_one_thread():
    cv2.setNumThreads(2)

    Haar(AnnotateConfig())

    assert cv2.getNumThreads() == 1
