"""Blendshape layouts and the conversion between them."""

from itertools import permutations

import pytest
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, MIRRORED, convert, get_layout
from hypothesis import given
from hypothesis import strategies as st

SIZES = {"arkit-52": 52, "mediapipe-51": 51, "livelink-61": 61, "livelink-csv-61": 61}
PAIRS = list(permutations(LAYOUTS, 2))
OPPOSED = ["jawLeft", "jawRight", "mouthLeft", "mouthRight"]


def marked(layout: str, name: str) -> list[float]:
    """Weights of a layout that are 0 except for one name."""
    return [float(each == name) for each in LAYOUTS[layout]]


def active(layout: str, weights: list[float]) -> list[str]:
    return [name for name, weight in zip(LAYOUTS[layout], weights, strict=True) if weight]


@st.composite
def conversions(draw):
    """A source layout, a target layout and weights of the source."""
    source, target = draw(st.sampled_from(PAIRS))
    size = SIZES[source]
    weights = draw(st.lists(st.floats(-4, 4, width=32), min_size=size, max_size=size))
    return source, target, weights


@pytest.mark.parametrize(("layout", "size"), SIZES.items())
def test_a_layout_has_as_many_names_as_it_says(layout, size):
    assert len(set(LAYOUTS[layout])) == len(LAYOUTS[layout]) == size


def test_mediapipe_is_arkit_in_alphabetical_order_without_tongue_out():
    assert list(LAYOUTS["mediapipe-51"]) == sorted(set(LAYOUTS["arkit-52"]) - {"tongueOut"})


def test_the_packet_starts_with_the_arkit_shapes():
    assert LAYOUTS["livelink-61"][:52] == LAYOUTS["arkit-52"]


def test_both_livelink_layouts_end_with_the_same_nine_rotations():
    packet, recording = LAYOUTS["livelink-61"], LAYOUTS["livelink-csv-61"]
    assert packet[52:] == recording[52:]
    assert packet[52:55] == ("headYaw", "headPitch", "headRoll")
    assert packet[55:58] == ("leftEyeYaw", "leftEyePitch", "leftEyeRoll")


def test_packet_and_recording_differ_at_jaw_and_mouth_only():
    packet, recording = LAYOUTS["livelink-61"], LAYOUTS["livelink-csv-61"]
    differing = [index for index in range(61) if packet[index] != recording[index]]
    assert [packet[index] for index in differing] == OPPOSED
    assert [recording[index] for index in differing] == [
        "jawRight",
        "jawLeft",
        "mouthRight",
        "mouthLeft",
    ]


@pytest.mark.parametrize(
    ("layout", "name", "index"),
    [
        ("arkit-52", "eyeBlinkLeft", 0),
        ("arkit-52", "jawForward", 14),
        ("arkit-52", "jawLeft", 15),
        ("arkit-52", "jawOpen", 17),
        ("arkit-52", "mouthLeft", 21),
        ("arkit-52", "tongueOut", 51),
        ("mediapipe-51", "browDownLeft", 0),
        ("mediapipe-51", "jawOpen", 24),
        ("mediapipe-51", "noseSneerRight", 50),
        ("livelink-csv-61", "jawRight", 15),
        ("livelink-csv-61", "mouthRight", 21),
        ("livelink-csv-61", "rightEyeRoll", 60),
    ],
)
def test_names_stand_at_their_published_index(layout, name, index):
    assert LAYOUTS[layout][index] == name


@pytest.mark.parametrize(("source", "target"), PAIRS)
@pytest.mark.parametrize("name", OPPOSED)
def test_left_and_right_of_jaw_and_mouth_are_not_swapped(source, target, name):
    assert active(target, convert(marked(source, name), source, target)) == [name]


@given(conversions())
def test_shared_names_keep_their_value(conversion):
    source, target, weights = conversion
    before = dict(zip(LAYOUTS[source], weights, strict=True))
    after = dict(zip(LAYOUTS[target], convert(weights, source, target), strict=True))
    assert {name: after[name] for name in after if name in before} == {
        name: before[name] for name in before if name in after
    }


@given(conversions())
def test_names_absent_from_the_source_become_0(conversion):
    source, target, weights = conversion
    after = zip(LAYOUTS[target], convert(weights, source, target), strict=True)
    assert all(weight == 0.0 for name, weight in after if name not in LAYOUTS[source])


@given(conversions())
def test_there_and_back_loses_only_what_the_target_has_no_place_for(conversion):
    source, target, weights = conversion
    back = convert(convert(weights, source, target), target, source)
    assert back == [
        weight if name in LAYOUTS[target] else 0.0
        for name, weight in zip(LAYOUTS[source], weights, strict=True)
    ]


@given(st.lists(st.floats(0, 1), min_size=61, max_size=61))
def test_packet_and_recording_convert_without_loss(weights):
    there = convert(weights, "livelink-61", "livelink-csv-61")
    assert convert(there, "livelink-csv-61", "livelink-61") == weights


@pytest.mark.parametrize("target", ["arkit-52", "livelink-61", "livelink-csv-61"])
def test_tongue_out_is_0_where_mediapipe_has_none(target):
    converted = convert([1.0] * 51, "mediapipe-51", target)
    assert converted[LAYOUTS[target].index("tongueOut")] == 0.0


def test_rotations_are_0_where_the_source_has_none():
    assert convert([1.0] * 52, "arkit-52", "livelink-61")[52:] == [0.0] * 9


def test_rotations_are_left_out_where_the_target_has_none():
    assert convert([0.0] * 52 + [0.5] * 9, "livelink-61", "arkit-52") == [0.0] * 52


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_layout_converts_to_itself_unchanged(layout):
    weights = [index / 100 for index in range(SIZES[layout])]
    assert convert(weights, layout, layout) == weights


@pytest.mark.parametrize("size", [0, 51, 53])
def test_a_wrong_number_of_weights_is_refused(size):
    with pytest.raises(ValueError, match=rf"arkit-52 has 52 weights, not: {size}$"):
        convert([0.0] * size, "arkit-52", "livelink-61")


def test_an_unknown_source_layout_is_named():
    with pytest.raises(ValueError, match=r"layout .*: arkit-51$"):
        convert([0.0] * 51, "arkit-51", "arkit-52")


def test_an_unknown_target_layout_is_named():
    with pytest.raises(ValueError, match=r"layout .*: rigify$"):
        convert([0.0] * 52, "arkit-52", "rigify")


def test_get_layout_returns_the_names():
    assert get_layout("arkit-52") is LAYOUTS["arkit-52"]


def test_mirroring_twice_gives_the_name_again():
    assert all(MIRRORED[mirror] == name for name, mirror in MIRRORED.items())


def test_eighteen_pairs_and_two_opposed_shapes_are_mirrored():
    assert len(MIRRORED) == 2 * 18 + 4
    assert MIRRORED["jawLeft"] == "jawRight"
    assert MIRRORED["mouthRight"] == "mouthLeft"
    assert MIRRORED["eyeLookInLeft"] == "eyeLookInRight"


def test_shapes_in_the_middle_are_not_mirrored():
    assert set(LAYOUTS["arkit-52"]) - set(MIRRORED) == {
        "browInnerUp",
        "cheekPuff",
        "jawForward",
        "jawOpen",
        "mouthClose",
        "mouthFunnel",
        "mouthPucker",
        "mouthRollLower",
        "mouthRollUpper",
        "mouthShrugLower",
        "mouthShrugUpper",
        "tongueOut",
    }
