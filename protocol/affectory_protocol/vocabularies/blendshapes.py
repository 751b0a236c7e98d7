"""Blendshape layouts: which name stands at which position of a list of weights.

Three orders of the same names are in circulation, so weights are converted by name and never by
position. Names are written in lower camel case whatever the case of the source.

Shapes lie in 0 to 1. The LiveLink layouts carry nine rotations as well (head and both eyes: yaw,
pitch, roll, in radians). They pass unchanged between the two LiveLink layouts. The other two
layouts have no place for them: they are left out on the way there and 0 (straight ahead) on the
way back. They are never made from the eyeLook shapes, nor those from them.

Sources:
    arkit-52: Apple, ARFaceAnchor.BlendShapeLocation, in the order of the LiveLink packet.
    mediapipe-51: Google, MediaPipe Face Landmarker, whose output starts with a 52nd entry
    `_neutral` that is no shape and is left out here; it has no tongueOut.
    livelink-61, livelink-csv-61: Epic Games, Live Link Face, network packet and CSV recording
    (the columns after Timecode and BlendShapeCount). The recording has jawRight before jawLeft and
    mouthRight before mouthLeft. Some public clients read packets in that order too.
"""

from collections.abc import Sequence

_EYES_TO_JAW = """
    eyeBlinkLeft eyeLookDownLeft eyeLookInLeft eyeLookOutLeft eyeLookUpLeft eyeSquintLeft
    eyeWideLeft eyeBlinkRight eyeLookDownRight eyeLookInRight eyeLookOutRight eyeLookUpRight
    eyeSquintRight eyeWideRight jawForward
"""
_MOUTH_TO_TONGUE = """
    mouthSmileLeft mouthSmileRight mouthFrownLeft mouthFrownRight mouthDimpleLeft mouthDimpleRight
    mouthStretchLeft mouthStretchRight mouthRollLower mouthRollUpper mouthShrugLower
    mouthShrugUpper mouthPressLeft mouthPressRight mouthLowerDownLeft mouthLowerDownRight
    mouthUpperUpLeft mouthUpperUpRight browDownLeft browDownRight browInnerUp browOuterUpLeft
    browOuterUpRight cheekPuff cheekSquintLeft cheekSquintRight noseSneerLeft noseSneerRight
    tongueOut
"""
_ROTATIONS = """
    headYaw headPitch headRoll leftEyeYaw leftEyePitch leftEyeRoll rightEyeYaw rightEyePitch
    rightEyeRoll
"""
_ARKIT = tuple(
    f"""{_EYES_TO_JAW} jawLeft jawRight jawOpen mouthClose mouthFunnel mouthPucker
    mouthLeft mouthRight {_MOUTH_TO_TONGUE}""".split()
)
_RECORDED = tuple(
    f"""{_EYES_TO_JAW} jawRight jawLeft jawOpen mouthClose mouthFunnel mouthPucker
    mouthRight mouthLeft {_MOUTH_TO_TONGUE}""".split()
)
_ALPHABETICAL = """
    browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight cheekPuff
    cheekSquintLeft cheekSquintRight eyeBlinkLeft eyeBlinkRight eyeLookDownLeft eyeLookDownRight
    eyeLookInLeft eyeLookInRight eyeLookOutLeft eyeLookOutRight eyeLookUpLeft eyeLookUpRight
    eyeSquintLeft eyeSquintRight eyeWideLeft eyeWideRight jawForward jawLeft jawOpen jawRight
    mouthClose mouthDimpleLeft mouthDimpleRight mouthFrownLeft mouthFrownRight mouthFunnel
    mouthLeft mouthLowerDownLeft mouthLowerDownRight mouthPressLeft mouthPressRight mouthPucker
    mouthRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper mouthSmileLeft
    mouthSmileRight mouthStretchLeft mouthStretchRight mouthUpperUpLeft mouthUpperUpRight
    noseSneerLeft noseSneerRight
"""

LAYOUTS: dict[str, tuple[str, ...]] = {
    "arkit-52": _ARKIT,
    "mediapipe-51": tuple(_ALPHABETICAL.split()),
    "livelink-61": (*_ARKIT, *_ROTATIONS.split()),
    "livelink-csv-61": (*_RECORDED, *_ROTATIONS.split()),
}
"""Names of each registered layout, in the order of its weights."""

SHAPES = frozenset(_ARKIT)
"""Names whose weights lie in 0 to 1; the others are rotations."""


def _mirror(name: str) -> str | None:
    """Name the shape on the other side, or None for a shape in the middle."""
    for side, other in (("Left", "Right"), ("Right", "Left")):
        if name.endswith(side):
            return name.removesuffix(side) + other
    return None


MIRRORED: dict[str, str] = {
    name: mirror for name in _ARKIT if (mirror := _mirror(name)) is not None
}
"""Each sided shape to its mirror image: 18 pairs, and jawLeft/jawRight, mouthLeft/mouthRight.

Shapes in the middle of the face and rotations are absent. A mirrored rotation also changes sign
(yaw and roll), which swapping names does not do.
"""


def get_layout(name: str) -> tuple[str, ...]:
    """Look up the names of a layout.

    Raises:
        ValueError: the layout is not registered.
    """
    if name not in LAYOUTS:
        raise ValueError(f"unknown blendshape layout (known: {', '.join(LAYOUTS)}): {name}")
    return LAYOUTS[name]


def convert(weights: Sequence[float], source: str, target: str) -> list[float]:
    """Reorder weights from one layout to another, by name.

    Args:
        weights: one value for each name of the source layout, in its order.
        source: registered layout of the weights.
        target: registered layout to write.

    Returns:
        One value for each name of the target layout, in its order; 0.0 where the source does not
        have the name. Names that the target does not have are left out.

    Raises:
        ValueError: unknown layout, or not as many weights as the source layout has names.
    """
    names = get_layout(source)
    wanted = get_layout(target)
    if len(weights) != len(names):
        raise ValueError(f"{source} has {len(names)} weights, not: {len(weights)}")
    by_name = dict(zip(names, weights, strict=True))
    return [by_name.get(name, 0.0) for name in wanted]
