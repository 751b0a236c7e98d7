"""Frames as films: encoded by ffmpeg, and decoded again by it to be looked at."""

import json
import re
import subprocess
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import numpy as np
import orjson
import pytest
from affectory_protocol.errors import RecordError, TemporaryError, UnavailableError
from affectory_protocol.places import Places
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Expression, Tracks
from dataset_io.export_config import FilmConfig
from dataset_io.exports import ffmpeg
from dataset_io.exports.ffmpeg import FORMATS, find_missing, find_program
from dataset_io.exports.film import read_frames
from dataset_io.exports.frames import Frames

PROBE = ["ffprobe", "-v", "error", "-count_frames", "-show_entries", "stream", "-of", "json", "-i"]
DECODE = ["ffmpeg", "-v", "error", "-i", "pipe:0", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
KINDS = list(FORMATS)


def _picture(size=(48, 64), frames=6):
    """Coloured squares that move: red, green and blue are told apart, left from right."""
    height, width = size
    pixels = np.full((frames, height, width, 3), 40, "u1")
    for number in range(frames):
        pixels[number, 8:24, 4 + 4 * number : 20 + 4 * number] = (220, 30, 30)
        pixels[number, 28:40, 32:60] = (30, 60, 220)
    return pixels


def _encode(kind, pixels, fps=30.0):
    form = FORMATS[kind]
    return b"".join(form.write(Frames(lambda: pixels, fps).slow_down(form.max_fps)))


def _probe(content, path):
    path.write_bytes(content)
    done = subprocess.run([*PROBE, str(path)], capture_output=True, check=True)
    (stream,) = json.loads(done.stdout)["streams"]
    return stream


def _decode(content, size):
    done = subprocess.run(DECODE, input=content, capture_output=True, check=True)
    return np.frombuffer(done.stdout, "u1").reshape(-1, *size, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_film_shows_the_frames_in_their_order(kind):
    pixels = _picture()
    shown = _decode(_encode(kind, pixels), (48, 64))

    assert shown.shape == pixels.shape
    assert np.abs(shown.astype(int) - pixels).mean() < 4
    assert np.abs(shown[0].astype(int) - shown[-1]).max() > 100


@pytest.mark.parametrize("kind", KINDS)
def test_equal_frames_give_equal_bytes(kind):
    assert _encode(kind, _picture()) == _encode(kind, _picture())


@pytest.mark.parametrize("kind", KINDS)
def test_film_does_not_tell_which_version_made_it(kind):
    content = _encode(kind, _picture())

    assert re.search(rb"Lav[cf][0-9]", content) is None
    assert b"x264 - core" not in content


@pytest.mark.parametrize(("fps", "rate"), [(30.0, 30), (59.94, 59.94), (24.0, 24), (12.5, 12.5)])
def test_rate_of_the_track_is_that_of_the_film(tmp_path, fps, rate):
    stream = _probe(_encode("mp4", _picture(), fps), tmp_path / "a.mp4")
    above, below = map(int, stream["avg_frame_rate"].split("/"))

    assert above / below == pytest.approx(rate, rel=1e-6)
    assert stream["nb_read_frames"] == "6"


def test_film_plays_everywhere(tmp_path):
    stream = _probe(_encode("mp4", _picture()), tmp_path / "a.mp4")

    assert (stream["codec_name"], stream["pix_fmt"]) == ("h264", "yuv420p")
    assert (stream["color_range"], stream["color_space"]) == ("tv", "bt709")


def test_index_lies_before_the_pictures():
    content = _encode("mp4", _picture())

    assert content.index(b"moov") < content.index(b"mdat")


def test_odd_size_gets_a_black_line(tmp_path):
    content = _encode("mp4", np.full((2, 31, 47, 3), 200, "u1"))
    stream = _probe(content, tmp_path / "a.mp4")
    shown = _decode(content, (32, 48))

    assert (stream["width"], stream["height"]) == (48, 32)
    assert shown[0, 10, 10].min() > 190
    assert max(shown[0, 31].max(), shown[0, :, 47].max()) < 80


@pytest.mark.parametrize(("fps", "frames"), [(30.0, 12), (50.0, 12), (60.0, 6), (120.0, 4)])
def test_gif_is_not_faster_than_a_browser_shows(tmp_path, fps, frames):
    stream = _probe(_encode("gif", _picture(frames=12), fps), tmp_path / "a.gif")

    assert int(stream["nb_read_frames"]) == frames
    assert float(stream["duration"]) == pytest.approx(12 / fps, abs=0.02)


def test_gif_begins_again():
    assert b"NETSCAPE2.0\x03\x01\0\0" in _encode("gif", _picture())


@pytest.mark.parametrize("kind", KINDS)
def test_film_of_one_frame_is_a_film(kind):
    assert len(_decode(_encode(kind, _picture(frames=1)), (48, 64))) == 1


# --- The program ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_missing_where_the_program_is(kind):
    assert find_missing(kind) == []


@pytest.mark.parametrize("kind", KINDS)
def test_program_that_is_absent_is_missing(kind, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    (missing,) = find_missing(kind)

    assert missing.what == "the program ffmpeg"
    assert "apt-get install ffmpeg" in missing.do


@pytest.fixture
def pretend(monkeypatch, tmp_path):
    """Put a script in the place of the program."""

    def pretend(script: str) -> None:
        program = tmp_path / "ffmpeg"
        program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    return pretend


def test_build_of_the_extra_comes_before_that_of_the_path(pretend, monkeypatch, tmp_path):
    pretend("exit 3")
    bundled = tmp_path / "bundled"
    bundled.write_text("#!/bin/sh\necho Encoder libx264\n", "utf-8")
    bundled.chmod(0o755)
    package = ModuleType(ffmpeg.PACKAGE)
    package.__spec__ = ModuleSpec(ffmpeg.PACKAGE, None)
    package.get_ffmpeg_exe = lambda: str(bundled)
    monkeypatch.setitem(sys.modules, ffmpeg.PACKAGE, package)

    assert find_program() == str(bundled)
    assert find_missing("mp4") == []


def test_build_without_the_encoder_is_missing_it(pretend):
    pretend("echo \"Codec 'libx264' is not recognized by FFmpeg.\"")
    (missing,) = find_missing("mp4")

    assert missing.what == "the encoder libx264 of ffmpeg"


def test_program_that_fails_ends_the_run_in_words(pretend):
    pretend("echo a name of a file >&2; exit 3")
    with pytest.raises(UnavailableError, match=r"ffmpeg ended with status 3$") as caught:
        _encode("mp4", _picture())

    assert "name" not in caught.value.message + caught.value.hint


def test_full_disk_is_a_reason_to_come_back(pretend):
    pretend("echo 'av_interleaved_write_frame(): No space left on device' >&2; exit 1")
    with pytest.raises(TemporaryError, match="no room"):
        _encode("mp4", _picture())


def test_temporary_file_that_has_no_place_is_a_reason_to_come_back(monkeypatch):
    def refuse():
        raise FileNotFoundError

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    with pytest.raises(TemporaryError, match="no folder"):
        _encode("mp4", _picture())


def test_program_ends_with_a_run_that_is_stopped(monkeypatch):
    started = []
    start = subprocess.Popen

    def remember(*args, **settings):
        started.append(start(*args, **settings))
        return started[-1]

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(ffmpeg.subprocess, "Popen", remember)
    monkeypatch.setattr(ffmpeg, "_feed", stop)
    with pytest.raises(KeyboardInterrupt):
        _encode("mp4", _picture())

    assert [process.returncode for process in started] == [-9]


# --- What a record has to have -------------------------------------------------------------------


def _track(**members):
    face = {"role": "t", "fps": 25.0, "channels": "arkit-52", "unit": "weight", "frames": 2}
    return face | members


@pytest.fixture
def frames(tmp_path):
    """Look the frames up of a record whose array is this one."""

    def frames(pixels, **members) -> Frames:
        np.save(tmp_path / "a.npy", pixels)
        asset = {"uri": "a.npy", "media_type": "application/x-npy"}
        tracks = {"face": _track(frames=len(pixels))}
        record = {"id": "a", "assets": {"frames": asset}, "tracks": tracks, **members}
        parsed = Record.parse(orjson.dumps(record), (Assets, Tracks, Expression))
        return read_frames(parsed, FilmConfig(), Places({"": tmp_path}))

    return frames


def test_frames_have_the_rate_of_the_track(frames):
    found = frames(_picture())

    assert found.fps == 25.0
    assert (np.stack(list(found)) == _picture()).all()


def test_file_is_let_go_before_more_of_it_is_read(monkeypatch):
    monkeypatch.setattr("dataset_io.exports.frames._BYTES_MAPPED", 2 * 48 * 64 * 3)
    opened = []

    def lay_out():
        opened.append(len(opened))
        return _picture(frames=9)

    assert (np.stack(list(iter(Frames(lay_out, 25.0)))) == _picture(frames=9)).all()
    assert len(opened) == 1 + 5


@pytest.mark.parametrize("held", [1, 10_000, 10**9])
def test_every_second_picture_is_shown_however_many_are_held(monkeypatch, held):
    monkeypatch.setattr("dataset_io.exports.frames._BYTES_MAPPED", held)
    pixels = _picture(frames=9)
    half = Frames(lambda: pixels, 60.0).slow_down(50.0)

    assert (np.stack(list(half)) == pixels[::2]).all()
    assert (len(half), half.fps) == (5, 30.0)


@pytest.mark.parametrize("fps", [1e-9, 1e6])
def test_rate_that_no_film_has_is_refused(frames, fps):
    with pytest.raises(RecordError, match="/tracks/face/fps") as caught:
        frames(_picture(), tracks={"face": _track(fps=fps, frames=6)})

    assert caught.value.reason == "missing-field"


def test_record_without_frames_is_told_what_draws_them(frames):
    with pytest.raises(RecordError, match="`photomaker-gen render` draws") as caught:
        frames(_picture(), assets={})

    assert caught.value.reason == "missing-role"


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((2, 4, 4), "u1"),
        np.zeros((2, 4, 4, 4), "u1"),
        np.zeros((2, 4, 4, 3), "f4"),
        np.zeros((2, 4, 4, 3), "i1"),
        np.zeros((2, 1, 16_386, 3), "u1"),
        np.zeros((1, 8193, 4416, 3), "u1"),
        np.zeros((1, 0, 4, 3), "u1"),
    ],
    ids=["grey", "transparent", "fractions", "signed", "too wide", "too large", "empty"],
)
def test_array_that_holds_no_frames_is_refused(frames, pixels):
    with pytest.raises(RecordError) as caught:
        frames(pixels)

    assert caught.value.reason == "asset-mismatch"


def test_pictures_that_are_not_one_for_each_frame_of_the_track_are_refused(frames):
    with pytest.raises(RecordError, match="6 pictures are not the 121 frames at 60 a") as caught:
        frames(_picture(), tracks={"face": _track(fps=60.0, frames=121)})

    assert caught.value.reason == "asset-mismatch"


def test_pictures_of_another_rate_than_the_track_are_refused(frames):
    asset = {"uri": "a.npy", "media_type": "application/x-npy", "fps": 30.0}
    with pytest.raises(RecordError, match="6 pictures at 30 a second are not") as caught:
        frames(_picture(), assets={"frames": asset})

    assert caught.value.reason == "asset-mismatch"
    assert frames(_picture(), assets={"frames": asset | {"fps": 25.0}}).fps == 25.0


def test_largest_picture_is_one_that_the_encoder_takes():
    pixels = np.zeros((1, 8192, 4352, 3), "u1")

    assert _encode("mp4", pixels).startswith(b"\0\0\0 ftyp")
