"""The same command again, another command into the same output, two commands at once."""

import fcntl
import os
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from affectory_protocol.errors import TemporaryError
from affectory_protocol.workplace import Lock
from cases import MAP, SINK, case_named, cases, good_lines, join

MANIFEST_READERS = cases(lambda c: c.reads_manifest)


def _times(folder):
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("case", cases(), ids=str)
def test_finished_run_is_up_to_date_and_nothing_is_touched(trial):
    trial.run_to_file().ok()
    before = _times(trial.work)
    again = trial.run_to_file().ok()

    assert "up to date" in again.stderr
    assert again.stdout == b""
    assert _times(trial.work) == before


def _left_again(trial, first):
    """What lies there, but for what a sink stored in an earlier run, of all that it read then."""
    left = trial.left()
    if trial.case.kind != SINK:
        return left
    return replace(left, assets={n: c for n, c in left.assets.items() if n in first.left.assets})


@pytest.mark.parametrize("case", cases(), ids=str)
def test_changed_option_is_refused_by_name_or_begun_again(trial, first):
    trial.run_to_file("--limit", 5).ok()
    before = _times(trial.work)
    refused = trial.run_to_file()

    assert refused.status == 2
    assert "--limit" in refused.stderr
    assert "--restart if-changed" in refused.stderr
    assert _times(trial.work) == before

    trial.run_to_file("--restart", "if-changed").ok()

    assert _left_again(trial, first) == first.left
    assert trial.left().receipt["resumed"] == 0


@pytest.mark.parametrize("case", cases(), ids=str)
def test_changed_option_is_refused_while_an_output_is_held_back(trial, first):
    assert trial.run_to_file("--limit", 10, "--max-rejects", "0").status == 3
    refused = trial.run_to_file("--max-rejects", "0")

    assert refused.status == 2
    assert "--limit" in refused.stderr

    trial.run_to_file("--restart", "if-changed").ok()

    assert _left_again(trial, first) == first.left


@pytest.mark.parametrize("case", MANIFEST_READERS, ids=str)
@pytest.mark.parametrize("end", ["finished", "held back"])
def test_changed_input_is_refused_or_begun_again(trial, first, end):
    content = trial.input.read_bytes()
    trial.input.write_bytes(content.replace(b'"r3"', b'"R3"'))
    trial.run_to_file(*(["--max-rejects", "0"] if end == "held back" else []))
    trial.input.write_bytes(content)
    refused = trial.run_to_file()

    assert refused.status == 2
    assert "differs in: input" in refused.stderr

    trial.run_to_file("--restart", "if-changed").ok()

    left = trial.left()

    assert (left.output, left.rejects) == (first.left.output, first.left.rejects)
    assert left.dropped == first.left.dropped


@pytest.mark.parametrize("case", MANIFEST_READERS, ids=str)
def test_longer_input_is_refused_once_the_output_is_there(trial, first):
    content = trial.input.read_bytes()
    trial.input.write_bytes(content[: content.index(b'{"id":"r6"')])
    trial.run_to_file().ok()
    trial.input.write_bytes(content)
    refused = trial.run_to_file()

    assert refused.status == 2
    assert "differs in: input" in refused.stderr

    trial.run_to_file("--restart", "always").ok()

    assert _left_again(trial, first) == first.left


@pytest.mark.parametrize("case", cases(lambda c: c.kind == SINK), ids=str)
def test_sink_that_was_held_back_is_not_published_beside_a_longer_input(trial, first):
    content = trial.input.read_bytes()
    trial.input.write_bytes(content[: content.index(b'{"id":"r6"')])
    assert trial.run_to_file("--max-rejects", "0").status == 3
    trial.input.write_bytes(content)

    assert trial.run_to_file().status == 2

    trial.run_to_file("--restart", "if-changed").ok()

    assert _left_again(trial, first) == first.left


