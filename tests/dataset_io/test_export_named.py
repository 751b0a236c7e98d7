"""Blendshape weights by name: in tables and in JSON, beside the csv of Live Link Face."""

import csv
import io
import json

import numpy as np
import pytest
from affectory_protocol.record import Record
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from dataset_io.exports import named_weights
from dataset_io.exports.columns import find_cell, flatten
from dataset_io.exports.named_weights import write_lines

PLACE = "expression.blendshapes.weights"


def _face(layout="arkit-52", **weights):
    values = [weights.get(name, 0.0) for name in LAYOUTS[layout]]
    return {"blendshapes": {"layout": layout, "weights": values}}


def _lines(*members):
    records = (Record.parse(json.dumps(one).encode()) for one in members)
    return [json.loads(line) for line in b"".join(write_lines(records)).splitlines()]


def test_item_14_a_face_is_written_as_csv_and_json_with_names_and_as_live_link(
    dataset_io, tmp_path
):
    np.save(tmp_path / "t.npy", np.full((2, 52), 0.25, "f4"))
    face = {"role": "track", "fps": 30.0, "channels": "arkit-52", "unit": "weight", "frames": 2}
    record = {
        "id": "a",
        "expression": _face(jawOpen=0.5, mouthSmileLeft=0.75),
        "assets": {"track": {"uri": "t.npy", "media_type": "application/x-npy"}},
        "tracks": {"face": face},
    }
    (tmp_path / "in.jsonl").write_text(json.dumps(record) + "\n", "utf-8")
    table, named, recording = (
        dataset_io("export", kind, "-i", "in.jsonl").stdout.decode()
        for kind in ("csv", "json", "livelink-csv")
    )
    [row] = csv.DictReader(io.StringIO(table, newline=""))
    whole = json.loads(named)
    weights = whole["expression"]["blendshapes"]["weights"]

    assert (row[f"{PLACE}.jawOpen"], row[f"{PLACE}.mouthSmileLeft"]) == ("0.5", "0.75")
    assert row["expression.blendshapes.layout"] == "arkit-52"
    assert list(weights) == list(LAYOUTS["arkit-52"])
    assert {name: weight for name, weight in weights.items() if weight} == {
        "jawOpen": 0.5,
        "mouthSmileLeft": 0.75,
    }
    assert whole == record | {
        "expression": {"blendshapes": {"layout": "arkit-52", "weights": weights}}
    }
    assert recording.startswith("Timecode,BlendShapeCount,EyeBlinkLeft")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_shape_has_the_column_of_its_name(layout):
    cells = flatten({"id": "a", "expression": _face(layout, jawLeft=0.5)})

    assert [name.removeprefix(f"{PLACE}.") for name in cells][2:] == list(LAYOUTS[layout])
    assert cells[f"{PLACE}.jawLeft"] == 0.5


def test_weight_is_found_by_its_name_its_place_and_all_of_them_as_a_list():
    members = {"expression": _face(tongueOut=0.5)}
    path = tuple(PLACE.split("."))

    assert find_cell(members, (*path, "tongueOut")) == 0.5
    assert find_cell(members, (*path, "51")) == 0.5
    assert find_cell(members, path) == members["expression"]["blendshapes"]["weights"]
    assert find_cell(members, (*path, "headYaw")) is None
    assert find_cell({}, (*path, "tongueOut")) is None


@pytest.mark.parametrize(
    "members",
    [
        {"text": {"content": "é"}, "mine": [1, None, {"x": 1.5}]},
        {"expression": None},
        {"expression": {"blendshapes": None, "description": "a smile"}},
        {"mine": {"expression": _face(jawOpen=1.0)}},
    ],
)
def test_all_else_is_as_it_was(members):
    assert _lines({"id": "a"} | members) == [{"id": "a"} | members]


def test_lines_come_in_pieces(monkeypatch):
    monkeypatch.setattr(named_weights, "_PIECE_BYTES", 100)
    records = (Record.parse(b'{"id":"r%d","x":"some words"}' % n) for n in range(50))
    pieces = list(write_lines(records))

    assert len(pieces) > 10
    assert [json.loads(line)["id"] for line in b"".join(pieces).splitlines()] == [
        f"r{n}" for n in range(50)
    ]
