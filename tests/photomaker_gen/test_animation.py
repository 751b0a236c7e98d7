"""From expressions to tracks."""

import io
import json

import numpy as np
import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Expression
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from photomaker_gen.animation import animate_faces
from photomaker_gen.movement import AnimateConfig


def record(layout: str = "arkit-52", **weights: float) -> Record:
    names = LAYOUTS[layout]
    values = [weights.get(name, 0.0) for name in names]
    expression = {"blendshapes": {"layout": layout, "weights": values}}
    return Record.parse(json.dumps({"id": "a", "expression": expression}).encode(), [Expression])


def animate(one: Record, **options: object):
    (made,) = animate_faces([one], config=AnimateConfig(**options))
    return made


def track_of(made):
    (tracks,) = made.sections
    return tracks.root["face"]


def numbers_of(made) -> np.ndarray:
    return np.load(io.BytesIO(made.assets["face_track"].content))


def test_track_tells_where_its_numbers_lie_and_what_they_are():
    made = animate(record(jawOpen=0.5), fps=60, hold=0.25)
    track, asset = track_of(made), made.assets["face_track"]
    assert (track.role, track.fps, track.channels, track.unit) == (
        "face_track",
        60,
        "arkit-52",
        "weight",
    )
    assert asset.shape == (track.frames, 52) == numbers_of(made).shape
    assert (asset.dtype, asset.fps, asset.duration) == ("float32", 60, track.frames / 60)
    assert numbers_of(made).dtype == np.float32


def test_key_frames_are_the_phases():
    track = track_of(animate(record(), onset=0.5, hold=1, offset=1))
    assert [(key.name, key.time) for key in track.key_frames] == [
        ("onset", 0),
        ("apex", 0.5),
        ("offset", 1.5),
        ("neutral", 2.5),
    ]


def test_apex_is_the_expression_and_other_shapes_stay_neutral():
    numbers = numbers_of(animate(record(mouthSmileLeft=0.75, browInnerUp=0.25)))
    apex = dict(zip(LAYOUTS["arkit-52"], numbers[30].tolist(), strict=True))
    assert {name: value for name, value in apex.items() if value} == {
        "mouthSmileLeft": 0.75,
        "browInnerUp": 0.25,
    }


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layout_of_the_track_is_the_one_asked_for_and_names_keep_their_values(layout):
    pose = {"jawLeft": 0.25, "mouthRight": 0.5}
    made = animate(record("mediapipe-51", **pose), layout=layout)
    track, numbers = track_of(made), numbers_of(made)
    apex = dict(zip(LAYOUTS[layout], numbers[30].tolist(), strict=True))
    assert track.channels == layout
    assert {name: value for name, value in apex.items() if value} == pose


def test_rotations_move_with_the_shapes():
    made = animate(record("livelink-61", headYaw=-0.5), layout="livelink-csv-61")
    column = LAYOUTS["livelink-csv-61"].index("headYaw")
    assert numbers_of(made)[30, column] == -0.5


@pytest.mark.parametrize("radians", [3.0, -1e300])
def test_rotation_that_would_jerk_is_rejected_and_not_told(radians):
    refused = animate(record("livelink-61", headYaw=radians), layout="livelink-61")
    assert refused.reason is Reason.INVALID_SECTION
    assert "--onset" in refused.message
    assert "3.0" not in refused.message


def test_expression_measured_on_a_picture_makes_a_track_of_it():
    line = line_of(of="image")
    (made,) = animate_faces([Record.parse(line, [Expression])], config=AnimateConfig())
    assert track_of(made).of == "image"
    assert "of" not in track_of(animate(record())).model_fields_set


def line_of(**members: object) -> bytes:
    face = {"layout": "arkit-52", "weights": [0.0] * 52}
    return json.dumps({"id": "a", "expression": {"blendshapes": face, **members}}).encode()


def test_expression_without_blendshapes_is_rejected():
    line = b'{"id":"a","expression":{"description":"A smile."}}'
    (refused,) = animate_faces([Record.parse(line, [Expression])], config=AnimateConfig())
    assert refused.reason is Reason.MISSING_FIELD


@pytest.mark.parametrize("option", ["onset", "offset"])
def test_phase_that_would_jerk_is_a_mistake_of_usage_that_names_the_shortest(option):
    with pytest.raises(UsageError) as refused:
        AnimateConfig(**{option: 0.3})
    assert f"--{option}" in str(refused.value)
    assert "0.3125" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("option", "value"),
    [("fps", 0.5), ("fps", 241), ("hold", -0.1), ("onset", 61), ("layout", "arkit-53")],
)
def test_choice_out_of_its_range_is_a_mistake_of_usage(option, value):
    with pytest.raises(UsageError, match=f"--{option}: "):
        AnimateConfig(**{option: value})
