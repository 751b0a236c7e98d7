"""The mouth as it is seen: lips, teeth, tongue, and the folds around it."""

import numpy as np

from photomaker_gen.canvas import Canvas, Mask
from photomaker_gen.colour import Rgb, furrow, mix, shade, tint
from photomaker_gen.geometry import (
    Points,
    as_points,
    closed_curve,
    ellipse,
    open_curve,
    ribbon,
    shift,
    stroke,
)
from photomaker_gen.identity import Identity
from photomaker_gen.lips import CENTRE, MIDDLE, ROUND, Lips, shape_lips
from photomaker_gen.pose import Pose

_INSIDE: Rgb = (86.0, 26.0, 32.0)
_TEETH: Rgb = (252.0, 249.0, 242.0)
_TONGUE: Rgb = (222.0, 104.0, 106.0)
_UPPER_TEETH = as_points(
    [(-46, -28), (0, -28), (46, -28), (43, -1), (24, 3.5), (0, 5), (-24, 3.5), (-43, -1)]
)
_LOWER_TEETH = as_points(
    [(-31, 9), (-16, 7.5), (0, 7), (16, 7.5), (31, 9), (27, 20), (0, 23), (-27, 20)]
)
_TONGUE_TIP = as_points(
    [(-1, 0), (0, -0.04), (1, 0), (1.04, 0.55), (0.62, 0.93), (0, 1), (-0.62, 0.93), (-1.04, 0.55)]
)
_MIN_OPENING = 1.0
"""Lips further apart than this show their inner edges, units."""


def draw_mouth(canvas: Canvas, identity: Identity, pose: Pose, head: Mask) -> None:
    """Draw the near half of the mouth with what it opens on."""
    lips = shape_lips(identity, pose)
    _draw_folds(canvas, identity, pose, lips, head)
    _draw_inside(canvas, pose, lips)
    _draw_lips(canvas, identity, pose, lips)
    if pose.tongue > 0.0:
        _draw_tongue(canvas, pose, lips)


def _draw_inside(canvas: Canvas, pose: Pose, lips: Lips) -> None:
    opening = canvas.mask(np.concatenate([lips.inner_upper, lips.inner_lower[::-1]]))
    canvas.fill(opening, _INSIDE)
    floor = float(lips.inner_lower[MIDDLE, 1])
    canvas.fill(ellipse(lips.shift, floor + 4.0, 27.0, 17.0), _TONGUE, 0.9, within=opening)
    lower = closed_curve(shift(_LOWER_TEETH, lips.shift, CENTRE + lips.drop))
    canvas.fill(lower, mix(_TEETH, _INSIDE, 0.12), within=opening)
    upper = closed_curve(shift(_UPPER_TEETH, 6.0 * pose.mouth_side, CENTRE))
    canvas.fill(upper, _TEETH, within=opening)
    shadow = np.concatenate([lips.inner_upper, shift(lips.inner_upper[::-1], 0.0, 3.5)])
    canvas.fill(shadow, _INSIDE, 0.28, within=opening)


def _draw_lips(canvas: Canvas, identity: Identity, pose: Pose, lips: Lips) -> None:
    colour = identity.palette.lips
    upper = canvas.mask(np.concatenate([lips.outer_upper, lips.inner_upper[::-1]]))
    lower = canvas.mask(np.concatenate([lips.inner_lower, lips.outer_lower[::-1]]))
    top = float(lips.outer_upper[MIDDLE, 1])
    canvas.fade(upper, (top, shade(colour, 0.10)), (top + 14.0, shade(colour, 0.26)))
    edge = float(lips.inner_lower[MIDDLE, 1])
    canvas.fade(lower, (edge, shade(colour, 0.10)), (edge + 15.0, tint(colour, 0.10)))
    depth = float(lips.outer_lower[MIDDLE, 1]) - edge
    shine = 0.40 + 0.15 * pose.pucker
    canvas.glow(
        (lips.shift, edge + 0.5 * depth),
        (19.0, 0.36 * depth + 1.5),
        tint(colour, 0.75),
        shine,
        within=lower,
    )
    line = shade(mix(colour, identity.palette.skin, 0.2), 0.62)
    thin = 1.25 * (0.35 + 0.65 * ROUND)
    canvas.fill(ribbon(lips.inner_upper, thin), line, 0.85)
    if float(np.max(lips.inner_lower[:, 1] - lips.inner_upper[:, 1])) > _MIN_OPENING:
        canvas.fill(ribbon(lips.inner_lower, 0.8 * thin), line, 0.55)
    for step in (5.0, 13.0):
        wrinkle = as_points([(step, -0.7), (0.9 * step, -0.1), (1.05 * step, 0.6)]) * [1.0, 13.0]
        centre = [lips.shift, 0.5 * (float(lips.inner_upper[MIDDLE, 1]) + edge)]
        canvas.fill(stroke(open_curve(wrinkle + centre), 2.0), line, 0.5 * pose.pucker)


def _draw_tongue(canvas: Canvas, pose: Pose, lips: Lips) -> None:
    length = 46.0 * pose.tongue
    top = 0.5 * (float(lips.inner_upper[MIDDLE, 1]) + float(lips.inner_lower[MIDDLE, 1]))
    width = 20.0 + 4.0 * pose.tongue
    shape = _TONGUE_TIP * [width, length]
    tongue = canvas.mask(closed_curve(shift(shape, lips.shift, top)))
    canvas.fade(tongue, (top, shade(_TONGUE, 0.28)), (top + length, tint(_TONGUE, 0.08)))
    canvas.glow(
        (lips.shift, top + 0.75 * length), (16.0, 12.0), tint(_TONGUE, 0.6), 0.4, within=tongue
    )
    groove = as_points([(0, 0.15), (0, 0.45), (0, 0.8)]) * [1.0, length] + [lips.shift, top]
    canvas.fill(stroke(groove, 3.0), shade(_TONGUE, 0.4), 0.6)
    rim = ribbon(lips.inner_upper, 1.25 * (0.35 + 0.65 * ROUND))
    canvas.fill(rim, shade(_TONGUE, 0.75), 0.6)


