"""What the registered tables close is closed; what is somebody's own is open."""

import json

import orjson
import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import (
    SECTIONS,
    ActionUnit,
    Blendshapes,
    Emotion,
    EmotionLabel,
    Expression,
    Faces,
    Labels,
    Side,
)
from affectory_protocol.validation import compile_record_schema
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from pydantic import ValidationError

FAST = compile_record_schema()


def _labels(vocabulary: str, label: str) -> dict:
    return {"labels": {"emotions": [{"vocabulary": vocabulary, "label": label}]}}


def _expression(**parts: object) -> dict:
    whole = {
        "emotions": [],
        "action_units": [],
        "description": "",
        "blendshapes": _blendshapes("arkit-52", [0.0] * 52),
    }
    return {"expression": whole | parts}


def _emotions(vocabulary: str, label: str) -> dict:
    return _expression(emotions=[{"vocabulary": vocabulary, "label": label, "intensity": 0.5}])


def _unit(au: int, side: str) -> dict:
    return _expression(action_units=[{"au": au, "side": side, "intensity": 0.5}])


def _blendshapes(layout: str, weights: list) -> dict:
    return {"layout": layout, "weights": weights}


def _weights(layout: str, weights: list) -> dict:
    return _expression(blendshapes=_blendshapes(layout, weights))


def _probabilities(vocabulary: str, values: list) -> dict:
    return _expression(probabilities={"vocabulary": vocabulary, "values": values})


def _track(**parts: object) -> dict:
    whole = {"role": "x", "fps": 30, "channels": "arkit-52", "unit": "weight", "frames": 1}
    return {"tracks": {"face": whole | parts}}


def _rows(rows: object) -> dict:
    return {"assets": {"series": {"uri": "x.npy", "media_type": "application/x-npy", "rows": rows}}}


def _face(vocabulary: str, label: str) -> dict:
    emotion = {"vocabulary": vocabulary, "label": label, "intensity": 0.5}
    face = {"bbox_xyxy": [0, 0, 1, 1], "landmarks": [], "emotion": [emotion]}
    return {"faces": {"image": {"items": [face | dict.fromkeys(["confidence", "age", "gender"])]}}}


def _parse(members: dict) -> Record:
    return Record.parse(json.dumps({"id": "a", **members}).encode(), tuple(SECTIONS.values()))


def _is_valid_fast(members: dict) -> bool:
    try:
        FAST.validate_python(orjson.loads(json.dumps({"id": "a", **members})))
    except ValidationError:
        return False
    return True


ROTATIONS = [-3.5, 0.0, 3.5] * 3
ZEROS = {name: [0.0] * len(names) for name, names in LAYOUTS.items()}

RIGHT = [
    *(make("goemotions", "gratitude") for make in (_labels, _emotions, _face)),
    *(make("my-own", "banana") for make in (_labels, _emotions, _face)),
    *(make("", "") for make in (_labels, _emotions, _face)),
    _unit(12, "both"),
    _unit(12, "left"),
    _unit(30, "left"),
    _unit(25, "left"),
    *(_weights(layout, weights) for layout, weights in ZEROS.items()),
    _weights("arkit-52", [0, 1, *[0.5] * 50]),
    _weights("livelink-61", [0.5] * 52 + ROTATIONS),
    _weights("livelink-csv-61", [1] * 52 + ROTATIONS),
    _probabilities("ekman", [0, 1, *[0.5] * 5]),
    _probabilities("goemotions", [0.5] * 28),
    *(_track(channels=layout) for layout in LAYOUTS),
    _track(fps=59.94, start=0.5, key_frames=[{"name": "my-own", "time": 0}]),
    _track(key_frames=None),
    _track(key_frames=[{"name": name, "time": time} for name, time in (("a", 0), ("b", 0))]),
    _track(fps=0.3, frames=1, key_frames=[{"name": "neutral", "time": 1 / 0.3}]),
    *(_rows(rows) for rows in ([0, 0], [3, 9], None)),
]

