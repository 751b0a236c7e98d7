"""Timecodes, and the rate that they tell of."""

import random

import pytest
from dataset_io.livelink.clock import Clock, find_clock
from dataset_io.livelink.pace import Pace, find_pace
from dataset_io.livelink.timecode import Timecode, choose_clock, write_timecode
from hypothesis import given
from hypothesis import strategies as st


def _write(fps, frames, start=0.0):
    clock = choose_clock(fps)
    return [write_timecode(start + frame / fps, clock) for frame in range(frames)]


def _tell(texts):
    timecodes = [Timecode.parse(text) for text in texts]
    clock = find_clock(timecodes)
    return find_pace(clock.measure_gaps(timecodes), clock.fps)


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


# --- Rows that are late ---------------------------------------------------------------------------


def _write_late(fps, late, dropped=()):
    """Timecodes of rows that come late by so many frames; some of them not at all."""
    clock = choose_clock(fps)
    return [
        write_timecode(1 + (row + behind) / fps, clock)
        for row, behind in enumerate(late)
        if row not in dropped
    ]


@pytest.mark.parametrize("late", [0.4, 0.6, 0.9])
@pytest.mark.parametrize("row", [1, 300, 599])
def test_row_that_is_late_is_no_dropped_frame(late, row):
    pace = _tell(_write_late(60, [late * (n == row) for n in range(601)]))

    assert pace.fps == 60
    assert pace.places == list(range(601))


def test_rows_that_catch_up_one_after_the_other_are_no_dropped_frames():
    late = [0.0] * 50 + [1.7, 1.2, 0.6] + [0.0] * 50
    pace = _tell(_write_late(60, late))

    assert (pace.fps, pace.places) == (60, list(range(103)))


@pytest.mark.parametrize("late", [400, 600, 700, 850])
def test_last_row_that_is_late_is_no_dropped_frame(late):
    assert find_pace([1000] * 60 + [1000 + late], 60) == Pace(60.0, list(range(62)))


@pytest.mark.parametrize("late", [950, 1000, 1100])
def test_frame_that_is_dropped_before_the_last_row_is_found(late):
    assert find_pace([1000] * 60 + [1000 + late], 60).places == [*range(61), 62]


@pytest.mark.parametrize("rows", [[59], [58, 59]])
def test_last_rows_a_little_late_do_not_change_the_rate(rows):
    assert _tell(_write_late(60, [0.01 * (n in rows) for n in range(60)])).fps == 60


@pytest.mark.parametrize("fps", [23.976, 24.0, 25.0, 29.97, 30.0, 50.0, 59.94, 60.0, 120.0])
@pytest.mark.parametrize("seed", range(3))
def test_rows_of_a_restless_phone_have_their_places(fps, seed):
    chance = random.Random(f"{fps} {seed}")
    late = [chance.gauss(0, 0.05) for _ in range(600)]
    dropped = set(chance.sample(range(1, 599), 12))
    pace = _tell(_write_late(fps, late, dropped))

    assert pace.fps == fps
    assert pace.places == [row for row in range(600) if row not in dropped]


@pytest.mark.parametrize("seed", range(3))
def test_rows_that_are_a_third_of_a_frame_early_and_late_have_their_places(seed):
    chance = random.Random(seed)
    late = [chance.uniform(-0.3, 0.3) for _ in range(2000)]

    assert _tell(_write_late(60, late)).places == list(range(2000))
    assert _tell(_write_late(60, late)).fps == 60


def test_rate_of_a_restless_phone_that_no_camera_has_is_measured():
    chance = random.Random(5)
    late = [chance.gauss(0, 0.02) for _ in range(2000)]

    assert _tell(_write_late(60.1, late)).fps == pytest.approx(60.1, abs=0.005)


# --- Clocks that leave numbers out ----------------------------------------------------------------


def _write_dropping(frames, first, clock=30):
    """Timecodes of frames one behind the other, from minute `first`, as SMPTE ST 12-1 counts."""
    left_out, texts = clock // 15, []
    number = first * 60 * clock
    while len(texts) < frames:
        second, frame = divmod(number, clock)
        minute, rest = divmod(second, 60)
        if not (rest == 0 and frame < left_out and minute % 10):
            hour, minute = divmod(minute, 60)
            texts.append(f"{hour % 24:02}:{minute:02}:{rest:02}:{frame:02}.000")
        number += 1
    return texts


@pytest.mark.parametrize(("clock", "fps"), [(30, 29.97), (60, 59.94)])
@pytest.mark.parametrize("first", [0, 8, 23 * 60 + 58])
def test_numbers_that_a_clock_leaves_out_are_no_dropped_frames(clock, fps, first):
    texts = _write_dropping(250 * clock, first, clock)
    pace = _tell(texts)

    assert find_clock([Timecode.parse(text) for text in texts]) == Clock(clock, clock // 15)
    assert (pace.fps, pace.places) == (fps, list(range(len(texts))))


def test_frame_that_is_dropped_beside_numbers_left_out_is_found():
    texts = _write_dropping(6000, 0)
    del texts[1700], texts[3597]

    assert sorted(set(range(6000)) - set(_tell(texts).places)) == [1700, 3598]


@pytest.mark.parametrize(
    "texts",
    [
        ["00:00:59:28.000", "00:00:59:29.000", "00:01:00:00.000", "00:01:00:01.000"],
        ["00:00:59:28.000", "00:00:59:29.000", "00:01:02:00.000", "00:01:02:01.000"],
        ["00:09:59:28.000", "00:09:59:29.000", "00:10:00:02.000", "00:10:00:03.000"],
    ],
    ids=["none is left out", "rows are absent for long", "a tenth minute"],
)
def test_other_clocks_leave_nothing_out(texts):
    assert find_clock([Timecode.parse(text) for text in texts]) == Clock(30)


def test_numbers_absent_at_a_single_minute_are_dropped_frames():
    texts = _write(30, 600, start=50.0)
    del texts[300:302]

    assert find_clock([Timecode.parse(text) for text in texts]) == Clock(30)
    assert _tell(texts) == Pace(30.0, [*range(300), *range(302, 600)])


def test_numbers_absent_at_one_minute_of_two_are_dropped_frames():
    texts = _write(30, 2400, start=50.0)
    del texts[2098:2102], texts[300:302]

    assert find_clock([Timecode.parse(text) for text in texts]) == Clock(30)


@pytest.mark.parametrize("fps", [4, 5, 7.5, 8, 12, 15, 24, 29.97, 30, 60])
def test_slow_rows_over_a_minute_follow_the_plain_clock(fps):
    texts = _write(fps, 700, start=55.0)

    assert find_clock([Timecode.parse(text) for text in texts]).left_out == 0