def _draw_folds(canvas: Canvas, identity: Identity, pose: Pose, lips: Lips, head: Mask) -> None:
    skin = identity.palette.skin
    corner = lips.inner_upper[-1]
    canvas.glow(
        (float(corner[0]) + 2.0, float(corner[1])), (10.0, 9.0), furrow(skin), 0.42, within=head
    )
    bottom = lips.outer_lower[MIDDLE]
    crease = 0.34 + 0.35 * pose.shrug_lower + 0.35 * pose.jaw_forward + 0.25 * pose.roll_lower
    canvas.glow(
        (float(bottom[0]), float(bottom[1]) + 6.0), (30.0, 9.0), furrow(skin), crease, within=head
    )
    tucked = (float(lips.inner_upper[MIDDLE, 0]), float(lips.inner_upper[MIDDLE, 1]) - 9.0)
    canvas.glow(tucked, (46.0, 13.0), furrow(skin), 0.62 * pose.roll_upper, within=head)
    below = (float(lips.inner_upper[MIDDLE, 0]), float(lips.inner_upper[MIDDLE, 1]) + 10.0)
    canvas.glow(below, (46.0, 14.0), furrow(skin), 0.58 * pose.roll_lower, within=head)
    top = lips.outer_upper[MIDDLE]
    canvas.glow(
        (0.6 * float(top[0]), float(top[1]) - 11.0),
        (8.0, 15.0),
        shade(skin, 0.35),
        0.28,
        within=head,
    )
    _draw_nasolabial(canvas, identity, pose, corner, head)
    _draw_corner(canvas, identity, pose, corner, head)
    chin = [pose.jaw_shift, 389.0 + identity.proportions.chin + pose.jaw_drop]
    for x, y in ((5.0, -6.0), (13.0, 0.0), (4.0, 5.0), (20.0, -8.0), (12.0, 9.0)):
        dimple = ellipse(x + chin[0], y + chin[1], 3.0, 2.2)
        canvas.fill(dimple, furrow(skin), 0.42 * pose.shrug_lower, within=head)
        mirrored = ellipse(chin[0] - x, y + chin[1], 3.0, 2.2)
        canvas.fill(mirrored, furrow(skin), 0.42 * pose.shrug_lower, within=head)


def _draw_nasolabial(
    canvas: Canvas, identity: Identity, pose: Pose, corner: Points, head: Mask
) -> None:
    skin = identity.palette.skin
    x, y = float(corner[0]), float(corner[1])
    wing = 32.0 * identity.proportions.nose_width
    strength = 0.10 + 0.22 * identity.age + 0.42 * pose.smile.near + 0.40 * pose.upper_up.near
    strength += 0.20 * pose.dimple.near + 0.15 * pose.frown.near
    lift = 6.0 * pose.upper_up.near
    points = as_points(
        [
            (wing, 304.0 - lift),
            (wing + 9.0, 315.0 - lift),
            (0.5 * (wing + x) + 15.0, 0.5 * (316.0 + y) - 1.0),
            (x + 13.0, y + 4.0),
        ]
    )
    canvas.fill(
        stroke(open_curve(points), 3.6, start=0.2), furrow(skin), min(strength, 0.8), within=head
    )


def _draw_corner(
    canvas: Canvas, identity: Identity, pose: Pose, corner: Points, head: Mask
) -> None:
    skin = identity.palette.skin
    dimple, frown, stretch, press = (
        pose.dimple.near,
        pose.frown.near,
        pose.stretch.near,
        pose.press.near,
    )
    arc = open_curve(as_points([(7, -13), (13, -5), (13, 5), (7, 13)]) + corner)
    canvas.glow(
        (float(corner[0]) + 9.0, float(corner[1])),
        (22.0, 24.0),
        furrow(skin),
        0.60 * dimple,
        within=head,
    )
    canvas.fill(stroke(arc, 4.4), furrow(skin), 0.75 * dimple, within=head)
    droop = open_curve(as_points([(2, 1), (8, 7), (10, 18)]) + corner)
    canvas.fill(stroke(droop, 4.0, start=0.5), furrow(skin), 0.65 * frown, within=head)
    canvas.glow(
        (float(corner[0]) + 4.0, float(corner[1]) + 13.0),
        (18.0, 18.0),
        furrow(skin),
        0.5 * frown,
        within=head,
    )
    canvas.glow(
        (float(corner[0]) + 14.0, float(corner[1]) + 6.0),
        (16.0, 28.0),
        furrow(skin),
        0.45 * stretch,
        within=head,
    )
    pulled = (0.55 * float(corner[0]), float(corner[1]) + 40.0)
    canvas.glow(pulled, (26.0, 12.0), furrow(skin), 0.45 * pose.lower_down.near, within=head)
    cord = open_curve(as_points([(10, -14), (18, 2), (14, 22)]) + corner)
    canvas.fill(stroke(cord, 4.0), furrow(skin), 0.6 * stretch, within=head)
    for y in (-15.0, 19.0):
        canvas.glow(
            (0.5 * float(corner[0]), float(corner[1]) + y),
            (24.0, 9.0),
            tint(skin, 0.6),
            0.5 * press,
            within=head,
        )
