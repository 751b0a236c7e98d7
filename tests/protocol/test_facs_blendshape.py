"""Action units to ARKit blendshapes and back."""

import pytest
from affectory_protocol.facs import parse_facs, parse_intensity, to_action_units, to_blendshapes
from affectory_protocol.facs.arkit import COMPOSITES, OWNERS, SHAPES
from affectory_protocol.records import ActionUnit, Side
from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, MIRRORED
from hypothesis import given
from hypothesis import strategies as st

NAMES = LAYOUTS["arkit-52"]
MIDDLE_SHAPES = (1, 34)
READ_BACK = [*OWNERS, *COMPOSITES, 26]

# the published table, typed from there; shapes that its sources dispute are left out
TABLE = {
    "1": {"browInnerUp"},
    "2": {"browOuterUpLeft", "browOuterUpRight"},
    "4": {"browDownLeft", "browDownRight"},
    "5": {"eyeWideLeft", "eyeWideRight"},
    "6": {"cheekSquintLeft", "cheekSquintRight"},
    "7": {"eyeSquintLeft", "eyeSquintRight"},
    "9": {"noseSneerLeft", "noseSneerRight"},
    "10": {"mouthUpperUpLeft", "mouthUpperUpRight"},
    "11": {"mouthUpperUpLeft", "mouthUpperUpRight"},
    "12": {"mouthSmileLeft", "mouthSmileRight"},
    "13": {"mouthSmileLeft", "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight"},
    "14": {"mouthDimpleLeft", "mouthDimpleRight"},
    "15": {"mouthFrownLeft", "mouthFrownRight"},
    "16": {"mouthLowerDownLeft", "mouthLowerDownRight"},
    "17": {"mouthShrugLower"},
    "18": {"mouthPucker"},
    "19": {"tongueOut"},
    "20": {"mouthStretchLeft", "mouthStretchRight"},
    "22": {"mouthFunnel"},
    "23": {"mouthPressLeft", "mouthPressRight"},
    "24": {"mouthPressLeft", "mouthPressRight", "mouthClose"},
    "25": {"jawOpen"},
    "26": {"jawOpen"},
    "27": {"jawOpen"},
    "28": {"mouthRollLower", "mouthRollUpper"},
    "29": {"jawForward"},
    "L30": {"jawLeft"},
    "R30": {"jawRight"},
    "34": {"cheekPuff"},
    "41": {"eyeBlinkLeft", "eyeBlinkRight"},
    "42": {"eyeBlinkLeft", "eyeBlinkRight"},
    "43": {"eyeBlinkLeft", "eyeBlinkRight"},
    "44": {"eyeSquintLeft", "eyeSquintRight", "eyeBlinkLeft", "eyeBlinkRight"},
    "45": {"eyeBlinkLeft", "eyeBlinkRight"},
    "L46": {"eyeBlinkLeft"},
    "R46": {"eyeBlinkRight"},
    "61": {"eyeLookOutLeft", "eyeLookInRight"},
    "62": {"eyeLookInLeft", "eyeLookOutRight"},
    "63": {"eyeLookUpLeft", "eyeLookUpRight"},
    "64": {"eyeLookDownLeft", "eyeLookDownRight"},
}
# weights of that table other than 1, and the ones proposed where it has none
WEIGHTS = {
    "7": {0.8},
    "10": {0.6},
    "11": {0.2},
    "13": {0.6, 0.4},
    "24": {1.0, 0.4},
    "25": {0.15},
    "26": {0.6},
    "41": {0.35},
    "42": {0.7},
    "44": {1.0, 0.3},
}
PROTOTYPES = {
    "happiness": "6+12",
    "sadness": "1+4+15",
    "surprise": "1+2+5B+26",
    "fear": "1+2+4+5+7+20+26",
    "anger": "4+5+7+23",
    "disgust": "9+15+16",
}


def shown(units: list[ActionUnit]) -> dict[str, float]:
    """The shapes that are not 0, with their weights."""
    weights = zip(NAMES, to_blendshapes(units), strict=True)
    return {name: weight for name, weight in weights if weight}


def sides_of(au: int) -> list[Side]:
    if au in MIDDLE_SHAPES or ACTION_UNITS[au].laterality is Laterality.WHOLE:
        return [Side.BOTH]
    one = [Side.LEFT, Side.RIGHT]
    return one if ACTION_UNITS[au].laterality is Laterality.DIRECTED else [Side.BOTH, *one]


SINGLE = [(au, side) for au in READ_BACK for side in sides_of(au)]
"""Every unit that owns a shape, or is known by a ratio, on every side ARKit can show it on."""


@st.composite
def any_units(draw):
    """Any number of units that ARKit can show, on any side they can take."""
    places = draw(st.lists(st.sampled_from([(au, s) for au in SHAPES for s in sides_of(au)])))
    return [ActionUnit(au=au, side=side, intensity=draw(st.floats(0, 1))) for au, side in places]


def test_a_full_smile_is_both_smile_shapes_and_nothing_else():
    assert shown(parse_facs("12E")) == {"mouthSmileLeft": 1.0, "mouthSmileRight": 1.0}


@pytest.mark.parametrize(("code", "shapes"), TABLE.items())
def test_a_unit_moves_exactly_the_shapes_of_the_table(code, shapes):
    assert set(shown(parse_facs(code))) == shapes


@pytest.mark.parametrize("code", TABLE)
def test_a_whole_movement_has_the_weight_of_the_table(code):
    assert set(shown(parse_facs(code)).values()) == WEIGHTS.get(code, {1.0})


def test_every_unit_of_the_table_is_tested():
    assert {int(code.strip("LR")) for code in TABLE} == set(SHAPES)


