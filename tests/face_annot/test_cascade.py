"""Whether what the backend needs is there."""

import sys

import cv2
import cv2.data
import pytest
from face_annot.cascade import Cascade, list_missing, locate_cascade


@pytest.mark.parametrize("cascade", list(Cascade))
def test_cascade_is_among_those_of_opencv(cascade):
    assert locate_cascade(cascade).is_file()


def test_nothing_is_missing_here():
    assert list_missing() == []


def test_opencv_5_is_refused(monkeypatch):
    monkeypatch.setattr(cv2, "__version__", "5.0.0")

    assert [one.what for one in list_missing()] == ["OpenCV below 5: 5.0.0"]


def test_missing_cascades_are_named(monkeypatch, tmp_path):
    monkeypatch.setattr(cv2.data, "haarcascades", str(tmp_path))

    assert [one.what for one in list_missing()] == [
        "a cascade of OpenCV: haarcascade_frontalface_alt.xml",
        "a cascade of OpenCV: haarcascade_eye.xml",
    ]


def test_missing_opencv_is_named_with_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "cv2", None)

    [missing] = list_missing()

    assert missing.what == "OpenCV"
    assert missing.do == "pip install 'opencv-python-headless>=4.10,<5'"
