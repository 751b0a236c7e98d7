"""What each action unit looks like, in English words.

`{a}` is the place of an adverb of intensity, `{s}` of left or right, the person's own. A phrase
for both sides never says a side; a phrase for one side always does. The words follow the visible
effect, not the muscle: what a person who does not know FACS would see.
"""

from typing import NamedTuple


class Wording(NamedTuple):
    """The phrases for one unit: any of them says the same."""

    both: tuple[str, ...] = ()
    """For both sides, or for a unit without sides."""
    one: tuple[str, ...] = ()
    """For one side; empty for a unit without sides."""


WORDINGS: dict[int, Wording] = {
    1: Wording(
        ("the inner brows are {a} raised", "the inner ends of the brows are {a} drawn up"),
        ("the inner end of the {s} brow is {a} raised",),
    ),
    2: Wording(
        ("the outer brows are {a} raised", "the outer ends of the brows are {a} lifted"),
        ("the {s} brow is {a} arched", "the outer end of the {s} brow is {a} raised"),
    ),
    4: Wording(
        ("the brows are {a} lowered", "the brows are {a} furrowed", "the brow is {a} knitted"),
        ("the {s} brow is {a} lowered",),
    ),
    5: Wording(
        ("the eyes are {a} widened", "the upper lids are {a} raised"),
        ("the {s} eye is {a} widened",),
    ),
    6: Wording(
        ("the cheeks are {a} raised", "the cheeks are {a} pushed up under the eyes"),
        ("the {s} cheek is {a} raised",),
    ),
    7: Wording(
        ("the eyelids are {a} tensed", "the lower lids are {a} tightened"),
        ("the lids of the {s} eye are {a} tensed",),
    ),
    8: Wording(("the lips are {a} drawn towards each other",)),
    9: Wording(
        ("the nose is {a} wrinkled", "the sides of the nose are {a} wrinkled"),
        ("the {s} side of the nose is {a} wrinkled",),
    ),
    10: Wording(
        ("the upper lip is {a} raised", "the upper lip is {a} curled"),
        ("the upper lip is {a} raised on the {s}",),
    ),
    11: Wording(
        ("the folds beside the nose are {a} deepened",),
        ("the fold on the {s} of the nose is {a} deepened",),
    ),
    12: Wording(
        ("the lip corners are {a} pulled up", "the mouth is {a} drawn into a smile"),
        ("the {s} lip corner is {a} pulled up", "the mouth is {a} drawn up on the {s}"),
    ),
    13: Wording(
        ("the lip corners are {a} pulled sharply upwards",),
        ("the {s} lip corner is {a} pulled sharply upwards",),
    ),
    14: Wording(
        ("the lip corners are {a} tightened into dimples",),
        ("the {s} lip corner is {a} tightened into a dimple",),
    ),
    15: Wording(
        ("the lip corners are {a} turned down", "the corners of the mouth are {a} drawn down"),
        ("the {s} lip corner is {a} turned down",),
    ),
    16: Wording(
        ("the lower lip is {a} pulled down", "the lower lip is {a} lowered"),
        ("the lower lip is {a} pulled down on the {s}",),
    ),
    17: Wording(("the chin is {a} pushed up", "the chin is {a} bunched")),
    18: Wording(("the lips are {a} puckered",)),
    19: Wording(("the tongue is {a} stuck out",)),
    20: Wording(
        ("the lips are {a} stretched sideways", "the mouth is {a} stretched sideways"),
        ("the lips are {a} stretched to the {s}",),
    ),
    21: Wording(("the neck is {a} tensed",), ("the {s} of the neck is {a} tensed",)),
    22: Wording(("the lips are {a} funnelled forwards",)),
    23: Wording(
        ("the lips are {a} tightened", "the lips are {a} narrowed"),
        ("the lips are {a} tightened on the {s}",),
    ),
    24: Wording(("the lips are {a} pressed together",)),
    25: Wording(("the lips are {a} parted",)),
    26: Wording(("the jaw is {a} dropped", "the mouth is {a} opened")),
    27: Wording(("the mouth is {a} stretched open",)),
    28: Wording(("the lips are {a} sucked in", "the lips are {a} drawn inwards")),
    29: Wording(("the jaw is {a} thrust forwards",)),
    30: Wording((), ("the jaw is {a} pushed to the {s}",)),
    31: Wording(("the jaw is {a} clenched",), ("the jaw is {a} clenched on the {s}",)),
    32: Wording(("the lip is {a} bitten",), ("the lip is {a} bitten on the {s}",)),
    33: Wording(("the cheeks are {a} blown out",), ("the {s} cheek is {a} blown out",)),
    34: Wording(("the cheeks are {a} puffed out",), ("the {s} cheek is {a} puffed out",)),
    35: Wording(("the cheeks are {a} sucked in",), ("the {s} cheek is {a} sucked in",)),
    36: Wording(
        ("the cheeks are {a} bulged by the tongue",), ("the {s} cheek is {a} bulged by the tongue",)
    ),
    37: Wording(("the lips are {a} wiped by the tongue",)),
    38: Wording(("the nostrils are {a} flared",), ("the {s} nostril is {a} flared",)),
    39: Wording(("the nostrils are {a} narrowed",), ("the {s} nostril is {a} narrowed",)),
    41: Wording(("the upper lids are {a} drooping",), ("the {s} upper lid is {a} drooping",)),
    42: Wording(
        ("the eyes are {a} narrowed to slits",), ("the {s} eye is {a} narrowed to a slit",)
    ),
    43: Wording(
        ("the eyelids are {a} lowered", "the eyes are {a} closed"), ("the {s} eye is {a} closed",)
    ),
    44: Wording(("the eyes are {a} squinted",), ("the {s} eye is {a} squinted",)),
    45: Wording(("the eyes are {a} shut in a blink",)),
    46: Wording((), ("the {s} eye is {a} shut in a wink",)),
    51: Wording(("the head is {a} turned to the left",)),
    52: Wording(("the head is {a} turned to the right",)),
    53: Wording(("the head is {a} raised",)),
    54: Wording(("the head is {a} lowered",)),
    55: Wording(("the head is {a} tilted to the left",)),
    56: Wording(("the head is {a} tilted to the right",)),
    57: Wording(("the head is {a} pushed forwards",)),
    58: Wording(("the head is {a} drawn back",)),
    61: Wording(("the gaze is {a} turned to the left",)),
    62: Wording(("the gaze is {a} turned to the right",)),
    63: Wording(("the gaze is {a} raised", "the eyes are {a} turned upwards")),
    64: Wording(("the gaze is {a} lowered", "the eyes are {a} cast down")),
}
"""Phrases by number of the unit."""

