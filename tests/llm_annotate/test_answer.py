"""From what a model writes to an expression, or to why it is none."""

import json

import pytest
from affectory_protocol.records import Side
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from llm_annotate.answer import InvalidAnswerError, answer_schema, read_answer

ANSWER = {
    "emotions": [
        {"label": "relief", "intensity": 0.4},
        {"label": "joy", "intensity": 0.9},
        {"label": "love", "intensity": 0.5},
    ],
    "action_units": [
        {"name": "lip corner puller", "side": "both", "intensity": "E"},
        {"name": "AU 2", "side": "left", "intensity": "A"},
    ],
    "description": "A broad smile.",
}


def _with(**members):
    return json.dumps(ANSWER | members)


def test_answer_becomes_an_expression():
    expression = read_answer(json.dumps(ANSWER))

    assert [emotion.label for emotion in expression.emotions] == ["joy", "love", "relief"]
    assert {emotion.vocabulary for emotion in expression.emotions} == {"goemotions"}
    assert [(u.au, u.side, u.intensity) for u in expression.action_units] == [
        (2, Side.LEFT, 0.2),
        (12, Side.BOTH, 1.0),
    ]
    assert expression.description == "A broad smile."


def test_blendshapes_are_those_of_the_units():
    expression = read_answer(json.dumps(ANSWER))
    weights = dict(zip(LAYOUTS["arkit-52"], expression.blendshapes.weights, strict=True))

    assert {name for name, weight in weights.items() if weight} == {
        "mouthSmileLeft",
        "mouthSmileRight",
        "browOuterUpLeft",
    }
    assert weights["mouthSmileLeft"] == 1.0


@pytest.mark.parametrize("around", ["%s", " %s\n", "```json\n%s\n```", "```\n%s\n```"])
def test_fences_and_spaces_around_an_answer_are_no_fault(around):
    assert read_answer(around % json.dumps(ANSWER)) == read_answer(json.dumps(ANSWER))


def _unit(name, side="both", intensity="C"):
    return {"name": name, "side": side, "intensity": intensity}


def test_pair_that_no_face_shows_is_flagged_and_the_weaker_left_out():
    units = [_unit("eyes closed", intensity="D"), _unit("upper lid raiser", intensity="B")]
    expression = read_answer(_with(action_units=units))
    weights = dict(zip(LAYOUTS["arkit-52"], expression.blendshapes.weights, strict=True))

    assert expression.conflicts == [[5, 43]]
    assert weights["eyeWideLeft"] == 0
    assert weights["eyeBlinkLeft"] > 0


def test_pair_on_two_sides_is_no_conflict():
    units = [_unit("eyes closed", "left"), _unit("upper lid raiser", "right")]

    assert read_answer(_with(action_units=units)).conflicts == []


@pytest.mark.parametrize(
    ("members", "where"),
    [
        ({"emotions": ANSWER["emotions"][:2]}, "emotions"),
        ({"emotions": [*ANSWER["emotions"][:2], {"label": "glee", "intensity": 1}]}, "emotions/2"),
        ({"emotions": [*ANSWER["emotions"], ANSWER["emotions"][0]]}, "emotions"),
        ({"emotions": [*ANSWER["emotions"], {"label": "joy", "intensity": 7}]}, "emotions/3"),
        ({"action_units": []}, "action_units"),
        ({"action_units": [_unit("eyebrow flash")]}, "action_units/0"),
        ({"action_units": [_unit("lip puckerer", "left")]}, "action_units/0"),
        ({"action_units": [_unit("lip corner puller", intensity="F")]}, "action_units/0"),
        ({"action_units": [_unit("AU12"), _unit("lip corner puller")]}, "action_units"),
        ({"description": ""}, "description"),
        ({"description": "  "}, "description"),
        ({"description": "so " * 400}, "description"),
        ({"mood": "good"}, "[?]"),
    ],
)
def test_answer_that_breaks_a_rule_says_which(members, where):
    with pytest.raises(InvalidAnswerError, match=f"^{where}"):
        read_answer(_with(**members))


@pytest.mark.parametrize("content", ["", "sure!", "[]", "null", '{"emotions":', '{"a":1}'])
def test_what_is_no_answer_is_refused_without_quoting_it(content):
    with pytest.raises(InvalidAnswerError) as refused:
        read_answer(content)

    assert "sure" not in str(refused.value)


def test_schema_closes_every_object_and_names_every_member():
    def look(schema):
        if schema.get("type") == "object":
            assert schema["additionalProperties"] is False
            assert schema["required"] == list(schema["properties"])
            for inner in schema["properties"].values():
                look(inner)
        if schema.get("type") == "array":
            look(schema["items"])

    look(answer_schema())


def test_half_of_a_muscle_that_has_no_halves_to_show_is_invalid():
    answer = {**ANSWER, "action_units": [_unit("inner brow raiser", side="left")]}

    with pytest.raises(InvalidAnswerError, match="no one-sided shape"):
        read_answer(json.dumps(answer))
