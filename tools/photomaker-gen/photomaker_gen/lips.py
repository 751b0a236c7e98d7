"""Where the lips are.

Curves run over t, from -1 at the far corner through 0 in the middle to 1 at the near corner.
"""

from dataclasses import dataclass

import numpy as np

from photomaker_gen.geometry import Points
from photomaker_gen.identity import Identity
from photomaker_gen.pose import Pair, Pose

CENTRE = 354.0
"""Height of the line between the lips at rest, units from the top."""

MIDDLE = 24
"""Index of t = 0 on every curve."""

_T = np.linspace(-1.0, 1.0, 2 * MIDDLE + 1)
ROUND = np.sqrt(1.0 - _T * _T)
"""Half an ellipse over t: 0 at the corners, 1 in the middle."""


@dataclass(frozen=True)
class Lips:
    """Four curves from the far to the near corner, (49, 2) each, and where the jaw's teeth are."""

    outer_upper: Points
    inner_upper: Points
    inner_lower: Points
    outer_lower: Points
    shift: float
    """Of the lower lip's middle towards the near side, units."""
    drop: float
    """Of the lower teeth below their place, units."""


def shape_lips(identity: Identity, pose: Pose) -> Lips:
    """Place the lips."""
    shape = identity.proportions
    seal = 1.0 - 0.96 * pose.close
    drop = 46.0 * pose.jaw_open + 3.0 * pose.jaw_forward
    upper_shift = 17.0 * pose.mouth_side + 4.0 * pose.jaw_side
    lower_shift = 17.0 * pose.mouth_side + 15.0 * pose.jaw_side
    bend = np.where(_T > 0.0, _corner_height(pose, 1.0), _corner_height(pose, -1.0)) * _T * _T
    middle = (
        CENTRE + 0.6 * shape.nose_length + 2.0 * pose.smile.across(_T) - 3.0 * pose.frown.across(_T)
    )
    middle = (
        middle
        - 7.0 * pose.shrug_lower
        - 4.0 * pose.shrug_upper
        - 6.0 * pose.close * (1.0 - pose.jaw_open)
    )
    middle = middle + 15.0 * pose.jaw_open * pose.close + 8.0 * (1.0 - _T * _T) * pose.funnel * 0.2
    base = middle + bend
    half_width = np.where(
        _T > 0.0, _half_width(identity, pose, 1.0), _half_width(identity, pose, -1.0)
    )
    x = _T * half_width
    arch = 1.0 - _T * _T
    upper_x = x + upper_shift
    lower_x = x + upper_shift + (lower_shift - upper_shift) * arch
    upper = base - _upper_gap(pose) * seal
    lower = np.maximum(base + _lower_gap(pose, drop) * seal, upper)
    return Lips(
        outer_upper=np.stack([upper_x, upper - _upper_thickness(identity, pose)], axis=1),
        inner_upper=np.stack([upper_x, upper], axis=1),
        inner_lower=np.stack([lower_x, lower], axis=1),
        outer_lower=np.stack([lower_x, lower + _lower_thickness(identity, pose)], axis=1),
        shift=lower_shift,
        drop=drop,
    )


def _side(pair: Pair, side: float) -> float:
    return pair.near if side > 0.0 else pair.far


def _half_width(identity: Identity, pose: Pose, side: float) -> float:
    wide = (
        14.0 * _side(pose.smile, side)
        + 12.0 * _side(pose.dimple, side)
        + 20.0 * _side(pose.stretch, side)
    )
    wide += 2.0 * _side(pose.frown, side) - 3.0 * _side(pose.press, side) - 13.0 * pose.jaw_open
    wide -= 17.0 * pose.funnel + 21.0 * pose.pucker
    wide += 6.0 * side * pose.mouth_side
    return float(np.clip(47.0 * identity.proportions.mouth_width + wide, 16.0, 72.0))


def _corner_height(pose: Pose, side: float) -> float:
    pull = (
        -18.0 * _side(pose.smile, side)
        + 22.0 * _side(pose.frown, side)
        + 7.0 * _side(pose.stretch, side)
    )
    pull += -2.5 * _side(pose.dimple, side) + 1.5 * _side(pose.press, side)
    return -5.0 + pull + 9.0 * pose.jaw_open + 4.0 * pose.shrug_lower - 3.0 * side * pose.mouth_side


def _upper_gap(pose: Pose) -> Points:
    lift = 6.0 * pose.smile.across(_T) + 17.0 * pose.upper_up.across(_T)
    lift = lift * (1.0 - 0.7 * pose.press.across(_T)) + 8.0 * pose.funnel + 4.0 * pose.jaw_open
    return np.asarray((0.5 * ROUND + 0.5 * (1.0 - _T * _T)) * lift + 2.0 * pose.tongue * ROUND)


def _lower_gap(pose: Pose, drop: float) -> Points:
    fall = 5.5 * pose.smile.across(_T) + 20.0 * pose.lower_down.across(_T)
    fall = fall * (1.0 - 0.7 * pose.press.across(_T)) + 9.0 * pose.funnel + 11.0 * pose.tongue
    fall = (fall + drop) * (1.0 - 0.35 * pose.shrug_lower)
    return np.asarray((0.55 * ROUND + 0.45 * (1.0 - _T * _T)) * fall)


def _upper_thickness(identity: Identity, pose: Pose) -> Points:
    bow = np.maximum(1.0 - (_T / 0.24) * (_T / 0.24), 0.0)
    profile = (0.35 * ROUND + 0.65 * (1.0 - _T * _T)) * (1.0 - 0.20 * bow * bow)
    thin = (
        0.28 * pose.smile.across(_T)
        + 0.34 * pose.stretch.across(_T)
        + 0.25 * pose.dimple.across(_T)
    )
    thin = thin + 0.70 * pose.press.across(_T) + 0.86 * pose.roll_upper + 0.22 * pose.close
    thick = (
        0.40 * pose.pucker
        + 0.30 * pose.funnel
        + 0.35 * pose.shrug_upper
        - 0.1 * pose.upper_up.across(_T)
    )
    return np.asarray(
        13.0 * identity.proportions.lip_fullness * profile * np.maximum(1.0 - thin + thick, 0.06)
    )


def _lower_thickness(identity: Identity, pose: Pose) -> Points:
    profile = 0.6 * ROUND + 0.4 * (1.0 - _T * _T)
    thin = (
        0.22 * pose.smile.across(_T)
        + 0.30 * pose.stretch.across(_T)
        + 0.22 * pose.dimple.across(_T)
    )
    thin = thin + 0.70 * pose.press.across(_T) + 0.88 * pose.roll_lower + 0.22 * pose.close
    thick = (
        0.42 * pose.pucker + 0.32 * pose.funnel + 0.30 * pose.shrug_lower + 0.30 * pose.jaw_forward
    )
    return np.asarray(
        15.5 * identity.proportions.lip_fullness * profile * np.maximum(1.0 - thin + thick, 0.06)
    )
