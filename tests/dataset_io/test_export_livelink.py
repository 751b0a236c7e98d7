"""Tracks as the csv of Live Link Face: compared with a sample, and read back."""

import csv
import io
from pathlib import Path

import numpy as np
import orjson
import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Imported
from affectory_protocol.places import Places
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Expression, Track, Tracks, Unit
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, SHAPES
from dataset_io.exports.livelink_csv import write_recording
from dataset_io.exports.track import Series, read_series
from dataset_io.formats.livelink_csv import read_recordings
from dataset_io.livelink.config import LiveLinkConfig
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAMPLE = Path(__file__).resolve().parents[2] / "samples/livelink/smile.csv"
SECTIONS = (Assets, Tracks, Expression)
TRACK = {
    "role": "face_track",
    "fps": 30.0,
    "channels": "arkit-52",
    "unit": "weight",
    "frames": 2,
}
POSE = {"blendshapes": {"layout": "arkit-52", "weights": [0.0] * 52}}
SAME_FOLDER = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30
)


def _export(values, layout, fps=30.0, start=0.0):
    track = Track(
        role="face_track",
        fps=fps,
        start=start,
        channels=layout,
        unit=Unit.WEIGHT,
        frames=len(values),
    )
    return b"".join(write_recording(Series(track, np.asarray(values, dtype="f4"))))


def _rows(content):
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def _import(path) -> tuple[Track, np.ndarray]:
    (row,) = read_recordings([path], LiveLinkConfig())
    assert isinstance(row.outcome, Imported)
    content = row.outcome.assets["face_track"].content
    return row.outcome.sections[1].root["face"], np.load(io.BytesIO(content), allow_pickle=False)


def test_sample_is_written_again_byte_for_byte():
    track, values = _import(SAMPLE)

    assert _export(values, track.channels, track.fps) == SAMPLE.read_bytes()


def test_sample_has_the_documented_header_and_a_row_a_frame():
    lines = SAMPLE.read_text("ascii").splitlines()
    header = lines[0].split(",")

    assert header[:4] == ["Timecode", "BlendShapeCount", "EyeBlinkLeft", "EyeLookDownLeft"]
    assert header[16:20] == ["JawForward", "JawRight", "JawLeft", "JawOpen"]
    assert header[22:25] == ["MouthPucker", "MouthRight", "MouthLeft"]
    assert header[-3:] == ["RightEyeYaw", "RightEyePitch", "RightEyeRoll"]
    assert len(header) == 63
    assert len(lines) == 41
    assert [line.split(",")[0] for line in lines[1::13]] == [
        f"00:00:00:{frame:02}.000" for frame in (0, 13, 26, 39)
    ]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", ["jawLeft", "jawRight", "mouthLeft", "mouthRight"])
def test_left_and_right_are_not_swapped(layout, name):
    weights = [float(one == name) for one in LAYOUTS[layout]]
    content = _export([weights], layout)
    column = name[0].upper() + name[1:]
    place = content.splitlines()[0].decode().split(",").index(column)

    assert _rows(content)[0][column] == "1.0000000000"
    assert content.splitlines()[1].decode().split(",")[place] == "1.0000000000"
    assert content.count(b"1.0000000000") == 1
    assert place == {"jawRight": 17, "jawLeft": 18, "mouthRight": 23, "mouthLeft": 24}[name]


@st.composite
def _tracks(draw):
    layout = draw(st.sampled_from(sorted(LAYOUTS)))
    one = {True: st.floats(0, 1, width=32), False: st.floats(-4, 4, width=32)}
    row = st.tuples(*(one[name in SHAPES] for name in LAYOUTS[layout]))
    return layout, draw(st.lists(row, min_size=1, max_size=3))


@SAME_FOLDER
@given(_tracks())
def test_names_and_values_survive_export_and_import(tmp_path, track):
    layout, poses = track
    path = tmp_path / "take.csv"
    path.write_bytes(_export(poses, layout))
    found, values = _import(path)

    assert found.channels == "livelink-csv-61"
    for before, after in zip(poses, values.tolist(), strict=True):
        given = dict(zip(LAYOUTS[layout], before, strict=True))
        for name, value in zip(LAYOUTS[found.channels], after, strict=True):
            assert value == pytest.approx(given.get(name, 0.0), rel=1e-6, abs=6e-11)


@pytest.mark.parametrize("fps", [24.0, 30.0, 59.94, 60.0])
def test_rate_survives_export_and_import(tmp_path, fps):
    path = tmp_path / "take.csv"
    path.write_bytes(_export(np.zeros((90, 52)), "arkit-52", fps))

    assert _import(path)[0].fps == fps
    assert _import(path)[0].frames == 90


def test_timecodes_begin_where_the_track_does():
    content = _export(np.zeros((2, 52)), "arkit-52", start=61.5)

    assert [row["Timecode"] for row in _rows(content)] == ["00:01:01:15.000", "00:01:01:16.000"]


def test_zero_has_no_sign():
    assert b"-0.0000000000" not in _export([[0.0] * 52 + [-1e-12] * 9], "livelink-61")


