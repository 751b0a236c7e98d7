"""Timecodes, and the rate that they tell of."""

import pytest
from dataset_io.livelink.pace import find_pace
from dataset_io.livelink.timecode import (
    Timecode,
    choose_clock,
    find_clock,
    measure_gaps,
    write_timecode,
)
from hypothesis import given
from hypothesis import strategies as st


def _write(fps, frames, start=0.0):
    clock = choose_clock(fps)
    return [write_timecode(start + frame / fps, clock) for frame in range(frames)]


def _tell(texts):
    timecodes = [Timecode.parse(text) for text in texts]
    clock = find_clock(timecodes)
    return find_pace(measure_gaps(timecodes, clock), clock)


@pytest.mark.parametrize(
    ("fps", "frame", "text"),
    [
        (30, 0, "00:00:00:00.000"),
        (30, 29, "00:00:00:29.000"),
        (30, 30, "00:00:01:00.000"),
        (30, 30 * 3661, "01:01:01:00.000"),
        (60, 45, "00:00:00:45.000"),
        (60, 60, "00:00:01:00.000"),
        (59.94, 1, "00:00:00:01.001"),
        (59.94, 59, "00:00:00:59.059"),
        (59.94, 60, "00:00:01:00.060"),
        (25, 1, "00:00:00:01.200"),
        (120, 3, "00:00:00:01.500"),
        (30, 30 * 86_400 + 1, "00:00:00:01.000"),
    ],
)
def test_frame_has_its_timecode(fps, frame, text):
    assert write_timecode(frame / fps, choose_clock(fps)) == text


def test_rounding_carries_into_the_second():
    assert write_timecode(0.99999999, 30) == "00:00:01:00.000"


@pytest.mark.parametrize(
    ("text", "second", "thousandths"),
    [
        ("12:27:47:49.169", 44_867, 49_169),
        ("00:00:00:05", 0, 5000),
        ("1:2:3:4.5", 3723, 4500),
        ("23:59:59:59.999", 86_399, 59_999),
    ],
)
def test_timecode_is_read(text, second, thousandths):
    assert Timecode.parse(text) == Timecode(second, thousandths)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "00:00:00",
        "24:00:00:00",
        "00:60:00:00",
        "00:00:60:00",
        "00:00:00:60",
        "a:b:c:d",
    ],
)
def test_what_is_no_timecode_is_refused(text):
    with pytest.raises(ValueError, match=r"HH:MM:SS:FF\.mmm|below 24"):
        Timecode.parse(text)


@pytest.mark.parametrize("fps", [23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 59.94, 60.0, 120.0])
def test_rate_is_told_by_the_timecodes(fps):
    pace = _tell(_write(fps, 200, start=3.25))

    assert pace.fps == fps
    assert pace.places == list(range(200))


@given(st.integers(1, 240), st.integers(2, 60))
def test_any_whole_rate_is_told_by_few_rows(fps, frames):
    texts = _write(fps, frames, start=0.75)  # behind frame 30 of the fast clock

    assert _tell(texts).fps == fps


def test_rate_of_a_phone_is_what_its_timecodes_say():
    texts = [f"00:00:0{n // 30}:{n % 30:02}.{500 - n:03}" for n in range(90)]

    assert _tell(texts).fps == pytest.approx(30.03, abs=0.001)


def test_single_row_is_one_frame_of_its_clock():
    assert _tell(["00:00:00:10.000"]).fps == 30
    assert _tell(["00:00:00:40.000"]).fps == 60


def test_dropped_frames_leave_places_free():
    texts = _write(60, 100)
    del texts[10:12], texts[50]

    pace = _tell(texts)

    assert pace.fps == 60
    assert sorted(set(range(100)) - set(pace.places)) == [10, 11, 52]


def test_drift_over_an_hour_moves_no_frame():
    frames = 108_000
    texts = [write_timecode(frame * 0.99985 / 30, 30) for frame in range(frames)]

    assert _tell(texts).places == list(range(frames))


def test_midnight_lies_between_two_frames():
    assert _tell(["23:59:59:29.000", "00:00:00:00.000", "00:00:00:01.000"]).places == [0, 1, 2]


@pytest.mark.parametrize("second", ["00:00:01:00.000", "00:00:00:29.000"])
def test_time_that_does_not_go_on_is_refused_with_its_row(second):
    with pytest.raises(ValueError, match="row 2"):
        _tell(["00:00:01:00.000", second])
