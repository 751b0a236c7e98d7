"""Who is invented."""

from itertools import pairwise

import pytest
from photomaker_gen.colour import luminance
from photomaker_gen.identity import (
    Beard,
    FaceColours,
    HairStyle,
    invent_identity,
    lip_colour,
    recolour,
    vary_seed,
)

MANY = [invent_identity(seed) for seed in range(400)]


def test_a_seed_is_always_the_same_person():
    assert invent_identity(4_294_967_295) == invent_identity(4_294_967_295)


def test_four_hundred_seeds_are_four_hundred_people():
    assert len(set(MANY)) == 400


def test_skin_reaches_from_the_darkest_to_the_fairest():
    skins = sorted(luminance(person.palette.skin) for person in MANY)
    assert skins[0] < 60
    assert skins[-1] > 215


def test_no_part_of_the_skin_scale_is_left_out():
    skins = sorted(luminance(person.palette.skin) for person in MANY)
    assert max(after - before for before, after in pairwise(skins)) < 8


@pytest.mark.parametrize("style", HairStyle)
def test_every_hairstyle_is_worn_by_somebody(style):
    assert any(person.hair_style is style for person in MANY)


def test_long_hair_comes_without_a_beard():
    assert all(person.beard is Beard.NONE for person in MANY if person.hair_style is HairStyle.LONG)


def test_every_colour_lies_in_srgb():
    colours = [
        colour
        for person in MANY
        for colour in (
            person.palette.skin,
            person.palette.hair,
            person.palette.iris,
            person.palette.lips,
        )
    ]
    assert all(0.0 <= channel <= 255.0 for colour in colours for channel in colour)


def test_the_first_variation_keeps_the_seed():
    assert vary_seed(77, 1) == 77


def test_variations_of_neighbouring_seeds_do_not_meet():
    seeds = {vary_seed(seed, variation) for seed in range(100) for variation in range(1, 11)}
    assert len(seeds) == 1000


def test_a_variation_is_a_32_bit_seed():
    assert all(0 <= vary_seed(2**32 - 1, variation) < 2**32 for variation in range(1, 50))


def test_borrowed_colours_replace_the_invented_ones():
    person = recolour(invent_identity(1), FaceColours(skin=(1.0, 2.0, 3.0)))
    assert person.palette.skin == (1.0, 2.0, 3.0)


def test_unknown_colours_leave_the_invented_ones():
    person = recolour(invent_identity(1), FaceColours(skin=(1.0, 2.0, 3.0)))
    assert person.palette.hair == invent_identity(1).palette.hair


def test_borrowed_colours_leave_the_proportions():
    person = recolour(invent_identity(1), FaceColours(hair=(9.0, 9.0, 9.0)))
    assert person.proportions == invent_identity(1).proportions


def test_lips_are_redder_than_the_skin():
    skin = (226.0, 178.0, 143.0)
    lips = lip_colour(skin, 0.5)
    assert lips[0] / lips[1] > skin[0] / skin[1]
