"""Colours of people and of what they wear, in sRGB."""

Rgb = tuple[float, float, float]
"""Red, green and blue, sRGB, 0 to 255."""

BLACK: Rgb = (0.0, 0.0, 0.0)
WHITE: Rgb = (255.0, 255.0, 255.0)


def mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    """Blend two colours: `share` 0 is the first, 1 the other."""
    return (
        one[0] + (other[0] - one[0]) * share,
        one[1] + (other[1] - one[1]) * share,
        one[2] + (other[2] - one[2]) * share,
    )


def along(scale: tuple[Rgb, ...], position: float) -> Rgb:
    """Look a colour up on a scale of at least two colours: 0 is the first, 1 the last."""
    place = min(max(position, 0.0), 1.0) * (len(scale) - 1)
    index = min(int(place), len(scale) - 2)
    return mix(scale[index], scale[index + 1], place - index)


def luminance(colour: Rgb) -> float:
    """Weigh a colour's lightness as an eye does, 0 to 255.

    Source: ITU-R BT.601, luma.
    """
    return 0.299 * colour[0] + 0.587 * colour[1] + 0.114 * colour[2]


def shade(colour: Rgb, strength: float) -> Rgb:
    """Darken towards a warm shadow, as skin and hair do: blue fades first, red last."""
    return (
        colour[0] * (1.0 - 0.62 * strength),
        colour[1] * (1.0 - 0.80 * strength),
        colour[2] * (1.0 - 0.80 * strength),
    )


def tint(colour: Rgb, strength: float) -> Rgb:
    """Lighten towards warm light."""
    return mix(colour, (255.0, 244.0, 228.0), strength)


def furrow(skin: Rgb) -> Rgb:
    """Colour a fold of the skin: the darker the skin, the deeper, so that it can be seen on all."""
    return shade(skin, 0.46 + 0.50 * max(1.0 - luminance(skin) / 160.0, 0.0))
