"""The table of FACS action units."""

import pytest
from affectory_protocol.records import ActionUnit
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality

NAMED = {
    1: "inner brow raiser",
    2: "outer brow raiser",
    4: "brow lowerer",
    5: "upper lid raiser",
    6: "cheek raiser",
    7: "lid tightener",
    9: "nose wrinkler",
    10: "upper lip raiser",
    11: "nasolabial deepener",
    12: "lip corner puller",
    13: "sharp lip puller",
    14: "dimpler",
    15: "lip corner depressor",
    16: "lower lip depressor",
    17: "chin raiser",
    18: "lip puckerer",
    19: "tongue show",
    20: "lip stretcher",
    22: "lip funneler",
    23: "lip tightener",
    24: "lip pressor",
    25: "lips part",
    26: "jaw drop",
    27: "mouth stretch",
    28: "lip suck",
    29: "jaw thrust",
    30: "jaw sideways",
    34: "cheek puff",
    41: "lid droop",
    42: "slit",
    43: "eyes closed",
    44: "squint",
    45: "blink",
    46: "wink",
    61: "eyes turn left",
    62: "eyes turn right",
    63: "eyes up",
    64: "eyes down",
}


@pytest.mark.parametrize(("au", "name"), NAMED.items())
def test_a_unit_has_its_facs_name(au, name):
    assert ACTION_UNITS[au].name == name


def test_no_two_units_share_a_name():
    assert len({facs.name for facs in ACTION_UNITS.values()}) == len(ACTION_UNITS)


def test_facs_has_no_unit_3():
    assert 3 not in ACTION_UNITS


@pytest.mark.parametrize("au", ACTION_UNITS)
def test_a_record_can_carry_every_unit(au):
    assert ActionUnit(au=au, side="left", intensity=1.0).au == au


@pytest.mark.parametrize("au", [2, 12, 14, 30, 46])
def test_some_units_may_be_one_sided(au):
    assert ACTION_UNITS[au].may_be_one_sided


@pytest.mark.parametrize("au", [17, 18, 26, 63])
def test_some_units_may_not_be_one_sided(au):
    assert not ACTION_UNITS[au].may_be_one_sided


def test_only_the_wink_and_the_sideways_jaw_always_have_a_side():
    directed = [au for au, facs in ACTION_UNITS.items() if facs.laterality is Laterality.DIRECTED]
    assert directed == [30, 46]
