"""What holds the face: background, body, ears, the head itself, its cheeks and its forehead."""

import numpy as np

from photomaker_gen.canvas import Canvas, Mask
from photomaker_gen.colour import BLACK, WHITE, Rgb, furrow, luminance, mix, shade, tint
from photomaker_gen.geometry import (
    Points,
    as_points,
    closed_curve,
    mirror,
    open_curve,
    shift,
    stroke,
)
from photomaker_gen.identity import Identity, Neckline
from photomaker_gen.pose import Pose

BLUSH: Rgb = (226.0, 84.0, 76.0)


def outline_head(identity: Identity, pose: Pose) -> Points:
    """Outline the head from crown to chin, with the jaw where the pose puts it."""
    shape = identity.proportions
    wide, jaw = shape.face_width, shape.face_width * shape.jaw_width
    puff, forward = 15.0 * pose.puff, pose.jaw_forward
    half = as_points(
        [
            (0.0, 72.0),
            (56.0 * wide, 80.0),
            (98.0 * wide, 120.0),
            (115.0 * wide, 184.0),
            (116.0 * wide, 246.0),
            (112.0 * wide + 0.5 * puff, 296.0),
            (98.0 * jaw + puff, 342.0 + 0.1 * shape.chin),
            (66.0 * jaw + 0.6 * puff + 7.0 * forward, 384.0 + 0.6 * shape.chin),
            (32.0 * jaw + 8.0 * forward, 404.0 + shape.chin),
        ]
    )
    chin = as_points([(0.0, 409.0 + shape.chin)])
    return closed_curve(pose.move_skin(np.concatenate([half, chin, mirror(half)[:-1]])))


def draw_background(canvas: Canvas, identity: Identity) -> None:
    """Fill the picture and set a lighter disc behind the head."""
    colour = identity.palette.background
    everything = canvas.mask(as_points([(-256, 0), (256, 0), (256, 512), (-256, 512)]))
    canvas.fade(everything, (0.0, mix(colour, WHITE, 0.16)), (512.0, shade(colour, 0.10)))
    canvas.glow((0.0, 232.0), (300.0, 300.0), mix(colour, WHITE, 0.75), 0.85)


def draw_body(canvas: Canvas, identity: Identity, head: Points) -> None:
    """Draw neck, shoulders and clothes, with the shadow of the head on the neck."""
    skin = identity.palette.skin
    neck = _symmetric([(54, 330), (55, 392), (60, 428), (78, 450), (110, 462), (120, 512)])
    neck_mask = canvas.mask(neck)
    canvas.fade(neck_mask, (390.0, shade(skin, 0.12)), (470.0, shade(skin, 0.04)))
    canvas.fill(shift(head, 0.0, 24.0), shade(skin, 0.38), 0.55, within=neck_mask)
    canvas.fill(shift(head * [0.96, 1.0], 0.0, 12.0), furrow(skin), 0.5, within=neck_mask)
    _draw_clothes(canvas, identity)


def _draw_clothes(canvas: Canvas, identity: Identity) -> None:
    colour = identity.palette.clothes
    deep = shade(colour, 0.30)
    necklines: dict[Neckline, list[tuple[float, float]]] = {
        Neckline.ROUND: [(0, 484), (30, 480), (56, 466), (72, 444)],
        Neckline.V: [(0, 512), (14, 500), (46, 470), (68, 443)],
        Neckline.COLLAR: [(0, 500), (12, 492), (44, 468), (66, 440)],
    }
    neckline = as_points(necklines[identity.neckline])
    shoulder = open_curve(
        as_points([(72, 444), (112, 452), (164, 466), (206, 484), (236, 506), (250, 540)])
    )
    half = np.concatenate([neckline, shoulder, as_points([(0, 540)])])
    mask = canvas.mask(half)
    canvas.fade(mask, (440.0, mix(colour, WHITE, 0.10)), (512.0, shade(colour, 0.12)))
    canvas.glow((262.0, 520.0), (110.0, 70.0), deep, 0.5, within=mask)
    collar = open_curve(neckline)
    if identity.neckline is Neckline.COLLAR:
        flap = as_points([(60, 432), (76, 440), (92, 462), (60, 502), (12, 494), (40, 468)])
        canvas.fill(shift(flap, 1.0, 5.0), deep, 0.5)
        canvas.fill(flap, mix(colour, WHITE, 0.30))
    else:
        canvas.fill(stroke(collar, 9.0, start=1.0, end=0.8), mix(colour, WHITE, 0.22))
        canvas.fill(stroke(shift(collar, 1.0, 5.0), 3.0, start=1.0, end=0.6), deep, 0.5)


def draw_ear(canvas: Canvas, identity: Identity) -> None:
    """Draw the near ear; the head covers its root."""
    skin, wide = identity.palette.skin, identity.proportions.face_width
    rim = as_points(
        [(108, 230), (122, 219), (134, 226), (135, 248), (127, 272), (119, 287), (110, 284)]
    )
    ear = canvas.mask(closed_curve(rim * [wide, 1.0]))
    canvas.fill(ear, shade(skin, 0.10))
    hollow = as_points([(114, 238), (123, 231), (128, 240), (125, 258), (117, 272)])
    canvas.fill(closed_curve(hollow * [wide, 1.0]), shade(skin, 0.36), 0.55)


