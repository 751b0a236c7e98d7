"""The nose, near half in detail."""

import numpy as np

from photomaker_gen.canvas import Canvas, Mask
from photomaker_gen.colour import furrow, mix, shade, tint
from photomaker_gen.geometry import as_points, closed_curve, ellipse, mirror, open_curve, stroke
from photomaker_gen.identity import Identity
from photomaker_gen.pose import Pose

BASE = 316.0
"""Height of the nose's lower edge in the average face, units from the top."""


def draw_nose(canvas: Canvas, identity: Identity, pose: Pose, head: Mask) -> None:
    """Draw bridge, tip, near wing and nostril."""
    skin, shape = identity.palette.skin, identity.proportions
    wide, base, sneer = shape.nose_width, BASE + shape.nose_length, pose.sneer
    canvas.glow((20.0 * wide, 252.0), (16.0, 56.0), shade(skin, 0.34), 0.36, within=head)
    canvas.glow((0.0, 256.0), (12.0, 70.0), tint(skin, 0.6), 0.42, within=head)
    lift = 8.0 * sneer
    half = as_points(
        [
            (0.0, base - 32.0),
            (14.0 * wide, base - 26.0),
            (27.0 * wide + 4.0 * sneer, base - 15.0 - lift),
            (27.0 * wide + 4.0 * sneer, base - 3.0 - lift),
            (15.0 * wide, base + 1.0 - 0.5 * lift),
        ]
    )
    whole = np.concatenate([half, as_points([(0.0, base + 4.0)]), mirror(half)[:-1]])
    ball = canvas.mask(closed_curve(whole))
    canvas.fade(
        ball, (base - 34.0, skin), (base + 2.0, mix(shade(skin, 0.20), (220, 110, 96), 0.12)), 0.85
    )
    canvas.glow((0.0, base - 13.0), (15.0, 13.0), tint(skin, 0.75), 0.62, within=ball)
    nostril = ellipse(
        12.5 * wide + 1.5 * sneer, base - 1.0 - 0.55 * lift, 7.0 + 1.5 * sneer, 3.2 + 1.8 * sneer
    )
    canvas.fill(nostril, shade(skin, 0.80), 0.85)
    wing = as_points([(24, -22), (31, -14), (30, -2), (21, 2)]) * [wide, 1.0] + [
        3.0 * sneer,
        base - lift,
    ]
    canvas.fill(stroke(open_curve(wing), 3.2, end=0.2), shade(skin, 0.50), 0.70)
    _draw_wrinkles(canvas, identity, pose, head)


def _draw_wrinkles(canvas: Canvas, identity: Identity, pose: Pose, head: Mask) -> None:
    skin, sneer = identity.palette.skin, pose.sneer
    canvas.glow((24.0, 276.0), (18.0, 34.0), furrow(skin), 0.62 * sneer, within=head)
    for row in (0.0, 1.0, 2.0):
        y = 236.0 + 12.0 * row
        fold = open_curve(as_points([(2, y + 4), (10, y), (19, y - 5 + row)]))
        canvas.fill(stroke(fold, 3.2, start=0.2), furrow(skin), 0.75 * sneer, within=head)
    edge = open_curve(as_points([(22, 284), (34, 292), (40, 306), (41, 322)]))
    canvas.fill(stroke(edge, 4.2), furrow(skin), 0.68 * sneer, within=head)
