"""The near eye with its lids, and the brow above it.

Curves run from the inner corner (at the nose) to the outer one. Heights are units below the axis
of the eye, so that a raised lid is a negative number.
"""

from dataclasses import dataclass

import numpy as np

from photomaker_gen.canvas import Canvas, Mask
from photomaker_gen.colour import BLACK, WHITE, Rgb, furrow, luminance, mix, shade, tint
from photomaker_gen.geometry import Points, as_points, ellipse, open_curve, ribbon, shift, stroke
from photomaker_gen.identity import Identity
from photomaker_gen.pose import Pose

AXIS = 244.0
"""Height of the eyes' axis, units from the top: halfway down the head, as in adults."""

_ACROSS = np.array([-33.0, -19.0, 0.0, 19.0, 33.0])
_UPPER_OPEN = np.array([3.0, -11.5, -17.5, -12.5, 0.0])
_LOWER_OPEN = np.array([3.0, 9.5, 13.0, 10.0, 0.0])
_CLOSED = np.array([3.0, 9.0, 11.5, 8.5, 0.0])
_CORNERS_HELD = np.array([0.0, 0.85, 1.0, 0.9, 0.0])


@dataclass(frozen=True)
class Lids:
    """The two edges of an eye, and how far it is open."""

    upper: Points
    lower: Points
    crease: Points
    openness: float
    """1 is at rest, 0 is closed."""


def shape_lids(identity: Identity, pose: Pose) -> Lids:
    """Place the lids of the near eye."""
    shape = identity.proportions
    raise_upper = 9.0 * pose.wide + 4.0 * pose.look_up - 5.0 * pose.squint - 9.0 * pose.look_down
    raise_lower = 9.5 * pose.squint - 4.0 * pose.wide + 3.0 * pose.look_up - 3.0 * pose.look_down
    raise_lower += 5.0 * pose.cheek_squint
    rest_upper = _UPPER_OPEN - raise_upper * _CORNERS_HELD
    lower = _LOWER_OPEN - raise_lower * _CORNERS_HELD
    closed = np.minimum(_CLOSED, lower - 0.5 * _CORNERS_HELD)
    upper = np.minimum(rest_upper + (closed - rest_upper) * pose.blink, closed)
    crease = np.minimum(rest_upper, _UPPER_OPEN) * [0.2, 1.0, 1.0, 1.0, 1.0] - [
        3.0,
        6.5,
        7.5,
        7.5,
        5.0,
    ]
    crease = crease + 4.0 * pose.blink * _CORNERS_HELD
    return Lids(
        upper=_curve(identity, upper),
        lower=_curve(identity, lower),
        crease=_curve(identity, crease),
        openness=float(np.clip((lower[2] - upper[2]) / (_LOWER_OPEN[2] - _UPPER_OPEN[2]), 0.0, 1.4))
        / shape.eye_size,
    )


def _curve(identity: Identity, heights: Points) -> Points:
    shape = identity.proportions
    tilt = -shape.eye_tilt * (_ACROSS / 33.0)
    points = np.stack([_ACROSS * shape.eye_size, heights * shape.eye_size + tilt], axis=1)
    return open_curve(shift(points, 56.0 + shape.eye_gap, AXIS))


def draw_eye(canvas: Canvas, identity: Identity, pose: Pose, head: Mask) -> None:
    """Draw the near eye, socket and lashes included."""
    skin = identity.palette.skin
    lids = shape_lids(identity, pose)
    x = 56.0 + identity.proportions.eye_gap
    canvas.glow((x - 4.0, AXIS - 14.0), (52.0, 30.0), shade(skin, 0.36), 0.42, within=head)
    canvas.glow(
        (x, AXIS + 22.0), (38.0, 16.0), shade(skin, 0.34), 0.16 + 0.2 * identity.age, within=head
    )
    _draw_ball(canvas, identity, pose, lids)
    _draw_lids(canvas, identity, pose, lids)


def _draw_ball(canvas: Canvas, identity: Identity, pose: Pose, lids: Lids) -> None:
    opening = canvas.mask(np.concatenate([lids.upper, lids.lower[::-1]]))
    size, iris = identity.proportions.eye_size, identity.palette.iris
    x = 56.0 + identity.proportions.eye_gap + 14.0 * pose.look_out - 14.0 * pose.look_in
    y = AXIS - 2.0 - 11.0 * pose.look_up + 10.5 * pose.look_down
    canvas.fill(opening, (248.0, 244.0, 240.0))
    canvas.glow((56.0, AXIS + 34.0), (60.0, 36.0), (206.0, 186.0, 186.0), 0.5, within=opening)
    disc = canvas.mask(ellipse(x, y, 16.0 * size, 16.0 * size)).meet(opening)
    canvas.fill(disc, shade(iris, 0.62))
    inner = canvas.mask(ellipse(x, y, 13.8 * size, 13.8 * size)).meet(opening)
    canvas.fade(inner, (y - 13.0, shade(iris, 0.35)), (y + 13.0, tint(iris, 0.30)))
    canvas.glow((x, y + 7.0), (10.0, 8.0), tint(iris, 0.55), 0.75, within=inner)
    canvas.fill(ellipse(x, y, 7.0 * size, 7.0 * size), (16.0, 12.0, 14.0), within=opening)
    shadow = np.concatenate([lids.upper, shift(lids.upper[::-1], 0.0, 6.5)])
    canvas.fill(shadow, (60.0, 40.0, 48.0), 0.30, within=opening)
    canvas.fill(ellipse(x + 0.5, y - 7.0, 4.6, 4.0), WHITE, 0.96, within=opening)
    canvas.fill(ellipse(x - 5.0, y + 6.5, 2.1, 2.0), WHITE, 0.6, within=opening)