@pytest.mark.parametrize("case", cases(lambda c: not c.reads_manifest), ids=str)
def test_changed_file_of_a_source_is_refused(trial):
    trial.run_to_file().ok()
    changed = next(path for path in sorted(trial.data.rglob("*")) if _is_argument(trial, path))
    changed.write_bytes(changed.read_bytes() + b"\n")
    refused = trial.run_to_file()

    assert refused.status == 2
    assert "differs in: " in refused.stderr


def _is_argument(trial, path):
    named = [word for word in trial.words() if word.startswith(str(trial.data))]
    return path.is_file() and any(str(path).startswith(word) for word in named)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_output_of_nobody_is_not_overwritten(trial):
    trial.output.write_bytes(b"precious\n")
    refused = trial.run_to_file()

    assert refused.status == 2
    assert trial.output.read_bytes() == b"precious\n"


@pytest.mark.parametrize("case", cases(), ids=str)
def test_changed_output_is_refused(trial, first):
    trial.run_to_file().ok()
    trial.output.write_bytes(first.left.output + b"{}\n")

    assert trial.run_to_file().status == 2

    trial.run_to_file("--restart", "if-changed").ok()

    assert trial.left() == first.left


def test_restart_always_computes_again(try_case):
    trial = try_case(case_named("toy shout"))
    trial.run_to_file().ok()
    before = _times(trial.work)
    trial.run_to_file("--restart", "always").ok()

    assert _times(trial.work).keys() == before.keys()
    assert _times(trial.work) != before


def _twin(path, kind):
    twin = path.with_name("twin")
    if kind == "the same":
        return path
    if kind == "a hard link":
        os.link(path, twin)
    else:
        twin.symlink_to(path)
    return twin


@pytest.mark.parametrize("case", cases(), ids=str)
@pytest.mark.parametrize("kind", ["the same", "a hard link", "a symbolic link"])
def test_output_that_is_an_input_is_refused(trial, case, kind):
    words = trial.words()
    named = trial.input if case.reads_manifest else None
    for word in words if named is None else []:
        if word.startswith(str(trial.data)) and Path(word).is_file():
            named = Path(word)
    if named is None:  # a folder is the input, and none of its files may be the output
        named = next(path for path in sorted(trial.data.rglob("*.png")))
    before = named.read_bytes()
    refused = trial.run_to_file(output=_twin(named, kind))

    assert refused.status == 2
    assert named.read_bytes() == before


@pytest.mark.parametrize("option", ["--rejects", "--receipt"])
def test_two_outputs_in_one_place_are_refused(try_case, option):
    trial = try_case(case_named("toy shout"))
    refused = trial.run_to_file(option, trial.output)

    assert refused.status == 2
    assert not trial.output.exists()


@pytest.mark.parametrize("option", ["--rejects", "--receipt"])
def test_side_stream_that_is_the_input_is_refused(try_case, option):
    trial = try_case(case_named("toy shout"))
    before = trial.input.read_bytes()

    assert trial.run_to_file(option, trial.input).status == 2
    assert trial.input.read_bytes() == before


@pytest.mark.parametrize("case", cases(), ids=str)
def test_lock_that_is_held_is_named(trial):
    lock = trial.work / "out.jsonl.lock"
    with lock.open("w") as file:
        file.write("12345\n")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        done = trial.run_to_file()

    assert done.status == 75
    assert "12345" in done.stderr
    assert "Traceback" not in done.stderr


def test_second_run_on_the_same_output_waits_for_nobody(try_case, first_of):
    case = case_named("toy shout")
    trial = try_case(case)
    running = trial.start("-o", trial.output, "--max-rejects", "100%", "--delay", "0.3")
    _wait_for(trial.work / "out.jsonl.part")
    second = trial.run_to_file()
    done = running.wait()

    assert second.status == 75
    assert str(running.pid) in second.stderr
    done.ok()
    assert trial.left() == first_of(case).left
    assert not (trial.work / "out.jsonl.lock").exists()


