"""Who is drawn: an invented adult, the same for the same seed.

Identities are adults by construction: no proportion here reaches those of a child (eyes lie halfway
down the head, the jaw is grown, irises fill less than half of the opening), and `age` runs from
about 22 to 75 years. They are symmetric, hair included, so that a mirrored expression is a
mirrored picture.
"""

from dataclasses import dataclass, fields, replace
from enum import StrEnum
from random import Random
from typing import TypeVar

from photomaker_gen.colour import Rgb, along, luminance, mix, shade

SKINS: tuple[Rgb, ...] = (
    (250.0, 222.0, 202.0),
    (241.0, 202.0, 174.0),
    (226.0, 178.0, 143.0),
    (202.0, 148.0, 109.0),
    (168.0, 116.0, 80.0),
    (132.0, 87.0, 60.0),
    (98.0, 63.0, 45.0),
    (74.0, 48.0, 37.0),
)
"""Skin from the fairest to the darkest, an even walk in lightness."""

HAIRS: tuple[Rgb, ...] = (
    (38.0, 30.0, 31.0),
    (62.0, 42.0, 35.0),
    (98.0, 62.0, 43.0),
    (140.0, 92.0, 56.0),
    (196.0, 150.0, 92.0),
    (226.0, 192.0, 136.0),
    (164.0, 76.0, 42.0),
)
"""Hair that has not turned grey: black, browns, blonds and red."""

GREY: Rgb = (196.0, 194.0, 196.0)
IRISES: tuple[Rgb, ...] = (
    (74.0, 46.0, 30.0),
    (98.0, 62.0, 36.0),
    (128.0, 92.0, 48.0),
    (92.0, 118.0, 74.0),
    (84.0, 124.0, 140.0),
    (92.0, 140.0, 184.0),
)
CLOTHES: tuple[Rgb, ...] = (
    (52.0, 92.0, 126.0),
    (196.0, 84.0, 72.0),
    (68.0, 122.0, 106.0),
    (232.0, 176.0, 84.0),
    (112.0, 88.0, 140.0),
    (238.0, 232.0, 222.0),
    (58.0, 62.0, 78.0),
    (206.0, 126.0, 140.0),
)
BACKGROUNDS: tuple[Rgb, ...] = (
    (206.0, 226.0, 232.0),
    (246.0, 222.0, 200.0),
    (214.0, 230.0, 212.0),
    (236.0, 216.0, 230.0),
    (250.0, 234.0, 196.0),
    (218.0, 218.0, 240.0),
)


class HairStyle(StrEnum):
    """How the hair is worn; every style is the same to the left and the right."""

    CROP = "crop"
    QUIFF = "quiff"
    SHAVED = "shaved"
    BOB = "bob"
    LONG = "long"
    FRINGE = "fringe"
    BUN = "bun"
    AFRO = "afro"
    CURLS = "curls"


class Beard(StrEnum):
    """What grows on chin and cheeks."""

    NONE = "none"
    STUBBLE = "stubble"
    FULL = "full"


class Neckline(StrEnum):
    """The cut of the clothes."""

    ROUND = "round"
    V = "v"
    COLLAR = "collar"


@dataclass(frozen=True)
class Palette:
    """The colours of a person and of what surrounds them, sRGB 0 to 255."""

    skin: Rgb
    hair: Rgb
    iris: Rgb
    lips: Rgb
    clothes: Rgb
    background: Rgb


@dataclass(frozen=True)
class FaceColours:
    """Colours taken from a photograph, sRGB 0 to 255; null is not known."""

    skin: Rgb | None = None
    hair: Rgb | None = None
    iris: Rgb | None = None
    lips: Rgb | None = None
    clothes: Rgb | None = None
    background: Rgb | None = None


@dataclass(frozen=True)
class Proportions:
    """How a face differs from the average one: factors around 1, offsets in units of the plane."""

    face_width: float = 1.0
    jaw_width: float = 1.0
    chin: float = 0.0
    eye_size: float = 1.0
    eye_gap: float = 0.0
    eye_tilt: float = 0.0
    brow_weight: float = 1.0
    brow_arch: float = 3.0
    nose_width: float = 1.0
    nose_length: float = 0.0
    mouth_width: float = 1.0
    lip_fullness: float = 1.0


@dataclass(frozen=True)
class Identity:
    """One invented adult."""

    palette: Palette
    proportions: Proportions
    hair_style: HairStyle
    beard: Beard
    neckline: Neckline
    glasses: bool
    lashes: float
    """Length of the lashes, 0 to 1."""
    age: float
    """0 is about 22 years, 1 about 75."""


