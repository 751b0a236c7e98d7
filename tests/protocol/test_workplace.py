"""Names of a run's files, and the lock that keeps a second run away from them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from affectory_protocol.errors import TemporaryError, UsageError
from affectory_protocol.settings import Settings
from affectory_protocol.workplace import Lock, Paths, is_wire, refuse_overlap

HOLD = """
import sys
from pathlib import Path
from affectory_protocol.workplace import Lock
Lock(Path(sys.argv[1])).acquire()
print("held", flush=True)
sys.stdin.read()
"""


# names ----------------------------------------------------------------------------------------


def test_files_of_a_run_lie_beside_its_output():
    paths = Paths(Settings(output="out/a.jsonl"))
    assert paths.rejects == Path("out/a.jsonl.rejects.jsonl")
    assert paths.dropped == Path("out/a.jsonl.dropped.jsonl")
    assert paths.receipt == Path("out/a.jsonl.run.json")
    assert paths.journal == Path("out/a.jsonl.journal")
    assert paths.lock == Path("out/a.jsonl.lock")


def test_files_of_a_run_go_where_they_are_named():
    settings = Settings(output="a.jsonl", rejects="r", dropped="d", receipt="run")
    paths = Paths(settings)
    assert (paths.rejects, paths.dropped, paths.receipt) == (Path("r"), Path("d"), Path("run"))


def test_every_folder_with_a_new_name_is_synced():
    settings = Settings(output="o/a", rejects="r/a", dropped="d/a", receipt="p/a")
    assert Paths(settings).folders() == {Path("o"), Path("r"), Path("d"), Path("p")}


# wires ----------------------------------------------------------------------------------------


def test_standard_output_is_a_wire():
    assert is_wire("-")


def test_device_is_a_wire():
    assert is_wire("/dev/null")


def test_named_pipe_is_a_wire(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    assert is_wire(str(tmp_path / "pipe"))


def test_file_is_no_wire_whether_it_is_there_or_not(tmp_path):
    (tmp_path / "old").touch()
    assert not is_wire(str(tmp_path / "old"))
    assert not is_wire(str(tmp_path / "new"))


def test_folder_is_a_usage_error(tmp_path):
    with pytest.raises(UsageError):
        is_wire(str(tmp_path))


# overlap --------------------------------------------------------------------------------------


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("in.jsonl", "out.jsonl.rejects.jsonl", "out.jsonl.run.json"):
        (tmp_path / name).touch()
    (tmp_path / "link").symlink_to("in.jsonl")
    os.link(tmp_path / "in.jsonl", tmp_path / "hard")
    return tmp_path


@pytest.mark.parametrize("output", ["in.jsonl", "./in.jsonl", "link", "hard"])
def test_output_that_is_an_input_is_refused(here, output):
    with pytest.raises(UsageError, match="also an input"):
        refuse_overlap(Settings(output=output), ["in.jsonl"])


@pytest.mark.parametrize("option", ["rejects", "dropped", "receipt"])
def test_side_output_that_is_an_input_is_refused(here, option):
    with pytest.raises(UsageError, match="also an input"):
        refuse_overlap(Settings(output="out.jsonl", **{option: "in.jsonl"}), ["in.jsonl"])


@pytest.mark.parametrize("name", ["out.jsonl.rejects.jsonl", "out.jsonl.run.json"])
def test_input_in_the_place_of_a_side_output_that_was_not_named_is_refused(here, name):
    """As in: manifest retry out.jsonl.rejects.jsonl -o out.jsonl."""
    with pytest.raises(UsageError, match="also an input"):
        refuse_overlap(Settings(output="out.jsonl"), [name])


@pytest.mark.parametrize(
    "settings",
    [
        Settings(output="a", rejects="a"),
        Settings(output="a", rejects="b", receipt="./b"),
        Settings(output="-", rejects="b", dropped="b"),
        Settings(output="a", rejects="a.run.json"),
        Settings(output="a", receipt="a.rejects.jsonl"),
    ],
)
def test_two_outputs_in_one_place_are_refused(here, settings):
    with pytest.raises(UsageError, match="same path"):
        refuse_overlap(settings, [])


@pytest.mark.parametrize(
    "settings",
    [
        Settings(output="out.jsonl"),
        Settings(),
        Settings(output="/dev/null", rejects="/dev/null"),
        Settings(output="out.jsonl", rejects="/dev/null", receipt="r"),
    ],
)
def test_outputs_of_their_own_are_accepted(here, settings):
    refuse_overlap(settings, ["in.jsonl", "absent.jsonl"])


# lock -----------------------------------------------------------------------------------------


def test_lock_is_gone_after_its_release(tmp_path):
    lock = Lock(tmp_path / "a.lock")
    lock.acquire()
    assert (tmp_path / "a.lock").exists()
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_lock_left_by_a_dead_process_is_taken(tmp_path):
    (tmp_path / "a.lock").write_text("999999\n")
    lock = Lock(tmp_path / "a.lock")
    lock.acquire()
    assert (tmp_path / "a.lock").read_text() == f"{os.getpid()}\n"
    lock.release()


def test_second_run_is_refused_and_told_who_holds_the_lock(tmp_path):
    words = [sys.executable, "-c", HOLD, str(tmp_path / "a.lock")]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(TemporaryError, match=f"process {holder.pid}") as refused:
            Lock(tmp_path / "a.lock").acquire()
        holder.communicate(b"")
    assert refused.value.exit_status == 75


def test_release_without_a_lock_does_nothing(tmp_path):
    (tmp_path / "a.lock").touch()
    Lock(tmp_path / "a.lock").release()
    assert (tmp_path / "a.lock").exists()


def test_lock_in_a_folder_that_is_missing_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        Lock(tmp_path / "missing" / "a.lock").acquire()
