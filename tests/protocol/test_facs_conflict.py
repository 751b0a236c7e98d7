"""Action units that exclude each other."""

import pytest
from affectory_protocol.facs import parse_facs, resolve_conflicts
from affectory_protocol.facs.conflict import ANTAGONIST, EXCLUSIVE
from affectory_protocol.records import ActionUnit, Side
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality
from hypothesis import given
from hypothesis import strategies as st


@st.composite
def any_units(draw):
    """Any number of existing units, on any side they can take."""
    units = []
    for au in draw(st.lists(st.sampled_from(sorted(ACTION_UNITS)), max_size=12)):
        laterality = ACTION_UNITS[au].laterality
        sides = [] if laterality is Laterality.WHOLE else [Side.LEFT, Side.RIGHT]
        sides += [] if laterality is Laterality.DIRECTED else [Side.BOTH]
        side = draw(st.sampled_from(sides))
        units.append(ActionUnit(au=au, side=side, intensity=draw(st.floats(0, 1))))
    return units


@pytest.mark.parametrize(
    ("code", "resolved"),
    [
        ("5D+43B", "5D"),
        ("5B+43D", "43D"),
        ("5B+41D", "41D"),
        ("5B+42D", "42D"),
        ("5B+44D", "44D"),
        ("7B+43D", "43D"),
        ("18B+20D", "20D"),
        ("20B+22D", "22D"),
        ("24B+25D", "25D"),
        ("24D+26B", "24D"),
        ("27B+28D", "28D"),
        ("22D+28B", "22D"),
        ("63D+64B", "63D"),
    ],
)
def test_of_two_exclusive_units_the_stronger_stays(code, resolved):
    assert resolve_conflicts(parse_facs(code)) == parse_facs(resolved)


def test_of_two_equally_strong_units_the_lower_number_stays():
    assert resolve_conflicts(parse_facs("43C+5C")) == parse_facs("5C")


def test_a_strong_frown_is_cut_back_by_a_stronger_smile():
    assert resolve_conflicts(parse_facs("12D+15C")) == parse_facs("12D+15A")


def test_a_frown_that_leaves_room_for_the_smile_stays_as_it_is():
    assert resolve_conflicts(parse_facs("12C+15B")) == parse_facs("12C+15B")


def test_the_prototypes_of_fear_and_anger_keep_raised_and_tightened_lids():
    assert resolve_conflicts(parse_facs("4+5+7+23")) == parse_facs("4+5+7+23")


def test_one_eye_may_be_wide_while_the_other_winks():
    units = parse_facs("L5C+R46E")
    assert resolve_conflicts(units) == units


def test_a_wink_narrows_the_wide_eye_on_its_side_only():
    assert resolve_conflicts(parse_facs("5C+R46E")) == parse_facs("L5C+R46E")


def test_a_unit_without_sides_goes_as_a_whole():
    assert resolve_conflicts(parse_facs("18C+L20D")) == parse_facs("L20D")


def test_a_unit_that_was_taken_out_excludes_no_other():
    assert resolve_conflicts(parse_facs("24D+28C+26E")) == parse_facs("26E")
    assert resolve_conflicts(parse_facs("28C+22B+26D")) == parse_facs("22B+26D")


def test_units_come_back_by_number():
    assert resolve_conflicts(parse_facs("26+1+12B")) == parse_facs("1+12B+26")


def test_units_without_conflict_are_all_kept():
    units = parse_facs("1+2+4+5+7+20+26")
    assert resolve_conflicts(units) == units


@given(any_units())
def test_nothing_that_is_left_excludes_another(units):
    resolved = resolve_conflicts(units)
    for unit in resolved:
        for other in resolved:
            share = Side.BOTH in (unit.side, other.side) or unit.side is other.side
            assert not (share and frozenset((unit.au, other.au)) in EXCLUSIVE)
            if share and frozenset((unit.au, other.au)) in ANTAGONIST:
                assert unit.intensity + other.intensity <= 1.0 + 1e-9


@given(any_units())
def test_resolving_again_changes_nothing(units):
    resolved = resolve_conflicts(units)
    assert resolve_conflicts(resolved) == resolved


@given(any_units())
def test_the_strongest_unit_always_stays(units):
    strongest = max((round(unit.intensity, 6) for unit in units), default=0.0)
    assert max((unit.intensity for unit in resolve_conflicts(units)), default=0.0) == strongest
