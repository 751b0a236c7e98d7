"""Frontal faces and their eyes by boosted cascades of Haar-like features, as OpenCV ships them.

Source: Viola and Jones, Rapid object detection using a boosted cascade of simple features, CVPR
2001; the cascades are by Rainer Lienhart (faces: stump-based gentle AdaBoost, 20 x 20 pixels) and
Shameem Hameed (eyes).
"""

import math
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from affectory_protocol.records import Face, Landmark
from PIL import Image

from face_annot.box import Box, suppress_nested
from face_annot.cascade import Cascade, locate_cascade
from face_annot.config import AnnotateConfig
from face_annot.image import RgbImage

Luma = npt.NDArray[np.uint8]

SMALLEST_FACE = 40
"""Images are reduced until the smallest face looked for is this wide, pixels: twice the cascade's
window, so the time an image takes hangs on the share looked for and not on its pixels."""

WINDOW = 20
"""Width of the cascades' windows, pixels; nothing smaller is found."""

FINAL_STAGE_THRESHOLD = 105.76110076904297
"""What the votes of the face cascade's last stage add up to at least, from the cascade's file."""

MARGIN_SCALE = 1.5
"""Margin over that threshold at which confidence is 1 - 1/e. Faces in photographs had margins from
2.4 to 5.5, false ones from 0.2 to 1.0: confidences from 0.8 to 0.97 and from 0.1 to 0.5."""

EYES_FACE_WIDTH = 120
"""Width a face is brought to before its eyes are looked for, pixels; an eye is then 20 to 48."""

_EYES_TOP, _EYES_BOTTOM = 0.15, 0.6
_EYE_WIDTHS = (WINDOW / EYES_FACE_WIDTH, 0.4)
_EYE_NEIGHBORS = 3
_EYE_SCALE_FACTOR = 1.1
_DECIMALS = 4


class _Eye(NamedTuple):
    """An eye in the band it was looked for in; the largest is the one most detections agree on.

    Attributes:
        votes: number of detections.
        x: of its centre, pixels of the band.
        y: of its centre, pixels of the band.
    """

    votes: int
    x: float
    y: float


class Haar:
    """Finds frontal faces and their eyes.

    Args:
        config: how small, how finely, how strictly.
    """

    def __init__(self, config: AnnotateConfig) -> None:
        # Threads would group detections in the order in which they finish.
        cv2.setNumThreads(1)
        self._config = config
        self._faces = cv2.CascadeClassifier(str(locate_cascade(Cascade.FACE)))
        self._eyes = cv2.CascadeClassifier(str(locate_cascade(Cascade.EYE)))

    def find_faces(self, image: RgbImage) -> list[Face]:
        """Find the faces in an image.

        Args:
            image: (h, w, 3) uint8, RGB, upright.

        Returns:
            Faces, largest first, in pixels of the image. Age, gender and emotion are not known.
        """
        luma = Image.fromarray(image).convert("L")
        return [
            Face(
                bbox_xyxy=[box.x0, box.y0, box.x1, box.y1],
                confidence=box.confidence,
                landmarks=self._find_eyes(luma, box),
                age=None,
                gender=None,
                emotion=None,
            )
            for box in suppress_nested(self._find_boxes(luma))
        ]

    def _find_boxes(self, luma: Image.Image) -> list[Box]:
        share = self._config.min_face_size
        scale = min(1.0, SMALLEST_FACE / (share * min(luma.size)))
        reduced = _resize(luma, scale)
        smallest = max(WINDOW, round(share * min(reduced.size)))
        found, _, weights = self._faces.detectMultiScale3(
            np.asarray(reduced),
            scaleFactor=self._config.scale_factor,
            minNeighbors=self._config.min_neighbors,
            minSize=(smallest, smallest),
            outputRejectLevels=True,
        )
        x_scale, y_scale = luma.width / reduced.width, luma.height / reduced.height
        return [
            Box(
                float(round(x * x_scale)),
                float(round(y * y_scale)),
                float(min(luma.width, round((x + width) * x_scale))),
                float(min(luma.height, round((y + height) * y_scale))),
                compute_confidence(float(weight)),
            )
            for (x, y, width, height), weight in zip(found, weights, strict=True)
        ]

    def _find_eyes(self, luma: Image.Image, box: Box) -> list[Landmark]:
        height = box.y1 - box.y0
        top, bottom = round(box.y0 + _EYES_TOP * height), round(box.y0 + _EYES_BOTTOM * height)
        scale = EYES_FACE_WIDTH / (box.x1 - box.x0)
        band = _resize(luma.crop((round(box.x0), top, round(box.x1), bottom)), scale)
        smallest, largest = (round(share * EYES_FACE_WIDTH) for share in _EYE_WIDTHS)
        found, counts = self._eyes.detectMultiScale2(
            np.asarray(band),
            scaleFactor=_EYE_SCALE_FACTOR,
            minNeighbors=_EYE_NEIGHBORS,
            minSize=(smallest, smallest),
            maxSize=(largest, largest),
        )
        eyes = [
            _Eye(int(count), float(x + width / 2), float(y + height / 2))
            for (x, y, width, height), count in zip(found, counts, strict=True)
        ]
        # The person's own left eye lies in the right half of the image.
        halves = {
            "left_eye": [eye for eye in eyes if eye.x >= band.width / 2],
            "right_eye": [eye for eye in eyes if eye.x < band.width / 2],
        }
        return [
            Landmark(
                name=name,
                x=float(round(box.x0 + max(half).x / scale)),
                y=float(round(top + max(half).y / scale)),
            )
            for name, half in halves.items()
            if half
        ]


def compute_confidence(weight: float) -> float:
    """Squash the votes of the last stage into 0 to 1.

    Args:
        weight: sum of the votes, at least `FINAL_STAGE_THRESHOLD` for a face.

    Returns:
        1 - exp(-margin / `MARGIN_SCALE`), 0 at the threshold. It grows with the detector's weight
        and is no probability.
    """
    margin = max(0.0, weight - FINAL_STAGE_THRESHOLD)
    return round(1 - math.exp(-margin / MARGIN_SCALE), _DECIMALS)


def _resize(luma: Image.Image, scale: float) -> Image.Image:
    width, height = (max(1, round(side * scale)) for side in luma.size)
    return luma.resize((width, height), Image.Resampling.BILINEAR)