COMBINED: tuple[tuple[tuple[int, ...], tuple[str, ...]], ...] = (
    (
        (1, 2, 4),
        ("the brows are {a} raised and drawn together", "the brows are {a} lifted and knitted"),
    ),
    ((1, 2), ("the brows are {a} raised", "both brows are {a} lifted")),
    (
        (1, 4),
        (
            "the inner brows are {a} drawn up and together",
            "the brows are {a} pulled together and up in the middle",
        ),
    ),
    ((4, 7), ("the brows are {a} lowered over tensed lids",)),
    (
        (5, 7),
        ("the eyes are {a} widened over tensed lower lids", "the stare is {a} wide and tense"),
    ),
    ((12, 15), ("a smile is {a} held down at the lip corners",)),
    (
        (6, 12),
        (
            "the lip corners are {a} pulled up under lifted cheeks",
            "the mouth is {a} drawn into a smile that raises the cheeks",
        ),
    ),
    ((15, 17), ("the lip corners are {a} turned down over a bunched chin",)),
    (
        (17, 24),
        ("the lips are {a} pressed together over a bunched chin",),
    ),
    ((25, 26), ("the jaw is {a} dropped with the lips apart", "the mouth is {a} opened")),
)
"""Units that together look like one thing, the larger sets first, with their phrases.

Only for units on both sides and of nearly the same intensity.
"""

ORDER: tuple[int, ...] = (
    *(1, 2, 4, 5, 7, 41, 42, 43, 44, 45, 46, 61, 62, 63, 64, 6, 11, 33, 34, 35, 36, 9, 38, 39),
    *(10, 12, 13, 14, 15, 16, 18, 20, 22, 23, 24, 25, 28, 8, 32, 37, 19, 17, 26, 27, 29, 30, 31),
    *(21, 51, 52, 53, 54, 55, 56, 57, 58),
)
"""Units from the brow down to the neck, the order in which a face is told."""

ADVERBS: tuple[tuple[str, ...], ...] = (
    ("faintly", "very slightly"),
    ("slightly", "a little"),
    ("clearly", "noticeably", "visibly"),
    ("strongly", "markedly"),
    ("fully", "completely"),
)
"""Adverbs for the intensity letters A to E."""

NOUNS: tuple[tuple[str, ...], ...] = (
    ("a trace of {n}", "a hint of {n}"),
    ("mild {n}", "slight {n}"),
    ("{n}", "clear {n}"),
    ("strong {n}", "great {n}"),
    ("intense {n}", "overwhelming {n}"),
)
"""Phrases for an emotion as strong as the intensity letters A to E."""

SPOKEN: dict[str, str] = {"caring": "caring warmth"}
"""Labels that do not read as a noun by themselves, with what is said instead."""

BEFORE: tuple[str, ...] = (
    "The face shows {e}: {first}.{rest}",
    "An expression of {e}: {first}.{rest}",
    "This is a face of {e}: {first}.{rest}",
    "A look of {e}: {first}.{rest}",
)
"""Frames that name the emotion first."""

AFTER: tuple[str, ...] = (
    "{body}, an expression of {e}.",
    "{body}. It is a look of {e}.",
    "{body}. The face speaks of {e}.",
    "{body}, which reads as {e}.",
)
"""Frames that name the emotion last."""

AT_REST: tuple[str, ...] = (
    "The face is at rest: brows, eyes and mouth are relaxed.",
    "A neutral face, with every feature at ease.",
    "Nothing moves in this neutral face; brows, lids and lips are relaxed.",
)
"""For a face without any unit that shows no emotion but neutral."""

UNSHOWN: tuple[str, ...] = (
    "The face stays at rest and keeps {e} to itself.",
    "Of {e} nothing can be seen: brows, eyes and mouth are relaxed.",
)
"""For a face without any unit although there is an emotion."""