WRONG = [
    (_labels("ekman", "banana"), "/labels/emotions/0 must hold a label of its vocabulary"),
    (_labels("isear", "Joy"), "/labels/emotions/0 must hold a label"),
    (_emotions("ekman", "gratitude"), "/expression/emotions/0 must hold a label"),
    (_face("emoint", "disgust"), "/faces/*/items/0/emotion/0 must hold a label"),
    (_probabilities("my-own", [0.5]), "/expression/probabilities must name a registered vocab"),
    (_probabilities("ekman", [0.5] * 6), "/expression/probabilities must hold one probability for"),
    (_probabilities("ekman", [1.1] * 7), "/expression/probabilities/values/0"),
    (_track(channels="arkit-53"), "/tracks/* must name channels of a registered layout"),
    (_track(unit="metre"), "/tracks/*/unit"),
    (_track(fps=0), "/tracks/*/fps"),
    (_track(start=-0.1), "/tracks/*/start"),
    (_track(frames=0), "/tracks/*/frames"),
    (_track(key_frames=[{"name": "Apex!", "time": 0}]), "/tracks/*/key_frames/0/name"),
    (
        _track(key_frames=[{"name": "a", "time": 0.1}, {"name": "b", "time": 0}]),
        "/tracks/* must hold key frames in the order of time",
    ),
    (
        _track(fps=25, frames=2, key_frames=[{"name": "a", "time": 0.09}]),
        "/tracks/* must hold key frames in the order of time",
    ),
    (_track(key_frames=[{"name": "a", "time": "0"}]), "/tracks/*/key_frames/0/time"),
    (_rows([9, 3]), "/assets/* must hold rows that end behind"),
    (_rows([3]), "/assets/*/rows"),
    (_unit(3, "both"), "/expression/action_units/0 must hold the number of an action unit"),
    (_unit(0, "both"), "/expression/action_units/0 must hold the number"),
    (_unit(99, "both"), "/expression/action_units/0 must hold the number"),
    (_unit(30, "both"), "/expression/action_units/0 must name one side"),
    (_unit(46, "both"), "/expression/action_units/0 must name one side"),
    (_weights("arkit-53", [0.5]), "/expression/blendshapes must name a registered layout"),
    (_weights("", []), "/expression/blendshapes must name a registered layout"),
    (_weights("arkit-52", [0.5] * 51), "/expression/blendshapes must hold one weight for each"),
    (_weights("arkit-52", [0.5] * 53), "/expression/blendshapes must hold one weight for each"),
    (_weights("mediapipe-51", [0.5] * 52), "/expression/blendshapes must hold one weight for"),
    (_weights("arkit-52", [5.0] * 52), "/expression/blendshapes/weights must hold weights of"),
    (_weights("arkit-52", [-0.01, *[0] * 51]), "/expression/blendshapes/weights must hold"),
    (_weights("arkit-52", ["0", *[0] * 51]), "/expression/blendshapes/weights must hold"),
    (_weights("arkit-52", [True, *[0] * 51]), "/expression/blendshapes/weights must hold"),
    (_weights("livelink-61", [0] * 51 + [1.5] + ROTATIONS), "/expression/blendshapes/weights"),
    (_weights("livelink-61", [0] * 52 + ["0", *ROTATIONS[1:]]), "/expression/blendshapes/weights"),
]


@pytest.mark.parametrize("members", RIGHT)
def test_what_the_tables_hold_and_what_is_ones_own_is_valid(members):
    assert _parse(members).members["id"] == "a"
    assert _is_valid_fast(members)


@pytest.mark.parametrize(("members", "said"), WRONG)
def test_what_the_tables_do_not_hold_is_named_where_it_stands(members, said):
    with pytest.raises(RecordError) as refused:
        _parse(members)

    assert refused.value.reason is Reason.INVALID_SECTION
    assert said in refused.value.message
    assert "banana" not in refused.value.message
    assert not _is_valid_fast(members)


def _reason(members: dict) -> Reason | None:
    try:
        _parse(members)
    except RecordError as error:
        return error.reason
    return None


@pytest.mark.parametrize("odd", [None, 5, 1.5, True, "x", [], [1], {}, {"a": 1}])
@pytest.mark.parametrize(
    ("members", "path"),
    [
        (_labels("ekman", "joy"), ("labels", "emotions", 0, "vocabulary")),
        (_labels("ekman", "joy"), ("labels", "emotions", 0, "label")),
        (_unit(30, "left"), ("expression", "action_units", 0, "au")),
        (_unit(30, "left"), ("expression", "action_units", 0, "side")),
        (_weights("arkit-52", [0.0] * 52), ("expression", "blendshapes", "layout")),
        (_weights("arkit-52", [0.0] * 52), ("expression", "blendshapes", "weights")),
        (_weights("arkit-52", [0.0] * 52), ("expression", "blendshapes", "weights", 7)),
        (_weights("arkit-52", [0.0] * 52), ("expression", "blendshapes")),
        (_unit(30, "left"), ("expression", "action_units", 0)),
    ],
)
def test_value_of_another_type_is_a_reject_and_never_a_crash(members, path, odd):
    members = json.loads(json.dumps(members))
    place = members
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = odd
    assert _reason(members) is (None if _is_valid_fast(members) else Reason.INVALID_SECTION)


@pytest.mark.parametrize(
    "build",
    [
        lambda: EmotionLabel(vocabulary="ekman", label="banana"),
        lambda: Emotion(vocabulary="ekman", label="banana", intensity=0.5),
        lambda: ActionUnit(au=3, side=Side.BOTH, intensity=0.5),
        lambda: ActionUnit(au=46, side=Side.BOTH, intensity=0.5),
        lambda: Blendshapes(layout="arkit-52", weights=[0.5]),
        lambda: Blendshapes(layout="arkit-52", weights=[1.5] * 52),
    ],
)
def test_tool_cannot_make_what_would_be_rejected(build):
    with pytest.raises(ValidationError):
        build()


def test_sections_made_of_what_was_checked_are_as_good_as_their_lines():
    expression = _parse(_unit(30, "right"))[Expression]
    assert Expression.model_validate(expression.model_dump()) == expression
    assert _parse(_face("my-own", "x")).get(Faces) is not None
    assert _parse(_labels("ekman", "joy")).get(Labels) is not None
