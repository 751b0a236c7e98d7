"""Tracks and films from the command line: one record, several, none, and no program."""

import csv
import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

SAMPLES = Path(__file__).resolve().parents[2] / "samples/livelink"
KINDS = ["livelink-csv", "mp4", "gif"]


@pytest.fixture
def moving(tmp_path):
    """A manifest of records with a track and frames, below the test's folder."""

    def moving(count: int, **members) -> Path:
        lines = []
        for number in range(count):
            np.save(tmp_path / f"t{number}.npy", np.full((3, 52), number / 8, "f4"))
            np.save(tmp_path / f"f{number}.npy", np.full((3, 16, 16, 3), 40 * number, "u1"))
            assets = {
                role: {"uri": f"{role[0]}{number}.npy", "media_type": "application/x-npy"}
                for role in ("track", "frames")
            }
            face = {"role": "track", "fps": 25.0, "channels": "arkit-52", "unit": "weight"}
            record = {
                "id": f"r{number}",
                "assets": assets,
                "tracks": {"face": {**face, "frames": 3}},
            }
            lines.append(json.dumps(record | members) + "\n")
        path = tmp_path / "moving.jsonl"
        path.write_text("".join(lines), "utf-8")
        return path

    return moving


@pytest.mark.parametrize("kind", KINDS)
def test_file_of_one_record_is_the_output(dataset_io, moving, tmp_path, kind):
    done = dataset_io("export", kind, "-i", moving(1), "-o", "out")
    piped = dataset_io("export", kind, "-i", moving(1))

    assert done.returncode == piped.returncode == 0
    assert (tmp_path / "out").read_bytes() == piped.stdout
    starts = {"livelink-csv": b"Timecode,", "mp4": b"\0\0\0 ftyp", "gif": b"GIF89a"}
    assert piped.stdout.startswith(starts[kind])
    assert not (tmp_path / "out.assets").exists()


@pytest.mark.parametrize("kind", KINDS)
def test_files_of_several_records_are_listed(dataset_io, moving, tmp_path, kind):
    done = dataset_io("export", kind, "-i", moving(3), "-o", "out", "--assets", "files")
    listed = list(csv.DictReader((tmp_path / "out").read_text("utf-8").splitlines()))

    assert done.returncode == 0, done.stderr
    assert [one["id"] for one in listed] == ["r0", "r1", "r2"]
    assert {(one["fps"], one["frames"]) for one in listed} == {("25.0", "3")}
    for one in listed:
        content = (tmp_path / "files" / one["file"]).read_bytes()
        assert Path(one["file"]).stem == hashlib.sha256(content).hexdigest()


def test_files_of_several_records_need_a_folder_beside_a_pipe(dataset_io, moving):
    done = dataset_io("export", "livelink-csv", "-i", moving(2))

    assert (done.returncode, done.stdout) == (2, b"")
    assert b"--assets" in done.stderr


def test_list_of_no_records_is_empty(dataset_io, moving):
    assert dataset_io("export", "livelink-csv", "-i", moving(0)).stdout == b"id,file,fps,frames\r\n"


def test_pose_that_stands_still_is_rejected(dataset_io, moving, tmp_path):
    weights = {"blendshapes": {"layout": "arkit-52", "weights": [0.0] * 52}}
    manifest = moving(1, tracks=None, expression=weights)
    done = dataset_io("export", "livelink-csv", "-i", manifest, "-o", "out.csv")
    reject = json.loads((tmp_path / "out.csv.rejects.jsonl").read_bytes())

    assert done.returncode == 3
    assert reject["reason"] == "missing-section"
    assert "photomaker-gen animate" in reject["message"]


@pytest.mark.parametrize("kind", ["mp4", "gif"])
def test_film_without_the_program_says_what_to_install(
    dataset_io, moving, monkeypatch, tmp_path, kind
):
    manifest = moving(1)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = dataset_io("export", kind, "-i", manifest, "-o", "out")
    checked = dataset_io("check", "export", kind)

    assert (done.returncode, checked.returncode) == (4, 4)
    assert b"the program ffmpeg" in done.stderr
    assert b"apt-get install ffmpeg" in done.stderr
    assert b"the program ffmpeg" in checked.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", ["mp4", "gif"])
def test_film_that_is_finished_needs_no_program(dataset_io, moving, monkeypatch, tmp_path, kind):
    words = ("export", kind, "-i", moving(1), "-o", "out")
    dataset_io(*words)
    monkeypatch.setenv("PATH", str(tmp_path))
    again = dataset_io(*words)

    assert again.returncode == 0
    assert b"up to date" in again.stderr


def test_other_track_and_role_may_be_asked_for(dataset_io, moving, tmp_path):
    track = {"role": "track", "fps": 50.0, "channels": "arkit-52", "unit": "weight", "frames": 3}
    manifest = moving(1, tracks={"head": track})
    words = ("-i", manifest, "--track", "head")
    recording = dataset_io("export", "livelink-csv", *words).stdout.decode().splitlines()
    refused = dataset_io("export", "mp4", *words, "--role", "track", "-o", "out")

    assert [row.split(",")[0][-6:] for row in recording[1:]] == ["00.000", "01.200", "02.400"]
    assert refused.returncode == 3
    assert json.loads((tmp_path / "out.rejects.jsonl").read_bytes())["reason"] == "asset-mismatch"


@pytest.mark.parametrize("option", ["--track", "--role"])
def test_name_that_is_none_is_a_mistake_of_usage(dataset_io, moving, option):
    done = dataset_io("export", "mp4", "-i", moving(1), option, "No Name")

    assert done.returncode == 2
    assert option.encode() in done.stderr


def test_recording_is_brought_in_with_its_array(dataset_io, tmp_path):
    done = dataset_io("import", "livelink-csv", SAMPLES / "smile.csv", "-o", "take.jsonl")
    record = json.loads((tmp_path / "take.jsonl").read_bytes())
    asset = record["assets"]["face_track"]
    values = np.load(tmp_path / "take.jsonl.assets" / asset["uri"].partition(":")[2])

    assert done.returncode == 0
    assert record["tracks"]["face"]["fps"] == 60.0
    assert list(values.shape) == asset["shape"] == [40, 61]


def test_recording_with_gaps_is_taken_when_they_are_held(dataset_io, tmp_path):
    refused = dataset_io("import", "livelink-csv", SAMPLES / "glance.csv", "-o", "a.jsonl")
    held = dataset_io(
        "import", "livelink-csv", SAMPLES / "glance.csv", "-o", "b.jsonl", "--gaps", "hold"
    )

    assert (refused.returncode, held.returncode) == (3, 0)
    assert b"3 of 13 frames" in refused.stderr
    assert json.loads((tmp_path / "b.jsonl").read_bytes())["tracks"]["face"]["frames"] == 13


def test_new_arrays_need_a_folder_beside_a_pipe(dataset_io):
    done = dataset_io("import", "livelink-csv", SAMPLES / "smile.csv")

    assert done.returncode == 2
    assert b"--assets" in done.stderr