# --- What a record has to have -------------------------------------------------------------------


@pytest.fixture
def series(tmp_path):
    """Look a track up in a record whose array is this one."""

    def series(values=None, *, track=True, times=(), **members) -> Series:
        record = {"id": "a", **members}
        if values is not None:
            np.save(tmp_path / "a.npy", values)
            asset = {"uri": "a.npy", "media_type": "application/x-npy"}
            record.setdefault("assets", {"face_track": asset})
        if track:
            record["tracks"] = {"face": TRACK | dict(times)}
        parsed = Record.parse(orjson.dumps(record), SECTIONS)
        return read_series(parsed, "face", Places({"": tmp_path}))

    return series


@pytest.mark.parametrize("dtype", ["<f4", ">f4", "<f8"])
def test_array_of_any_byte_order_is_read(series, dtype):
    assert series(np.full((2, 52), 0.5, dtype)).values.tolist() == [[0.5] * 52] * 2


def test_rows_of_a_longer_array_are_read(series, tmp_path):
    np.save(tmp_path / "all.npy", np.linspace(0, 1, 520, dtype="f4").reshape(10, 52))
    asset = {"uri": "all.npy", "media_type": "application/x-npy", "rows": [4, 6]}
    found = series(assets={"face_track": asset})

    assert found.values.shape == (2, 52)
    assert found.values[0, 0] == np.float32(4 * 52 / 519)


def test_pose_that_stands_still_is_told_what_makes_it_move(series):
    with pytest.raises(RecordError, match=r"/tracks; `photomaker-gen animate` makes one") as caught:
        series(track=False, expression=POSE)

    assert caught.value.reason == "missing-section"


def test_other_track_is_no_track_of_the_face(series):
    face = {"role": "a", "fps": 1.0, "channels": "arkit-52", "unit": "weight", "frames": 1}
    with pytest.raises(RecordError, match=r"the track is absent: /tracks/face$") as caught:
        series(track=False, tracks={"other": face})

    assert caught.value.reason == "missing-field"


def test_record_without_the_asset_is_refused(series):
    with pytest.raises(RecordError, match="no asset has the role in /tracks/face/role"):
        series()


@pytest.mark.parametrize(
    "times", [{"fps": 1e-308}, {"fps": 120_000.0}, {"start": 1e305}], ids=["slow", "fast", "late"]
)
def test_times_that_no_timecode_tells_are_refused(series, times):
    (field,) = times
    with pytest.raises(RecordError, match=f"/tracks/face/{field}$") as caught:
        series(np.zeros((2, 52), "f4"), times=times)

    assert caught.value.reason == "missing-field"


@pytest.mark.parametrize("times", [{"fps": 0.01}, {"fps": 1000.0}, {"start": 1e9}])
def test_every_frame_has_its_own_timecode(series, times):
    rows = _rows(b"".join(write_recording(series(np.zeros((2, 52), "f4"), times=times))))

    assert rows[0]["Timecode"] != rows[1]["Timecode"]


BAD = {
    "fewer frames": np.zeros((1, 52), "f4"),
    "other channels": np.zeros((2, 51), "f4"),
    "long numbers": np.zeros((2, 52), "f16"),
    "whole numbers": np.zeros((2, 52), "i4"),
    "no axes": np.float32(0.5),
    "not finite": np.full((2, 52), np.nan, "f4"),
    "above 1": np.full((2, 52), 1.5, "f4"),
    "below 0": np.full((2, 52), -0.5, "f4"),
}


@pytest.mark.parametrize("name", BAD)
def test_array_that_is_not_the_track_is_refused(series, name):
    with pytest.raises(RecordError) as caught:
        series(BAD[name])

    assert caught.value.reason == "asset-mismatch"


@pytest.mark.parametrize(
    "content",
    [b"", b"\x93NUMPY", b"PK\3\4", b"\x93NUMPY\1\0\x10\0{'descr': '<f4'}"],
    ids=["empty", "cut off", "an archive", "a broken header"],
)
def test_file_that_is_no_array_is_refused(series, tmp_path, content):
    (tmp_path / "b.npy").write_bytes(content)
    asset = {"uri": "b.npy", "media_type": "application/x-npy"}
    with pytest.raises(RecordError) as caught:
        series(assets={"face_track": asset})

    assert caught.value.reason == "asset-undecodable"


def test_array_of_objects_is_not_loaded(series, tmp_path):
    np.save(tmp_path / "b.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(RecordError) as caught:
        series(assets={"face_track": {"uri": "b.npy", "media_type": "application/x-npy"}})

    assert caught.value.reason == "asset-undecodable"


def test_rows_that_are_not_there_are_refused(series, tmp_path):
    np.save(tmp_path / "all.npy", np.zeros((2, 52), "f4"))
    asset = {"uri": "all.npy", "media_type": "application/x-npy", "rows": [1, 3]}
    with pytest.raises(RecordError) as caught:
        series(assets={"face_track": asset})

    assert caught.value.reason == "asset-mismatch"
