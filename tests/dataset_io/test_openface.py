"""OpenFace: action units of photographs and videos."""

import pytest
from affectory_protocol.errors import UsageError
from affectory_protocol.outcomes import Dropped
from dataset_io.config import OpenFaceConfig
from dataset_io.formats.openface import read_openface
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
FRAMES = b"frame,face_id,timestamp,confidence,success,AU04_r,AU12_r,AU04_c,AU12_c,AU28_c\n"
FRAME = b"3,0,0.080,0.95,1,0.50,2.50,0,1,1\n"
PARTS = [b"0", b"1", b"0.5", b",", b",", b",", b"\n", b"nan", b"-1", b'"', b"\xff", b" "]


@pytest.fixture
def read(write):
    def read(content: bytes, name: str = "clip.csv", **config) -> list:
        return list(read_openface([write(name, content)], OpenFaceConfig(**config)))

    return read


def _sections(row) -> dict:
    return {one.name: one.model_dump(exclude_unset=True) for one in row.outcome.sections}


def _units(row) -> list[tuple[int, float]]:
    return [(u["au"], u["intensity"]) for u in _sections(row)["expression"]["action_units"]]


def test_frame_becomes_a_record_with_its_time_and_units(read):
    (row,) = read(FRAMES + FRAME)

    assert row.outcome.id == "openface:clip/0/3"
    assert _sections(row)["span"] == {"role": "video", "start": 0.08}
    expression = _sections(row)["expression"]
    assert (expression["of"], expression["confidence"]) == ("video", 0.95)
    assert _units(row) == [(12, 0.5), (28, 1.0)]
    assert {unit["side"] for unit in expression["action_units"]} == {"both"}


def test_photograph_has_a_record_for_each_face(read):
    one, two = read(b"face,confidence,AU12_r\n0,0.975,2.50\n1,0.900,0.00\n", "couple.csv")

    assert [row.outcome.id for row in (one, two)] == ["openface:couple/0", "openface:couple/1"]
    assert _sections(one).keys() == {"source", "expression"}
    assert _sections(one)["expression"]["of"] == "image"
    assert (_units(one), _units(two)) == ([(12, 0.5)], [])


def test_spaces_behind_commas_do_not_matter(read):
    (row,) = read((FRAMES + FRAME).replace(b",", b", "))

    assert _units(row) == [(12, 0.5), (28, 1.0)]


def test_columns_are_found_by_name(read):
    (row,) = read(b"AU12_c,x,confidence,AU12_r,face\n1,9,1,5,7\n")

    assert (row.outcome.id, _units(row)) == ("openface:clip/7", [(12, 1.0)])


def test_unit_without_a_judgement_is_there_by_its_intensity(read):
    (row,) = read(b"face,confidence,AU01_r,AU02_r\n0,1,0.25,0.00\n")

    assert _units(row) == [(1, 0.05)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"3,0,0.08,0.00,0,0,0,0,0,0\n", "no-face"),
        (b"3,0,0.08,0.00,0,-nan(ind),0,0,0,0\n", "no-face"),
        (b"3,0,0.08,0.49,1,0,0,0,0,0\n", "low-confidence"),
    ],
)
def test_frame_without_a_sure_face_is_dropped_with_its_reason(read, row, reason):
    dropped, kept = read(FRAMES + row + FRAME.replace(b"3,", b"4,", 1), min_confidence=0.5)

    assert isinstance(dropped.outcome, Dropped)
    assert dropped.outcome.reason == reason
    assert dropped.outcome.id == "openface:clip/0/3"
    assert kept.outcome.id == "openface:clip/0/4"


def test_frames_a_second_tell_start_and_duration(read):
    (row,) = read(FRAMES + FRAME.replace(b"0.080", b"0.000"), fps=25.0)

    assert _sections(row)["span"] == {"role": "video", "start": 0.08, "duration": 0.04}


