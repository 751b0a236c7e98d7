"""Recordings of Live Link Face, good and damaged."""

import io

import numpy as np
import pytest
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.outcomes import Imported
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from dataset_io.formats.livelink_csv import read_recordings
from dataset_io.livelink.columns import HEADER
from dataset_io.livelink.config import LiveLinkConfig
from dataset_io.livelink.gaps import Gaps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

NAMES = LAYOUTS["livelink-csv-61"]
SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
HEADER_ROW = ",".join(HEADER)


def _row(number, count=61, **values):
    shown = {name: values.get(name, 0) for name in HEADER[2 : 2 + count]}
    return f"00:00:00:{number:02}.000,{count}," + ",".join(f"{v:.10f}" for v in shown.values())


def _file(*rows, header=HEADER_ROW):
    return "\n".join([header, *rows, ""]).encode()


@pytest.fixture
def read(write):
    def read(content: bytes, **config):
        (row,) = read_recordings([write("take.csv", content)], LiveLinkConfig(**config))
        return row

    return read


@pytest.fixture
def refused(read):
    def refused(content: bytes, **config) -> RecordError:
        error = read(content, **config).outcome
        assert isinstance(error, RecordError)
        return error

    return refused


def _values(row):
    return np.load(io.BytesIO(row.outcome.assets["face_track"].content), allow_pickle=False)


def _track(row):
    return row.outcome.sections[1].root["face"]


def test_recording_becomes_a_record_with_its_track(read):
    row = read(_file(*(_row(n, JawOpen=n / 4) for n in range(4))), consent="asked")
    values = _values(row)

    assert row.outcome.id == "livelink:take"
    assert row.outcome.sections[0].model_dump(exclude_unset=True) == {
        "dataset": "livelink",
        "groups": {"media": "livelink:take"},
        "consent": "asked",
    }
    assert _track(row).model_dump(exclude_unset=True) == {
        "role": "face_track",
        "fps": 30.0,
        "channels": "livelink-csv-61",
        "unit": "weight",
        "frames": 4,
    }
    assert (values.shape, values.dtype) == ((4, 61), np.dtype("<f4"))
    assert values[:, NAMES.index("jawOpen")].tolist() == [0, 0.25, 0.5, 0.75]
    asset = row.outcome.assets["face_track"]
    assert (asset.shape, asset.dtype, asset.fps) == ((4, 61), "float32", 30.0)
    assert asset.duration == pytest.approx(4 / 30)


@pytest.mark.parametrize("name", ["JawLeft", "JawRight", "MouthLeft", "MouthRight"])
def test_left_and_right_go_where_they_belong(read, name):
    values = _values(read(_file(_row(0, **{name: 0.5}))))

    assert NAMES[int(values[0].argmax())] == name[0].lower() + name[1:]


def test_columns_are_found_by_name_and_not_by_place(read):
    header = ["timecode", "BlendshapeCount", *sorted(HEADER[2:], key=str.lower, reverse=True)]
    cells = ["0.25" if name == "JawLeft" else "0" for name in header[2:]]
    values = _values(read(_file(f"00:00:00:00.000,61,{','.join(cells)}", header=",".join(header))))

    assert values[0, NAMES.index("jawLeft")] == 0.25
    assert np.count_nonzero(values) == 1


@pytest.mark.parametrize(
    "change",
    [
        lambda content: b"\xef\xbb\xbf" + content,
        lambda content: content.replace(b"\n", b"\r\n"),
        lambda content: content.removesuffix(b"\n"),
        lambda content: content.replace(b"\n", b"\n\n"),
        lambda content: content.replace(b",", b", "),
    ],
    ids=["byte order mark", "CRLF", "no last newline", "blank lines", "spaces"],
)
def test_other_spellings_hold_the_same(read, change):
    content = _file(*(_row(n, MouthLeft=n / 8) for n in range(5)))

    assert (_values(read(change(content))) == _values(read(content))).all()


