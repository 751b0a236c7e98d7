"""The schema of an answer that has begun: what may follow on what was said."""

import pytest
from llm_annotate.constraint import Said, read_said, schema_after

BEGUN = '{"emotions":[{"label":"joy","intensity":0.5},{"label":"love","inten'
UNITS = (
    '{"emotions":[{"label":"joy","intensity":1}],"action_units":['
    '{"name":"brow lowerer","side":"left","intensity":"A"},{"name":"dimpler","side":"both",'
)


def _labels(said):
    return schema_after(said)["properties"]["emotions"]["items"]["properties"]["label"]["enum"]


def _sides(*units):
    """Sides that each action unit may still have."""
    items = schema_after(Said((), units))["properties"]["action_units"]["items"]["anyOf"]
    return {
        name: group["properties"]["side"]["enum"]
        for group in items
        for name in group["properties"]["name"]["enum"]
    }


def test_names_are_read_from_an_unfinished_answer():
    assert read_said(BEGUN) == Said(("joy", "love"), ())
    assert read_said(UNITS) == Said(("joy",), (("brow lowerer", "left"), ("dimpler", "both")))


def test_name_that_is_not_closed_is_not_yet_said():
    assert read_said('{"emotions":[{"label":"jo') == Said()


def test_emotion_that_was_said_may_not_follow():
    assert len(_labels(Said())) == 28
    assert set(_labels(Said())) - set(_labels(Said(("joy", "love")))) == {"joy", "love"}


def test_what_was_said_is_spelt_out_in_its_place():
    emotions = schema_after(Said(("joy", "love")))["properties"]["emotions"]

    assert [item["properties"]["label"]["enum"] for item in emotions["prefixItems"]] == [
        ["joy"],
        ["love"],
    ]


def test_unit_of_one_side_leaves_the_other():
    assert _sides()["dimpler"] == ["left", "right", "both"]
    assert _sides(("dimpler", "left"))["dimpler"] == ["right"]
    assert "dimpler" not in _sides(("dimpler", "left"), ("dimpler", "right"))
    assert "dimpler" not in _sides(("dimpler", "both"))


def test_unit_in_the_middle_of_the_face_has_no_sides():
    assert _sides()["inner brow raiser"] == ["both"]


def test_units_that_no_face_shows_at_once_exclude_each_other():
    assert "lips part" in _sides()
    assert "lip pressor" in _sides()
    assert "lip pressor" not in _sides(("lips part", "both"))


DIRECTED = [name for name, sides in _sides().items() if sides == ["left", "right"]]


@pytest.mark.parametrize("name", DIRECTED)
@pytest.mark.parametrize("side", ["left", "right"])
def test_what_moves_to_one_side_does_not_move_to_the_other(name, side):
    assert name not in _sides((name, side))
