"""A whole face: two halves, each drawn from its own side, joined on the midline.

The half to the viewer's right is drawn from the weights as they are. The other half is drawn by the
same code from the weights with left and right exchanged, and turned over. Exchanging the weights
therefore turns the picture over exactly, to the last bit.
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt
from affectory_protocol.vocabularies.blendshapes import LAYOUTS

from photomaker_gen.canvas import Canvas, MaskMemory
from photomaker_gen.config import HALVES
from photomaker_gen.eyes import draw_brow, draw_eye
from photomaker_gen.hair import draw_beard, draw_hair, draw_hair_behind
from photomaker_gen.hairstyle import COVERED_EARS
from photomaker_gen.head import (
    draw_background,
    draw_body,
    draw_cheek,
    draw_ear,
    draw_forehead,
    draw_glasses,
    draw_skin,
    draw_stubble,
    outline_head,
)
from photomaker_gen.identity import Beard, Identity
from photomaker_gen.mouth import draw_mouth
from photomaker_gen.nose import draw_nose
from photomaker_gen.pose import Pose, read_pose

Picture = npt.NDArray[np.uint8]
"""(size, size, 3), sRGB."""

LAYOUT = "arkit-52"
"""Layout of the weights that are drawn."""


def draw_face(weights: Sequence[float], identity: Identity, size: int = 512) -> Picture:
    """Draw an expression on the face of an invented adult.

    Args:
        weights: one for each name of the layout arkit-52, in its order; clipped to 0 to 1.
        identity: whose face.
        size: width and height of the picture, pixels; even.

    Returns:
        (size, size, 3) uint8, sRGB. The person's left is on the viewer's right.

    Raises:
        ValueError: the weights are not 52, or the size is odd or below 2.
    """
    return next(draw_faces([weights], identity, size))


def draw_faces(
    series: Iterable[Sequence[float]], identity: Identity, size: int = 512
) -> Iterator[Picture]:
    """Draw several expressions on one face, each as `draw_face` draws it.

    What stays where it was from one picture to the next is not worked out again.

    Args:
        series: weights of each picture, as of `draw_face`.
        identity: whose face.
        size: width and height of the pictures, pixels; even.

    Yields:
        (size, size, 3) uint8, sRGB.

    Raises:
        ValueError: weights are not 52, or the size is odd or below 2.
    """
    if size < HALVES or size % HALVES:
        message = f"the size must be even and at least {HALVES}: {size}"
        raise ValueError(message)
    masks = MaskMemory()
    backdrop = Canvas(size, masks)
    draw_background(backdrop, identity)
    draw_hair_behind(backdrop, identity)
    for weights in series:
        named = dict(zip(LAYOUTS[LAYOUT], weights, strict=True))
        left = read_pose(named, near="Left", far="Right")
        right = read_pose(named, near="Right", far="Left")
        left_half = _draw_half(backdrop.copy(), left, identity)
        right_half = left_half if right == left else _draw_half(backdrop.copy(), right, identity)
        yield np.concatenate([right_half[:, ::-1], left_half], axis=1)
        masks.turn()


def _draw_half(canvas: Canvas, pose: Pose, identity: Identity) -> Picture:
    outline = outline_head(identity, pose)
    draw_body(canvas, identity, outline)
    if identity.hair_style not in COVERED_EARS:
        draw_ear(canvas, identity)
    head = draw_skin(canvas, identity, pose, outline)
    if identity.beard is Beard.STUBBLE:
        draw_stubble(canvas, identity, pose, head)
    draw_cheek(canvas, identity, pose, head)
    draw_forehead(canvas, identity, pose, head)
    if identity.beard is Beard.FULL:
        draw_beard(canvas, identity, pose, outline, head)
    draw_mouth(canvas, identity, pose, head)
    draw_nose(canvas, identity, pose, head)
    draw_eye(canvas, identity, pose, head)
    draw_hair(canvas, identity, head)
    if identity.glasses:
        draw_glasses(canvas, identity)
    draw_brow(canvas, identity, pose)
    return np.clip(np.rint(canvas.pixels), 0.0, 255.0).astype(np.uint8)