@pytest.mark.parametrize("count", [51, 52])
def test_recording_without_rotations_has_none(read, count):
    header = ",".join(HEADER[: 2 + count])
    row = read(_file(_row(0, count, BrowInnerUp=0.5), header=header))

    assert _track(row).channels == "livelink-csv-61"
    assert np.count_nonzero(_values(row)) == 1
    assert _values(row)[0, NAMES.index("browInnerUp")] == 0.5


def test_rotations_may_be_negative_and_beyond_1(read):
    values = _values(read(_file(_row(0, HeadYaw=-0.5, LeftEyePitch=1.25))))

    assert values[0, NAMES.index("headYaw")] == -0.5
    assert values[0, NAMES.index("leftEyePitch")] == 1.25


def test_shape_that_is_rounded_past_its_end_is_at_its_end(read):
    values = _values(read(_file(_row(0, JawOpen=1.0000001192, JawLeft=-0.0000000001))))

    assert values[0, NAMES.index("jawOpen")] == 1
    assert values[0, NAMES.index("jawLeft")] == 0


PARTS = [
    *(f"{_row(n, JawOpen=n / 8)}\n".encode() for n in (0, 1, 2, 4)),
    *(b"00:00:00:03.000,0\n", b"00:00:05:00.000,0,,\r\n", b"23:59:59:59.999,"),
    *(b",", b"\n", b'"', b"61", b"\xff", b"nan", b"-1", b"\xef\xbb\xbf", b"1e400"),
]

GAPS = [
    *(_row(n, JawOpen=n / 8) for n in (0, 1)),
    "00:00:00:02.000,0" + "," * 61,
    "00:00:00:03.000,0",
    _row(4, JawOpen=0.5),
    _row(6, JawOpen=0.75),
]


def test_frames_without_a_face_reject_the_recording(refused):
    error = refused(_file(*GAPS))

    assert error.reason == "malformed-row"
    assert error.message == (
        "3 of 7 frames have no face or were dropped, the first of them frame 2; --gaps hold "
        "repeats the pose before them, --fps takes every row for a frame"
    )


def test_rate_is_no_advice_where_every_frame_has_its_row(refused):
    error = refused(_file(_row(0), "00:00:00:01.000,0", _row(2)))

    assert error.message.endswith("--gaps hold repeats the pose before them")


def test_pose_before_a_gap_is_held_when_asked_for(read):
    row = read(_file(*GAPS), gaps="hold")

    assert _track(row).frames == 7
    assert _values(row)[:, NAMES.index("jawOpen")].tolist() == [
        *(0, 0.125, 0.125, 0.125),
        *(0.5, 0.5, 0.75),
    ]


def test_first_face_is_held_before_it_is_there(read):
    row = read(_file("00:00:00:00.000,0", _row(1, JawOpen=0.5)), gaps="hold")

    assert _values(row)[:, NAMES.index("jawOpen")].tolist() == [0.5, 0.5]


def test_rate_that_is_said_stands_above_the_timecodes(read):
    row = read(_file(*(_row(n) for n in (0, 5, 5, 3))), fps=24)

    assert (_track(row).fps, _track(row).frames) == (24.0, 4)


def test_gap_of_a_day_is_refused_before_it_is_filled(refused):
    rows = [_row(n) for n in range(3)]
    error = refused(_file(*rows, rows[2].replace("00:00:00:02", "23:00:00:02")), gaps="hold")

    assert error.reason == "asset-too-large"


HEADS = {
    "": "the file is empty",
    "Timecode\n": "row 1 is no header of Live Link Face: its first two columns are not",
    "a,b,c\n1,2,3\n": "its first two columns are not Timecode and BlendShapeCount",
    f"{HEADER_ROW},Ears\n": "column 64 is no shape or rotation",
    f"{HEADER_ROW},JawOpen\n": "column 64 repeats JawOpen",
    f"{','.join(HEADER[:40])}\n": "no column is called BrowDownLeft, BrowDownRight, BrowInnerUp",
    f"{HEADER_ROW}\n": "there is no row behind the header",
}


