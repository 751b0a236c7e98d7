"""Hair and beards: what lies behind the head, and what lies on it."""

from collections.abc import Callable

import numpy as np

from photomaker_gen.canvas import Canvas, Mask
from photomaker_gen.colour import mix, shade, tint
from photomaker_gen.geometry import (
    Points,
    as_points,
    closed_curve,
    ellipse,
    mirror,
    open_curve,
    shift,
    stroke,
)
from photomaker_gen.hairstyle import (
    AFRO,
    BACKS,
    BEARD,
    CURLS,
    FRONTS,
    HAIRLINE_CURLS,
    STRANDS,
)
from photomaker_gen.identity import HairStyle, Identity
from photomaker_gen.pose import Pose

_BEARD_RIM = 330.0
"""Height below which hair stands out over the outline of a bearded face, units from the top."""


def draw_hair_behind(canvas: Canvas, identity: Identity) -> None:
    """Draw the hair that the head and the shoulders stand before."""
    hair, style = identity.palette.hair, identity.hair_style
    deep = shade(hair, 0.34)
    if style in BACKS:
        canvas.fade(canvas.mask(_whole(BACKS[style])), (60.0, hair), (430.0, deep))
    elif style is HairStyle.BUN:
        knot = as_points([(-40, 40), (0, 6), (40, 40), (34, 74), (0, 80), (-34, 74)])
        canvas.fill(closed_curve(knot), hair)
        canvas.glow((0.0, 30.0), (30.0, 18.0), tint(hair, 0.35), 0.6)
    elif style in {HairStyle.AFRO, HairStyle.CURLS}:
        for x, y, radius in AFRO if style is HairStyle.AFRO else CURLS:
            canvas.fill(ellipse(x, y, radius, radius), deep)


def draw_hair(canvas: Canvas, identity: Identity, head: Mask) -> None:
    """Draw the hair that lies on the head."""
    drawers: dict[HairStyle, Callable[[Canvas, Identity, Mask], None]] = {
        HairStyle.SHAVED: _draw_shaved,
        HairStyle.AFRO: _draw_curly,
        HairStyle.CURLS: _draw_curly,
    }
    drawers.get(identity.hair_style, _draw_smooth)(canvas, identity, head)


def _draw_smooth(canvas: Canvas, identity: Identity, head: Mask) -> None:
    hair = identity.palette.hair
    outline = _whole(FRONTS[identity.hair_style])
    canvas.fill(shift(outline, 0.0, 6.0), shade(identity.palette.skin, 0.5), 0.28, within=head)
    mask = canvas.mask(outline)
    canvas.fade(mask, (40.0, tint(hair, 0.05)), (300.0, shade(hair, 0.20)))
    canvas.glow((48.0, 84.0), (58.0, 28.0), tint(hair, 0.42), 0.50, within=mask)
    canvas.glow((136.0, 190.0), (24.0, 110.0), shade(hair, 0.45), 0.5, within=mask)
    for strand in STRANDS[identity.hair_style]:
        canvas.fill(stroke(open_curve(strand), 3.0), shade(hair, 0.42), 0.42, within=mask)
        lighter = open_curve(shift(strand, 6.0, -3.0))
        canvas.fill(stroke(lighter, 2.4), tint(hair, 0.30), 0.30, within=mask)


def _draw_shaved(canvas: Canvas, identity: Identity, head: Mask) -> None:
    skin = identity.palette.skin
    mask = canvas.mask(_whole(FRONTS[HairStyle.SHAVED])).meet(head)
    canvas.fill(mask, mix(skin, identity.palette.hair, 0.30 + 0.30 * (1.0 - identity.age)))
    canvas.glow((0.0, 96.0), (70.0, 26.0), tint(skin, 0.7), 0.35, within=mask)


def _draw_curly(canvas: Canvas, identity: Identity, head: Mask) -> None:
    hair = identity.palette.hair
    cap = _whole(FRONTS[identity.hair_style])
    canvas.fill(shift(cap, 0.0, 7.0), shade(identity.palette.skin, 0.5), 0.28, within=head)
    canvas.fill(cap, shade(hair, 0.16))
    for x, y, radius in HAIRLINE_CURLS:
        canvas.fill(ellipse(x, y, radius, radius), hair)
        light = (x - 0.2 * radius, y - 0.3 * radius)
        canvas.glow(light, (0.8 * radius, 0.7 * radius), tint(hair, 0.4), 0.45)


def draw_beard(canvas: Canvas, identity: Identity, pose: Pose, outline: Points, head: Mask) -> None:
    """Draw a full beard, to be drawn before the lips; it follows the jaw.

    Args:
        canvas: to draw on.
        identity: whose beard.
        pose: of the jaw.
        outline: of the head.
        head: its mask.
    """
    hair = mix(identity.palette.hair, shade(identity.palette.skin, 0.5), 0.12)
    whole = pose.move_skin(np.concatenate([BEARD, mirror(BEARD)[1:-1]]))
    mask = canvas.mask(closed_curve(whole)).meet(head)
    canvas.fade(mask, (250.0, hair), (410.0, shade(hair, 0.24)))
    rim = outline[outline[:, 1] > _BEARD_RIM]
    canvas.fill(stroke(rim, 7.0, start=0.2, end=0.2), shade(hair, 0.2), 0.9)
    chin = (pose.jaw_shift, 396.0 + pose.jaw_drop)
    canvas.glow(chin, (40.0, 20.0), tint(hair, 0.35), 0.35, within=mask)


def _whole(half: Points) -> Points:
    right = open_curve(half)
    return np.concatenate([right, mirror(right)])