def draw_skin(canvas: Canvas, identity: Identity, pose: Pose, head: Points) -> Mask:
    """Draw the head's skin with the light on it, and give its mask back."""
    skin = identity.palette.skin
    mask = canvas.mask(head)
    canvas.fade(mask, (90.0, tint(skin, 0.06)), (400.0, shade(skin, 0.03)))
    canvas.glow((128.0, 262.0), (62.0, 190.0), shade(skin, 0.40), 0.42, within=mask)
    canvas.glow((0.0, 150.0), (88.0, 62.0), tint(skin, 0.55), 0.30, within=mask)
    chin = pose.jaw_drop + identity.proportions.chin
    canvas.glow((pose.jaw_shift, 440.0 + chin), (120.0, 58.0), furrow(skin), 0.55, within=mask)
    light = 0.30 + 0.35 * pose.jaw_forward
    canvas.glow((pose.jaw_shift, 389.0 + chin), (27.0, 17.0), tint(skin, 0.65), light, within=mask)
    return mask


def draw_cheek(canvas: Canvas, identity: Identity, pose: Pose, head: Mask) -> None:
    """Draw the near cheek: blush, and what smiling, squinting and puffing do to it."""
    skin, wide = identity.palette.skin, identity.proportions.face_width
    raised, smile, puff = pose.cheek_squint, pose.smile.near, pose.puff
    x, y = 73.0 * wide, 304.0 - 14.0 * raised - 2.0 * puff
    rosy = mix(skin, BLUSH, 0.62 if luminance(skin) > 110.0 else 0.42)  # noqa: PLR2004 - mid tone
    canvas.glow((x, y), (40.0, 30.0), rosy, 0.34 + 0.05 * smile + 0.38 * raised, within=head)
    canvas.glow(
        (x + 2.0, y - 6.0), (26.0, 16.0), tint(skin, 0.7), 0.05 * smile + 0.34 * raised, within=head
    )
    under = stroke(
        open_curve(as_points([(38, 291), (60, 299), (86, 294), (100, 278)]) - [0, 8 * raised]), 3.6
    )
    canvas.fill(under, furrow(skin), 0.42 * raised, within=head)
    canvas.glow((82.0 * wide, 330.0), (40.0, 40.0), tint(skin, 0.75), 0.62 * puff, within=head)
    canvas.glow((56.0 * wide, 366.0), (40.0, 20.0), furrow(skin), 0.45 * puff, within=head)


def draw_forehead(canvas: Canvas, identity: Identity, pose: Pose, head: Mask) -> None:
    """Draw the creases that raised and lowered brows fold."""
    line = furrow(identity.palette.skin)
    faint = 0.16 * identity.age
    for row in (0.0, 1.0):
        y = 164.0 - 15.0 * row
        inner = open_curve(as_points([(-34, y + 3), (-18, y), (0, y + 2), (18, y), (34, y + 3)]))
        canvas.fill(stroke(inner, 3.0), line, faint + 0.50 * pose.brow_inner_up, within=head)
        outer = open_curve(as_points([(42, y + 6), (60, y), (78, y + 3), (92, y + 12)]))
        canvas.fill(stroke(outer, 3.0), line, faint + 0.50 * pose.brow_outer_up, within=head)
    frown = open_curve(as_points([(9, 186), (7, 200), (10, 213)]))
    canvas.fill(stroke(frown, 4.4), line, 0.14 * identity.age + 0.70 * pose.brow_down, within=head)
    knot = furrow(identity.palette.skin)
    canvas.glow((16.0, 212.0), (16.0, 18.0), knot, 0.55 * pose.brow_down, within=head)


def draw_stubble(canvas: Canvas, identity: Identity, pose: Pose, head: Mask) -> None:
    """Darken lips' surroundings and jaw as a day without shaving does."""
    dark = mix(identity.palette.hair, BLACK, 0.35)
    x, y = pose.jaw_shift, pose.jaw_drop
    canvas.glow((x, 402.0 + y), (116.0, 80.0), dark, 0.36, within=head)
    canvas.glow((100.0 + 0.5 * x, 350.0 + 0.5 * y), (40.0, 84.0), dark, 0.26, within=head)
    canvas.glow((0.4 * x, 334.0), (52.0, 22.0), dark, 0.24, within=head)


def draw_glasses(canvas: Canvas, identity: Identity) -> None:
    """Draw the near half of a pair of spectacles with thin rims."""
    x = 56.0 + identity.proportions.eye_gap
    frame = mix(identity.palette.hair, (38.0, 34.0, 40.0), 0.7)
    half = as_points(
        [(-40, -16), (-34, -29), (0, -33), (36, -29), (43, -14), (36, 18), (4, 31), (-32, 20)]
    )
    rim = closed_curve(shift(half, x, 251.0))
    hole = closed_curve(shift(half * [0.915, 0.89], x, 251.0))
    canvas.fill(rim, WHITE, 0.07)
    canvas.fill(canvas.mask(rim, hole[::-1]), frame)
    bridge = open_curve(as_points([(-18, 243), (0, 237), (18, 243)]))
    canvas.fill(stroke(bridge, 4.4, start=1.0, end=1.0), frame)
    temple = as_points([(x + 41, 234), (124, 230), (124, 235), (x + 42, 240)])
    canvas.fill(temple, frame)


def _symmetric(half: list[tuple[float, float]]) -> Points:
    right = open_curve(as_points(half))
    return np.concatenate([right, mirror(right)])