@pytest.mark.parametrize("code", PROTOTYPES.values(), ids=PROTOTYPES)
def test_a_prototype_moves_exactly_the_shapes_of_its_units(code):
    units = [part.rstrip("ABCDE") for part in code.split("+")]
    assert set(shown(parse_facs(code))) == set().union(*(TABLE[unit] for unit in units))


@pytest.mark.parametrize("letter", "ABCDE")
def test_an_intensity_letter_becomes_the_weight(letter):
    assert shown(parse_facs(f"12{letter}"))["mouthSmileLeft"] == parse_intensity(letter)


@pytest.mark.parametrize(
    ("au", "side"), [(au, side) for au in SHAPES for side in sides_of(au) if side is not Side.BOTH]
)
def test_a_one_sided_unit_touches_its_side_only(au, side):
    shapes = shown([ActionUnit(au=au, side=side, intensity=1.0)])
    assert shapes
    assert all(name.endswith(side.value.capitalize()) for name in shapes)


@pytest.mark.parametrize("au", [1, 34])
def test_one_side_of_a_shape_in_the_middle_is_refused(au):
    with pytest.raises(ValueError, match=rf"no one-sided shape for action unit: {au}$"):
        to_blendshapes([ActionUnit(au=au, side=Side.LEFT, intensity=0.5)])


@pytest.mark.parametrize("au", [38, 54])
def test_a_unit_that_arkit_cannot_show_is_refused(au):
    with pytest.raises(ValueError, match=rf"no shape for action unit: {au}$"):
        to_blendshapes([ActionUnit(au=au, side=Side.BOTH, intensity=0.5)])


def test_units_that_share_a_shape_add_up_without_passing_1():
    assert shown(parse_facs("26+27C"))["jawOpen"] == pytest.approx(1 - 0.4 * 0.4)


def test_of_two_entries_for_one_unit_the_stronger_counts():
    assert shown(parse_facs("12B+R12D")) == {"mouthSmileLeft": 0.4, "mouthSmileRight": 0.8}


def test_no_units_is_a_face_at_rest():
    assert to_blendshapes([]) == [0.0] * 52


@given(any_units())
def test_weights_lie_between_0_and_1(units):
    assert all(0.0 <= weight <= 1.0 for weight in to_blendshapes(units))


@given(any_units(), st.randoms(use_true_random=False))
def test_the_order_of_units_does_not_matter(units, random):
    shuffled = units.copy()
    random.shuffle(shuffled)
    assert to_blendshapes(shuffled) == to_blendshapes(units)


@given(any_units())
def test_swapping_the_sides_of_units_mirrors_the_weights(units):
    other = {Side.LEFT: Side.RIGHT, Side.RIGHT: Side.LEFT, Side.BOTH: Side.BOTH}
    gaze = {61: 62, 62: 61}
    swapped = [
        ActionUnit(au=gaze.get(unit.au, unit.au), side=other[unit.side], intensity=unit.intensity)
        for unit in units
    ]
    before = dict(zip(NAMES, to_blendshapes(units), strict=True))
    after = dict(zip(NAMES, to_blendshapes(swapped), strict=True))
    assert after == {name: before[MIRRORED.get(name, name)] for name in NAMES}


@pytest.mark.parametrize("letter", "ABCDE")
@pytest.mark.parametrize(("au", "side"), SINGLE)
def test_a_single_unit_is_read_back(au, side, letter):
    units = [ActionUnit(au=au, side=side, intensity=parse_intensity(letter))]
    assert to_action_units(to_blendshapes(units)) == units


@given(st.sampled_from(SINGLE), st.integers(1, 100))
def test_a_single_unit_of_any_percentage_is_read_back(place, percent):
    units = [ActionUnit(au=place[0], side=place[1], intensity=percent / 100)]
    (read,) = to_action_units(to_blendshapes(units))
    assert (read.au, read.side) == place
    assert read.intensity == pytest.approx(percent / 100, abs=1e-5)


@pytest.mark.parametrize("code", PROTOTYPES.values(), ids=PROTOTYPES)
def test_a_prototype_is_read_back(code):
    assert to_action_units(to_blendshapes(parse_facs(code))) == parse_facs(code)


def test_a_one_sided_smirk_is_read_back():
    smirk = parse_facs("R12A+R14A")
    assert to_action_units(to_blendshapes(smirk)) == smirk


def test_a_jaw_open_beyond_a_drop_is_read_as_a_stretch():
    assert to_action_units(to_blendshapes(parse_facs("27"))) == parse_facs("27")


@pytest.mark.parametrize(("code", "read"), [("41", 0.35), ("42", 0.7), ("45", 1.0)])
def test_other_lid_units_are_read_as_closed_eyes(code, read):
    assert to_action_units(to_blendshapes(parse_facs(code))) == [
        ActionUnit(au=43, side=Side.BOTH, intensity=read)
    ]


def test_crossed_eyes_are_read_as_no_direction():
    weights = [float(name in {"eyeLookInLeft", "eyeLookInRight"}) for name in NAMES]
    assert to_action_units(weights) == []


def test_a_face_at_rest_is_read_as_no_unit():
    assert to_action_units([0.0] * 52) == []


def test_a_wrong_number_of_weights_is_refused():
    with pytest.raises(ValueError, match=r"52 weights, not: 51$"):
        to_action_units([0.0] * 51)


@pytest.mark.parametrize("weight", [-0.1, 1.1, float("nan")])
def test_a_weight_outside_0_to_1_is_refused(weight):
    with pytest.raises(ValueError, match=r"outside 0 to 1: eyeBlinkLeft$"):
        to_action_units([weight] + [0.0] * 51)