def test_options_say_what_was_measured(read):
    (row,) = read(
        FRAMES + FRAME, role="interview", uri="clips/{stem}.MP4", dataset="mine", consent="given",
        licence="none", citation="Me",
    )  # fmt: skip

    sections = _sections(row)
    assert row.outcome.id == "mine:clip/0/3"
    assert sections["assets"] == {"interview": {"uri": "clips/clip.MP4", "media_type": "video/mp4"}}
    assert (sections["span"]["role"], sections["expression"]["of"]) == ("interview", "interview")
    assert sections["source"]["consent"] == "given"


def test_frames_of_one_file_are_one_group(read):
    one, two = read(FRAMES + FRAME + FRAME.replace(b"3,", b"4,", 1))

    assert _sections(one)["source"]["groups"] == {"media": "openface:clip"}
    assert _sections(one)["source"] == _sections(two)["source"]


@pytest.mark.parametrize("name", ["x" * 240 + ".csv", "é" * 110 + ".csv", "a\x07b.csv"])
def test_any_name_of_a_file_becomes_part_of_an_id(read, reasons, name):
    rows = read(FRAMES + FRAME, name, dataset="d" * 100)

    assert reasons(rows) == ["imported"]


@pytest.mark.parametrize(
    "row",
    [
        b"3,0,0.08,0.95,1,0,0,0,0\n",
        b"x,0,0.08,0.95,1,0,0,0,0,0\n",
        b"1.5,0,0.08,0.95,1,0,0,0,0,0\n",
        b"3,-1,0.08,0.95,1,0,0,0,0,0\n",
        b"3,0,inf,0.95,1,0,0,0,0,0\n",
        b"3,0,0.08,1.01,1,0,0,0,0,0\n",
        b"3,0,0.08,0.95,yes,0,0,0,0,0\n",
        b"3,0,0.08,0.95,1,-nan(ind),0,0,0,0\n",
        b"3,0,0.08,0.95,1,5.01,0,0,0,0\n",
        b"3,0,0.08,0.95,1,0,0,2,0,0\n",
    ],
)
def test_bad_row_is_rejected_and_the_next_is_read(read, reasons, row):
    assert reasons(read(FRAMES + row + FRAME)) == ["malformed-row", "imported"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"secret,secret\n1,2\n",
        b"face,AU12_r\n",
        b"face,confidence,gaze_0_x\n",
        b"frame,confidence,AU12_r\n",
        b"face,confidence,AU99_r\n",
        b'"torn\n',
    ],
)
def test_file_that_is_none_of_openface_is_a_mistake(read, content):
    with pytest.raises(UsageError) as caught:
        read(content)

    assert "file 1 of those given does not begin with a header" in caught.value.message
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    "uri", ["/clips/{stem}.mp4", "../{stem}.mp4", "NAME:/{stem}.mp4", "{stem}", "{stem}.doc", ""]
)
def test_uri_that_leads_to_no_media_is_a_mistake(read, uri):
    with pytest.raises(UsageError, match="uri"):
        read(FRAMES + FRAME, uri=uri)


def test_two_files_are_two_media(write):
    paths = [write("a.csv", FRAMES + FRAME), write("b.csv", FRAMES + FRAME)]

    rows = list(read_openface(paths, OpenFaceConfig(uri="NAME:{stem}.avi")))
    assert [_sections(row)["assets"]["video"]["uri"] for row in rows] == [
        "NAME:a.avi",
        "NAME:b.avi",
    ]
    with pytest.raises(UsageError, match="--uri names one file, and 2 were given"):
        read_openface(paths, OpenFaceConfig(uri="a.avi"))


def test_two_files_of_one_name_are_a_mistake(write):
    paths = [write("a/clip.csv", FRAMES), write("b/clip.csv", FRAMES)]

    with pytest.raises(UsageError, match="have the same name"):
        read_openface(paths, OpenFaceConfig())


@SAME_FOLDER
@given(content=st.lists(st.sampled_from(PARTS), max_size=40).map(b"".join))
def test_any_bytes_behind_the_header_raise_nothing(tmp_path, tiles, content):
    path = tmp_path / "any.csv"
    path.write_bytes(FRAMES + content)

    rows = list(read_openface([path], OpenFaceConfig()))

    assert tiles(FRAMES + content, rows, start=len(FRAMES) - 1)
