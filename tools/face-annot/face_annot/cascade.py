"""Where OpenCV keeps its cascades, and whether it has them."""

from enum import StrEnum
from pathlib import Path

from affectory_protocol.command import Missing

INSTALL = "pip install 'opencv-python-headless>=4.10,<5'"
_FIRST_WITHOUT_CASCADES = 5


class Cascade(StrEnum):
    """The cascades used, by their files in OpenCV's wheels."""

    FACE = "haarcascade_frontalface_alt.xml"
    EYE = "haarcascade_eye.xml"


def locate_cascade(cascade: Cascade) -> Path:
    """The file of a cascade, whether it is there or not."""
    import cv2.data  # loaded with the first image, so that --help is quick

    return Path(cv2.data.haarcascades) / cascade.value


def list_missing() -> list[Missing]:
    """What the backend needs and does not find on this machine."""
    try:
        import cv2
    except ImportError:
        return [Missing("OpenCV", INSTALL)]
    if int(cv2.__version__.partition(".")[0]) >= _FIRST_WITHOUT_CASCADES:
        return [Missing(f"OpenCV below {_FIRST_WITHOUT_CASCADES}: {cv2.__version__}", INSTALL)]
    return [
        Missing(f"a cascade of OpenCV: {cascade.value}", INSTALL)
        for cascade in Cascade
        if not locate_cascade(cascade).is_file()
    ]
