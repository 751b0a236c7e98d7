"""Which ARKit shapes show an action unit, how strongly, and who says so.

A shape is given by its stem where it has a left and a right (mouthSmile), else by its whole name.
Three kinds of source stand in a row:
    agreed: the public FACS to ARKit tables give this shape, at full weight.
    disputed: the tables differ; the row says what was left out or chosen.
    ours: a proposal of this project, where the tables are silent or cannot be told apart.
The shapes' meaning is Apple's, ARFaceAnchor.BlendShapeLocation. A critical comparison of such
tables is Melinda Oezel's ARKit to FACS cheat sheet (melindaozel.com): mouthFrown, for one, lowers
the lip corners and has nothing to do with the brow.

No unit reaches mouthLeft, mouthRight and mouthShrugUpper. Units that are missing here have no
shape in ARKit: nostrils, neck, lip bite, cheek suck, tongue in the cheek, the head.
"""

from typing import NamedTuple

from affectory_protocol.vocabularies.blendshapes import LAYOUTS

LAYOUT = "arkit-52"
NAMES: tuple[str, ...] = LAYOUTS[LAYOUT]


class ShapeRow(NamedTuple):
    """The shapes of one action unit."""

    shapes: tuple[tuple[str, float], ...]
    """Stem or name of a shape with its weight at intensity 1."""
    source: str
    """Agreed, disputed or ours, and why."""


SHAPES: dict[int, ShapeRow] = {
    1: ShapeRow((("browInnerUp", 1.0),), "agreed"),
    2: ShapeRow((("browOuterUp", 1.0),), "agreed"),
    4: ShapeRow((("browDown", 1.0),), "agreed"),
    5: ShapeRow((("eyeWide", 1.0),), "agreed"),
    6: ShapeRow((("cheekSquint", 1.0),), "agreed"),
    7: ShapeRow((("eyeSquint", 0.8),), "agreed; the rest of the shape is left to 44"),
    9: ShapeRow((("noseSneer", 1.0),), "disputed: 0.7 to 1"),
    10: ShapeRow((("mouthUpperUp", 0.6),), "disputed: others add noseSneer 0.4, which 9 owns"),
    11: ShapeRow((("mouthUpperUp", 0.2),), "disputed: no shape of its own; the weight is ours"),
    12: ShapeRow((("mouthSmile", 1.0),), "agreed"),
    13: ShapeRow((("mouthSmile", 0.6), ("mouthStretch", 0.4)), "disputed: no shape of its own"),
    14: ShapeRow((("mouthDimple", 1.0),), "agreed"),
    15: ShapeRow((("mouthFrown", 1.0),), "agreed"),
    16: ShapeRow((("mouthLowerDown", 1.0),), "disputed: others add jawOpen 0.3, which 26 owns"),
    17: ShapeRow((("mouthShrugLower", 1.0),), "disputed: others add mouthShrugUpper, mouthPress"),
    18: ShapeRow((("mouthPucker", 1.0),), "agreed"),
    19: ShapeRow((("tongueOut", 1.0),), "ours, from the shape's name"),
    20: ShapeRow((("mouthStretch", 1.0),), "agreed"),
    22: ShapeRow((("mouthFunnel", 1.0),), "agreed"),
    23: ShapeRow((("mouthPress", 1.0),), "disputed: some give the shape to 24 alone"),
    24: ShapeRow((("mouthPress", 1.0), ("mouthClose", 0.4)), "disputed: others leave mouthClose"),
    25: ShapeRow((("jawOpen", 0.15),), "disputed; the weight is ours: lips apart, teeth closed"),
    26: ShapeRow((("jawOpen", 0.6),), "disputed: up to 1, which leaves no room for 27"),
    27: ShapeRow((("jawOpen", 1.0),), "agreed"),
    28: ShapeRow((("mouthRollLower", 1.0), ("mouthRollUpper", 1.0)), "agreed"),
    29: ShapeRow((("jawForward", 1.0),), "ours, from the shape's name"),
    30: ShapeRow((("jaw", 1.0),), "ours, from the shapes' names jawLeft and jawRight"),
    34: ShapeRow((("cheekPuff", 1.0),), "ours, from the shape's name"),
    41: ShapeRow((("eyeBlink", 0.35),), "ours: a third of the way"),
    42: ShapeRow((("eyeBlink", 0.7),), "ours: two thirds of the way"),
    43: ShapeRow((("eyeBlink", 1.0),), "agreed"),
    44: ShapeRow((("eyeSquint", 1.0), ("eyeBlink", 0.3)), "agreed; the weight of eyeBlink is ours"),
    45: ShapeRow((("eyeBlink", 1.0),), "agreed"),
    46: ShapeRow((("eyeBlink", 1.0),), "agreed"),
    61: ShapeRow((("eyeLookOutLeft", 1.0), ("eyeLookInRight", 1.0)), "ours, from the names"),
    62: ShapeRow((("eyeLookInLeft", 1.0), ("eyeLookOutRight", 1.0)), "ours, from the names"),
    63: ShapeRow((("eyeLookUp", 1.0),), "ours, from the shapes' names"),
    64: ShapeRow((("eyeLookDown", 1.0),), "ours, from the shapes' names"),
}
"""Rows by number of the action unit."""

COMPOSITES: tuple[int, ...] = (13, 24, 44)
"""Units without a shape of their own, known by the ratio of two shapes that others own."""

OWNERS: tuple[int, ...] = (
    *(1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 18, 19, 20, 22, 23, 28, 29, 30, 34),
    *(43, 61, 62, 63, 64),
)
"""Units that a shape is read back as. jawOpen belongs to 26, and beyond its reach to 27."""


def name_sides(stem: str) -> tuple[str, str]:
    """Name a shape's left and right; twice the same name for a shape without sides."""
    return (stem, stem) if stem in NAMES else (f"{stem}Left", f"{stem}Right")