def _draw_lids(canvas: Canvas, identity: Identity, pose: Pose, lids: Lids) -> None:
    skin = identity.palette.skin
    dark = _lash_colour(identity)
    lid = canvas.mask(np.concatenate([lids.crease, lids.upper[::-1]]))
    canvas.fade(lid, (AXIS - 26.0, shade(skin, 0.17)), (AXIS + 10.0, shade(skin, 0.06)))
    canvas.glow((56.0, AXIS - 4.0), (24.0, 11.0), tint(skin, 0.5), 0.35 * pose.blink, within=lid)
    canvas.fill(stroke(lids.crease, 2.6), shade(skin, 0.52), 0.75)
    canvas.fill(stroke(lids.lower, 2.0, start=0.4, end=0.6), furrow(skin), 0.55)
    _draw_strain(canvas, identity, pose, lids)
    reach = 2.0 + 7.0 * identity.lashes
    flick = as_points([(0.45, -0.20), (1.0, -0.62)]) * [reach, reach * (1.0 - 1.5 * pose.blink)]
    line = np.concatenate(
        [lids.upper[:-1], open_curve(np.concatenate([lids.upper[-1:], lids.upper[-1] + flick]))]
    )
    line[:, 1] -= 0.6
    along = np.linspace(0.0, 1.0, len(line))
    belly = along * (2.1 - along * along * 1.1)
    fade = np.minimum((1.0 - along) * 3.2, 1.0)
    canvas.fill(ribbon(line, (1.1 + (1.1 + 1.1 * identity.lashes) * belly) * np.sqrt(fade)), dark)


def _draw_strain(canvas: Canvas, identity: Identity, pose: Pose, lids: Lids) -> None:
    line = furrow(identity.palette.skin)
    bag = stroke(shift(lids.lower[6:], 0.0, 6.5), 3.2)
    canvas.fill(bag, line, 0.10 + 0.20 * identity.age + 0.55 * pose.squint)
    corner = lids.upper[-1]
    for rise in (-8.0, 0.0, 8.0):
        foot = (
            as_points([(6.0, 0.4 * rise), (12.0, 0.7 * rise + 0.5), (20.0, 1.3 * rise + 2.0)])
            + corner
        )
        strength = 0.55 * pose.squint + 0.16 * pose.cheek_squint + 0.18 * identity.age
        canvas.fill(stroke(open_curve(foot), 2.4), line, strength)


def _lash_colour(identity: Identity) -> Rgb:
    return mix(mix(identity.palette.hair, BLACK, 0.65), (40.0, 24.0, 24.0), 0.4)


def draw_brow(canvas: Canvas, identity: Identity, pose: Pose) -> None:
    """Draw the near brow."""
    shape = identity.proportions
    down, inner, outer = pose.brow_down, pose.brow_inner_up, pose.brow_outer_up
    arch = shape.brow_arch
    points = as_points(
        [
            (23.0 - 8.0 * down + 2.0 * inner, 205.0 + 18.0 * down - 29.0 * inner),
            (44.0 - 6.0 * down, 199.0 - 0.3 * arch + 14.0 * down - 18.0 * inner - 6.0 * outer),
            (72.0 - 3.0 * down, 198.0 - arch + 8.0 * down - 6.0 * inner - 14.0 * outer),
            (
                101.0 - 1.0 * down,
                210.0 - 0.5 * arch - shape.eye_tilt + 3.0 * down + 3.0 * inner - 15.0 * outer,
            ),
        ]
    )
    line = open_curve(shift(points, 0.6 * shape.eye_gap, 0.0))
    along = np.linspace(0.0, 1.0, len(line))
    blunt = np.minimum(along * 9.0, 1.0)
    thickness = shape.brow_weight * (4.8 + 3.0 * along * (1.0 - along) - 4.1 * along)
    thickness *= np.sqrt(blunt * (2.0 - blunt))
    canvas.fill(ribbon(line, thickness), brow_colour(identity))
    fine = stroke(shift(line[2:-6], 0.0, 1.2), 2.4 * shape.brow_weight)
    canvas.fill(fine, mix(brow_colour(identity), BLACK, 0.35), 0.35)


def brow_colour(identity: Identity) -> Rgb:
    """Colour brows after the hair, dark enough to be read on the skin."""
    hair, skin = identity.palette.hair, identity.palette.skin
    if luminance(hair) < luminance(skin) - 45.0:
        return mix(hair, shade(skin, 0.7), 0.18)
    if luminance(skin) > 80.0:  # noqa: PLR2004 - below it only darker than the skin is left
        return mix(mix(hair, shade(skin, 0.85), 0.62), BLACK, 0.12)
    return mix(shade(skin, 0.9), BLACK, 0.4) if luminance(hair) < 120.0 else mix(hair, skin, 0.1)  # noqa: PLR2004 - as above
