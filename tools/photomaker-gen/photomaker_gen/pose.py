"""What the face does: blendshape weights as seen from one half of the picture."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from photomaker_gen.geometry import Points, smoothstep

JAW_TOP = 285.0
"""Height above which the jaw moves no skin, units from the top."""
JAW_BOTTOM = 392.0
"""Height below which skin moves with the whole jaw, units from the top."""


@dataclass(frozen=True)
class Pair:
    """A one-sided weight on both halves of the mouth."""

    near: float
    far: float

    def across(self, t: Points) -> Points:
        """Spread the pair over the mouth: t is -1 at the far corner, 1 at the near one."""
        near, far = smoothstep(-0.1, 0.55, t), smoothstep(-0.1, 0.55, -t)
        return self.near * near + self.far * far + min(self.near, self.far) * (1.0 - near - far)


@dataclass(frozen=True)
class Pose:
    """Weights, 0 to 1: of the near half (the one being drawn), the far half, and the middle."""

    brow_down: float
    brow_inner_up: float
    brow_outer_up: float
    blink: float
    look_down: float
    look_in: float
    look_out: float
    look_up: float
    squint: float
    wide: float
    cheek_squint: float
    puff: float
    sneer: float
    jaw_open: float
    jaw_forward: float
    jaw_side: float
    """Sideways, -1 to 1; positive is towards the near half."""
    close: float
    funnel: float
    pucker: float
    mouth_side: float
    """Sideways, -1 to 1; positive is towards the near half."""
    roll_lower: float
    roll_upper: float
    shrug_lower: float
    shrug_upper: float
    tongue: float
    smile: Pair
    frown: Pair
    dimple: Pair
    stretch: Pair
    press: Pair
    lower_down: Pair
    upper_up: Pair

    @property
    def jaw_drop(self) -> float:
        """How far the chin hangs below its place, units."""
        return (
            36.0 * self.jaw_open
            + 7.0 * self.jaw_forward
            + 4.0 * self.tongue
            - 5.0 * self.shrug_lower
        )

    @property
    def jaw_shift(self) -> float:
        """How far the chin stands to the near side, units."""
        return 19.0 * self.jaw_side

    def move_skin(self, points: Points) -> Points:
        """Carry points of the face's skin along with the jaw."""
        hold = smoothstep(JAW_TOP, JAW_BOTTOM, points[:, 1])
        return points + np.stack([self.jaw_shift * hold, self.jaw_drop * hold], axis=1)


def read_pose(weights: Mapping[str, float], *, near: str, far: str) -> Pose:
    """See a face from one half.

    Args:
        weights: ARKit shape name to weight, clipped to 0 to 1.
        near: the person's side that is drawn, `Left` or `Right`, as shape names end in it.
        far: the other side.
    """

    def of(name: str) -> float:
        return min(max(weights[name], 0.0), 1.0)

    def pair(name: str) -> Pair:
        return Pair(of(name + near), of(name + far))

    return Pose(
        brow_down=of("browDown" + near),
        brow_inner_up=of("browInnerUp"),
        brow_outer_up=of("browOuterUp" + near),
        blink=of("eyeBlink" + near),
        look_down=of("eyeLookDown" + near),
        look_in=of("eyeLookIn" + near),
        look_out=of("eyeLookOut" + near),
        look_up=of("eyeLookUp" + near),
        squint=of("eyeSquint" + near),
        wide=of("eyeWide" + near),
        cheek_squint=of("cheekSquint" + near),
        puff=of("cheekPuff"),
        sneer=of("noseSneer" + near),
        jaw_open=of("jawOpen"),
        jaw_forward=of("jawForward"),
        jaw_side=of("jaw" + near) - of("jaw" + far),
        close=of("mouthClose"),
        funnel=of("mouthFunnel"),
        pucker=of("mouthPucker"),
        mouth_side=of("mouth" + near) - of("mouth" + far),
        roll_lower=of("mouthRollLower"),
        roll_upper=of("mouthRollUpper"),
        shrug_lower=of("mouthShrugLower"),
        shrug_upper=of("mouthShrugUpper"),
        tongue=of("tongueOut"),
        smile=pair("mouthSmile"),
        frown=pair("mouthFrown"),
        dimple=pair("mouthDimple"),
        stretch=pair("mouthStretch"),
        press=pair("mouthPress"),
        lower_down=pair("mouthLowerDown"),
        upper_up=pair("mouthUpperUp"),
    )