@pytest.mark.parametrize("content", HEADS)
def test_header_that_is_none_is_refused_with_its_column(refused, content):
    error = refused(content.encode())

    assert error.reason == "malformed-row"
    assert HEADS[content] in error.message


ROWS = {
    "x,61": "it begins with no timecode",
    "00:00:00:01.000,many": "its BlendShapeCount is no number",
    "00:00:00:01.000,-1": "its BlendShapeCount is no number",
    "00:00:00:01.000," + "6" * 5000: "its BlendShapeCount is no number",
    "00:00:00:01.000,61": "its BlendShapeCount is not the number of its values",
    _row(1) + ",0": "it has 64 columns, the header 63",
    _row(1).removesuffix(",0.0000000000"): "its BlendShapeCount is not the number of its values",
    _row(1, JawOpen=1.5): "JawOpen is no number from 0 to 1",
    _row(1, JawOpen=-0.5): "JawOpen is no number from 0 to 1",
    _row(1, JawOpen=1.00001): "JawOpen is no number from 0 to 1",
    _row(1).replace("0.0000000000", "0.0_1", 1): "EyeBlinkLeft is no number from 0 to 1",
    _row(1).replace("0.0000000000", "1.2.3", 1): "EyeBlinkLeft is no number from 0 to 1",
    _row(1).replace("0.0000000000", "nan", 1): "EyeBlinkLeft is no number from 0 to 1",
    _row(1)[:-12] + "inf": "BlendShapeCount is not the number",
    _row(1)[:-13] + ",inf": "RightEyeRoll is no number",
    _row(0): "the timecode of row 2 is not behind that of the row before",
}


@pytest.mark.parametrize("row", ROWS)
def test_damaged_row_is_refused_with_its_place(refused, row):
    error = refused(_file(_row(0), row))

    assert error.reason == "malformed-row"
    assert ROWS[row] in error.message
    assert "row " in error.message


@SAME_FOLDER
@given(st.lists(st.sampled_from(PARTS), max_size=8), st.sampled_from(Gaps), st.integers(0, 5000))
def test_any_file_becomes_one_record_or_one_reject(tmp_path, parts, gaps, cut):
    path = tmp_path / "any.csv"
    whole = _file() + b"".join(parts)
    content = whole[:cut] + whole[cut + 1 :]
    path.write_bytes(content)
    (row,) = read_recordings([path], LiveLinkConfig(gaps=gaps))

    assert isinstance(row.outcome, Imported | RecordError)
    if isinstance(row.outcome, RecordError):
        assert content.startswith(row.raw, row.offset)


def test_reject_has_the_bytes_and_the_place_of_the_row_at_fault(read):
    content = _file(_row(0), "00:00:00:01.000,x", _row(2))
    row = read(content)

    assert row.raw == b"00:00:00:01.000,x"
    assert content[row.offset :].startswith(row.raw)


def test_reject_of_a_whole_recording_has_its_header(read):
    row = read(_file(*GAPS))

    assert (row.offset, row.raw) == (0, HEADER_ROW.encode())


def test_offset_counts_over_all_files(write):
    first = write("a.csv", _file(_row(0)))
    second = write("b.csv", b"Timecode\n")
    rows = list(read_recordings([first, second], LiveLinkConfig()))

    assert [row.offset for row in rows] == [0, first.stat().st_size]


def test_two_files_of_one_name_are_a_mistake_of_usage(write):
    paths = [write(f"{folder}/take.csv", _file(_row(0))) for folder in "ab"]

    with pytest.raises(UsageError, match="same name"):
        list(read_recordings(paths, LiveLinkConfig()))


def test_utf_16_is_a_mistake_of_usage(write):
    with pytest.raises(UsageError, match="UTF-16"):
        list(read_recordings([write("a.csv", "Timecode".encode("utf-16"))], LiveLinkConfig()))
