"""Names and notation of action units."""

import pytest
from affectory_protocol.facs import parse_action_unit, parse_facs, parse_intensity
from affectory_protocol.records import ActionUnit, Side
from affectory_protocol.vocabularies.action_units import ACTION_UNITS

# the closed list that the published text-to-face annotations use
CLOSED_LIST = {
    "inner brow raiser": 1,
    "outer brow raiser": 2,
    "brow lowerer": 4,
    "eyes wide": 5,
    "cheek raiser": 6,
    "eye lid tightener": 7,
    "nose wrinkler": 9,
    "upper lip raiser": 10,
    "nasolabial deepener": 11,
    "lip corner puller": 12,
    "mouth dimpler": 14,
    "lip corner depressor": 15,
    "lower lip depressor": 16,
    "chin raiser": 17,
    "lip puckerer": 18,
    "lip stretcher": 20,
    "lip tightener": 23,
    "lip pressor": 24,
    "jaw drop": 26,
    "lip suck": 28,
    "eye lid droop": 41,
    "eyes slit": 42,
    "eyes closed": 43,
    "eyes squint": 44,
}


@pytest.mark.parametrize(("name", "au"), CLOSED_LIST.items())
def test_names_of_the_closed_list_are_read(name, au):
    assert parse_action_unit(name) == au


@pytest.mark.parametrize(("au", "facs"), ACTION_UNITS.items())
def test_every_facs_name_is_read(au, facs):
    assert parse_action_unit(facs.name) == au


@pytest.mark.parametrize(
    "name", ["AU12", "au12", "AU 12", "AU-12", "12", "au012", " Lip-Corner  Puller "]
)
def test_numbers_case_and_separators_do_not_matter(name):
    assert parse_action_unit(name) == 12


@pytest.mark.parametrize("name", ["eyebrow wiggler", "AU3", "AU99", "0", "", "AU", "1.2", "R12A"])
def test_an_unknown_name_is_an_error_that_names_it(name):
    with pytest.raises(ValueError, match=rf"unknown action unit: {name}$"):
        parse_action_unit(name)


@pytest.mark.parametrize(
    ("letter", "intensity"), [("A", 0.2), ("B", 0.4), ("C", 0.6), ("D", 0.8), ("E", 1.0)]
)
def test_intensity_letters_are_honoured(letter, intensity):
    assert parse_intensity(letter) == intensity


@pytest.mark.parametrize("letter", ["F", "a", "", "AB"])
def test_an_unknown_intensity_letter_is_named(letter):
    with pytest.raises(ValueError, match=rf"intensity letter \(A to E\): {letter}$"):
        parse_intensity(letter)


def test_notation_gives_side_number_and_intensity():
    assert parse_facs("R12A+5B+L14") == [
        ActionUnit(au=12, side=Side.RIGHT, intensity=0.2),
        ActionUnit(au=5, side=Side.BOTH, intensity=0.4),
        ActionUnit(au=14, side=Side.LEFT, intensity=1.0),
    ]


def test_empty_notation_is_no_unit():
    assert parse_facs("") == []


@pytest.mark.parametrize("code", ["12F", "smile", "6+", "B12", "12R"])
def test_broken_notation_is_refused(code):
    with pytest.raises(ValueError, match="not an action unit in FACS notation"):
        parse_facs(code)


def test_notation_of_a_unit_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match=r"unknown action unit: 3$"):
        parse_facs("1+3")


def test_one_side_of_the_jaw_drop_is_refused():
    with pytest.raises(ValueError, match="action unit 26 has no sides"):
        parse_facs("L26")


def test_a_wink_needs_a_side():
    with pytest.raises(ValueError, match=r"needs a side, left or right: 46$"):
        parse_facs("46")