def vary_seed(seed: int, variation: int) -> int:
    """Derive the 32-bit seed of a variation: 1 keeps the seed, every other scatters it.

    Source: the finaliser of MurmurHash3 (Appleby 2011).
    """
    if variation == 1:
        return seed
    value = (seed + 0x9E3779B9 * (variation - 1)) & 0xFFFFFFFF
    value = ((value ^ (value >> 16)) * 0x85EBCA6B) & 0xFFFFFFFF
    value = ((value ^ (value >> 13)) * 0xC2B2AE35) & 0xFFFFFFFF
    return value ^ (value >> 16)


def invent_identity(seed: int) -> Identity:
    """Invent the adult that belongs to a seed, 0 to 2^32 - 1."""
    dice = _Dice(seed)
    youth = dice.between(0.0, 1.0)
    age = youth * youth
    style = dice.pick(tuple(HairStyle))
    bearded = style in {HairStyle.CROP, HairStyle.QUIFF, HairStyle.SHAVED}
    beard = dice.pick((Beard.NONE, Beard.STUBBLE, Beard.FULL)) if bearded else Beard.NONE
    return Identity(
        palette=_invent_palette(dice, age),
        proportions=_invent_proportions(dice),
        hair_style=style,
        beard=beard,
        neckline=dice.pick(tuple(Neckline)),
        glasses=dice.between(0.0, 1.0) < 0.16,  # noqa: PLR2004 - about one face in six
        lashes=dice.between(0.0, 0.4) if bearded else dice.between(0.4, 1.0),
        age=age,
    )


def recolour(identity: Identity, colours: FaceColours) -> Identity:
    """Give an identity the colours of somebody else, as far as they are known."""
    known = {
        field.name: colour
        for field in fields(colours)
        if (colour := getattr(colours, field.name)) is not None
    }
    return replace(identity, palette=replace(identity.palette, **known))


def lip_colour(skin: Rgb, redness: float) -> Rgb:
    """Colour lips after the skin: redder than it and a little darker, less so on dark skin.

    Args:
        skin: sRGB.
        redness: 0 (bare) to 1 (painted).
    """
    rose = mix(skin, (196.0, 72.0, 78.0), 0.42 + 0.34 * redness)
    return shade(rose, 0.12) if luminance(skin) > 110.0 else mix(rose, skin, 0.25)  # noqa: PLR2004 - mid tone


_Choice = TypeVar("_Choice")


class _Dice:
    """Uniform draws from `Random.random`, the one method whose sequence Python promises to keep."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def between(self, low: float, high: float) -> float:
        return low + (high - low) * self._random.random()

    def pick(self, choices: tuple[_Choice, ...]) -> _Choice:
        return choices[min(int(self._random.random() * len(choices)), len(choices) - 1)]


def _invent_palette(dice: _Dice, age: float) -> Palette:
    depth = dice.between(0.0, 1.0)
    skin = along(SKINS, depth)
    warmth = dice.between(-5.0, 5.0)
    skin = (skin[0] + 0.4 * warmth, skin[1], skin[2] - warmth)
    # Fair hair and light eyes grow on fair skin; the darker the skin, the shorter the scale.
    reach = 1 if depth > 0.65 else 3 if depth > 0.4 else len(HAIRS) - 1  # noqa: PLR2004 - shares of the scale
    hair = mix(
        dice.pick(HAIRS[: reach + 1]), along(HAIRS[: reach + 1], dice.between(0.0, 1.0)), 0.3
    )
    hair = mix(hair, GREY, min(max((age - 0.55) * 2.2, 0.0), 0.95))
    iris = along(IRISES[: 2 if depth > 0.5 else len(IRISES)], dice.between(0.0, 1.0))  # noqa: PLR2004 - as above
    return Palette(
        skin=skin,
        hair=hair,
        iris=iris,
        lips=lip_colour(skin, dice.between(0.0, 0.8)),
        clothes=dice.pick(CLOTHES),
        background=dice.pick(BACKGROUNDS),
    )


def _invent_proportions(dice: _Dice) -> Proportions:
    return Proportions(
        face_width=dice.between(0.94, 1.06),
        jaw_width=dice.between(0.92, 1.10),
        chin=dice.between(-5.0, 8.0),
        eye_size=dice.between(0.95, 1.06),
        eye_gap=dice.between(-2.5, 3.5),
        eye_tilt=dice.between(-2.0, 2.5),
        brow_weight=dice.between(0.75, 1.35),
        brow_arch=dice.between(0.0, 4.5),
        nose_width=dice.between(0.86, 1.22),
        nose_length=dice.between(-5.0, 5.0),
        mouth_width=dice.between(0.92, 1.10),
        lip_fullness=dice.between(0.78, 1.28),
    )