def _wait_for(path):
    until = time.monotonic() + 30
    while not path.exists() or not path.stat().st_size:
        assert time.monotonic() < until
        time.sleep(0.01)


def test_lock_file_of_a_dead_run_is_no_obstacle(try_case):
    trial = try_case(case_named("toy shout"))
    (trial.work / "out.jsonl.lock").write_text("999999\n")

    trial.run_to_file().ok()


def test_lock_on_a_file_that_its_holder_has_removed_is_taken_again(tmp_path, monkeypatch):
    path = tmp_path / "f.lock"
    flock, locked = fcntl.flock, []

    def late(descriptor, operation):
        if not locked:
            path.unlink()
        locked.append(descriptor)
        flock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", late)
    lock = Lock(path)
    lock.acquire()

    assert path.read_text() == f"{os.getpid()}\n"
    with pytest.raises(TemporaryError):
        Lock(path).acquire()
    lock.release()
    assert not path.exists()


def _interrupt(trial, *words, content):
    running = trial.start(*words, "--delay", "0.2", "--checkpoint-seconds", "0", stdin=content)
    _wait_for(trial.work / "out.jsonl.part")
    running.kill(signal.SIGTERM)
    assert running.wait().status == 143


@pytest.mark.parametrize("name", ["toy shout", "toy short", "toy draw", "toy sum-up"])
def test_pipe_from_the_start_again_is_checked_and_skipped(try_case, first_of, name):
    case = case_named(name)
    trial = try_case(case)
    content = trial.input.read_bytes()
    words = ["-i", "-", "-o", trial.output, "--max-rejects", "100%"]
    if case.kind == SINK:
        assert trial.run(*words[:4], stdin=content).status == 3
    else:
        _interrupt(trial, *words, content=content)
    trial.run(*words, stdin=content).ok()

    assert trial.left() == first_of(case).left
    assert trial.left().receipt["resumed"] == 1


@pytest.mark.parametrize("restart", ["never", "if-changed"])
def test_another_pipe_is_refused(try_case, restart):
    trial = try_case(case_named("toy shout"))
    content = trial.input.read_bytes()
    words = ["-i", "-", "-o", trial.output, "--max-rejects", "100%"]
    _interrupt(trial, *words, content=content)
    refused = trial.run(*words, "--restart", restart, stdin=content.replace(b'"r0"', b'"R0"'))

    assert refused.status == 2
    assert "input" in refused.stderr


def test_input_that_moved_is_the_same_input(try_case):
    trial = try_case(case_named("toy shout"))
    trial.run_to_file().ok()
    moved = trial.data / "moved.jsonl"
    shutil.move(trial.input, moved)

    assert "up to date" in trial.run_to_file(source=moved).ok().stderr


@pytest.mark.parametrize(
    "case", [c for c in cases() if c.kind == MAP and c.is_deterministic], ids=str
)
def test_run_goes_on_where_a_shorter_input_ended(trial, case):
    source = trial.data / "growing.jsonl"
    lines = good_lines(case)
    source.write_bytes(join([*lines[:9], b"{"]))
    assert trial.run_to_file("--max-rejects", "0", source=source).status == 3
    source.write_bytes(join([*lines[:9], b"{", *lines[9:]]))
    trial.run_to_file("--max-rejects", "1", source=source).ok()
    resumed = trial.left()
    trial.run_to_file("--restart", "always", source=source).ok()

    assert resumed == trial.left()


@pytest.mark.parametrize("case", cases(lambda c: c.kind == SINK), ids=str)
def test_sink_that_failed_without_its_file_holds_nothing_against_other_options(trial, case):
    cut_short = join(good_lines(case))[:-1]
    failed = trial.run_to_file("-i", "-", stdin=cut_short)

    assert failed.status == 1
    assert {path.name for path in trial.work.iterdir()} == {"assets"}
    assert trial.run_to_file("--limit", 5).status == 0
