"""Standard output is the wire; pipes, FIFOs and devices are as good as files."""

import json
import os
import pty
import threading
from pathlib import Path

import orjson
import pytest
from cases import DERIVE, FILTER, MAP, case_named, cases, good_lines, join, of_kind

READING = cases(lambda c: c.reads_manifest)
CALM = cases(lambda c: c.verb != "chatter")


@pytest.fixture
def tolerant(trial):
    """Options that let rejects of a run into a pipe go to a file."""
    return ["--rejects", trial.work / "rejects.jsonl", "--max-rejects", "100%"]


@pytest.mark.parametrize("case", cases(), ids=str)
def test_pipe_gets_what_a_file_gets(trial, first, tolerant):
    done = trial.run(*tolerant, "--receipt", trial.work / "receipt.json").ok()
    receipt = json.loads((trial.work / "receipt.json").read_bytes())

    assert done.stdout == first.left.output
    assert (trial.work / "rejects.jsonl").read_bytes() == first.left.rejects
    assert receipt["counts"] == first.left.counts
    assert trial.left().assets == first.left.assets


@pytest.mark.parametrize("case", READING, ids=str)
def test_pipe_is_read_as_a_file_is(trial, first, tolerant):
    content = trial.input.read_bytes()
    done = trial.run("-i", "-", *tolerant, stdin=content).ok()

    assert done.stdout == first.left.output
    assert (trial.work / "rejects.jsonl").read_bytes() == first.left.rejects


@pytest.mark.parametrize("case", cases(lambda c: c.has("--dropped")), ids=str)
def test_dropped_records_go_where_they_are_named(trial, first, tolerant):
    trial.run(*tolerant, "--dropped", trial.work / "dropped.jsonl").ok()

    assert (trial.work / "dropped.jsonl").read_bytes() == first.left.dropped


@pytest.mark.parametrize("case", cases(), ids=str)
def test_run_into_a_file_says_nothing_on_standard_output(first):
    assert first.done.stdout == b""


def test_noise_of_libraries_stays_off_the_wire(try_case):
    trial = try_case(case_named("toy chatter"))
    source = trial.data / "good.jsonl"
    source.write_bytes(join(good_lines(trial.case)))
    done = trial.run(source=source).ok()

    assert [orjson.loads(line)["id"] for line in done.stdout.splitlines()]
    for noise in ("a banner", "a bar", "a child"):
        assert noise in done.stderr


def _devices():
    return {path.name for path in Path("/dev").iterdir()}


@pytest.mark.parametrize("case", cases(), ids=str)
def test_device_takes_the_output_and_nothing_lies_beside_it(trial, tolerant):
    before = _devices()
    trial.run(*tolerant, "-o", "/dev/null").ok()

    assert _devices() == before


@pytest.mark.parametrize("case", cases(), ids=str)
def test_fifo_takes_the_output(trial, first, tolerant):
    fifo = trial.work / "fifo"
    os.mkfifo(fifo)
    read = []
    thread = threading.Thread(target=lambda: read.append(fifo.read_bytes()))
    thread.start()
    trial.run(*tolerant, "-o", fifo).ok()
    thread.join()

    assert read == [first.left.output]
    assert sorted(p.name for p in trial.work.iterdir()) == ["assets", "fifo", "rejects.jsonl"]


@pytest.mark.parametrize("case", CALM, ids=str)
def test_reader_that_goes_away_is_a_quiet_success(trial, tolerant):
    reader, writer = os.pipe()
    os.close(reader)
    done = trial.run(*tolerant, "--quiet", stdout=writer)
    os.close(writer)

    assert (done.status, done.stderr) == (0, "")


@pytest.mark.parametrize("case", READING, ids=str)
def test_pipe_that_ends_in_the_middle_of_a_line_is_a_failure(trial):
    content = join(good_lines(trial.case))
    done = trial.run("-i", "-", stdin=content[:-9])

    assert done.status == 1
    assert "error: the input ends in the middle of a line" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", READING, ids=str)
def test_truncated_pipe_publishes_nothing_and_the_whole_one_goes_on(trial):
    content = join(good_lines(trial.case))
    words = ["-i", "-", "-o", trial.output]

    assert trial.run(*words, stdin=content[:-1]).status == 1
    assert not trial.output.exists()

    trial.run(*words, stdin=content).ok()
    resumed = trial.left()
    trial.run(*words, "--restart", "always", stdin=content).ok()

    assert resumed == trial.left()


@pytest.mark.parametrize("case", of_kind(MAP, FILTER, DERIVE), ids=str)
def test_empty_pipe_is_an_empty_manifest(trial):
    done = trial.run("-i", "-", stdin=b"").ok()

    assert done.stdout == b""


@pytest.mark.parametrize("case", READING, ids=str)
def test_terminal_without_input_is_answered_with_help(trial):
    ours, theirs = pty.openpty()
    words = trial.case.words
    done = trial._zygote.run(trial.case.command, *words, folder=trial.cwd, stdin=theirs)
    os.close(ours)
    os.close(theirs)

    assert (done.status, done.stdout) == (2, b"")
    assert "Usage" in done.stderr


@pytest.mark.parametrize("case", cases(), ids=str)
def test_progress_as_json_holds_counts(trial, first):
    done = trial.run_to_file("--progress", "json").ok()
    lines = [line for line in done.stderr.splitlines() if line.startswith("{")]
    last = json.loads(lines[-1])["progress"]

    assert {name: last[name] for name in first.left.counts} == first.left.counts


@pytest.mark.parametrize("case", CALM, ids=str)
def test_quiet_says_nothing(trial):
    assert trial.run_to_file("--quiet").ok().stderr == ""


def test_bar_does_not_touch_the_wire(try_case, first_of):
    case = case_named("toy shout")
    trial = try_case(case)
    rejects = trial.work / "rejects"
    done = trial.run("--progress", "bar", "--rejects", rejects, "--max-rejects", "100%").ok()

    assert done.stdout == first_of(case).left.output
