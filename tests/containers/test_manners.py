"""The manners of the protocol, of every verb in its image: hardened and without a network."""

import fcntl
import json
import os

import pytest
from cases import SINK, cases, describe, good_lines, join
from commands import TOY, find_tools

FULL = {
    "dataset-io export hf": "pyarrow",
    "dataset-io export mp4": "ffmpeg",
    "dataset-io export gif": "ffmpeg",
}
"""Cases that need more than the light image, and what it lacks for them."""

CASES = [case for case in cases() if case.command != TOY and str(case) not in FULL]
READING = [case for case in CASES if case.reads_manifest]
EACH = list({case.command: case for case in reversed(CASES)}.values())
"""One case of each command, its first, for what the image decides and not the verb.

What is so of a verb anywhere is asked of every verb without an image.
"""
EACH_READING = list({case.command: case for case in reversed(READING)}.values())
MACHINE = ("versions",)
"""Members of a receipt that tell of the machine, not of the run: which Python it has."""


@pytest.fixture
def tolerant(trial):
    """Options that let rejects of a run into a pipe go to a file."""
    return ["--rejects", trial.work / "rejects.jsonl", "--max-rejects", "100%"]


# A run into a file -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES, ids=str)
def test_files_are_those_of_a_run_without_an_image(first, local):
    assert first.left == local.left


@pytest.mark.parametrize("case", CASES, ids=str)
def test_receipt_is_that_of_a_run_without_an_image(first, local):
    ours, theirs = first.left.without_times(), local.left.without_times()

    assert {n: v for n, v in ours.items() if n not in MACHINE} == {
        n: v for n, v in theirs.items() if n not in MACHINE
    }
    for name in set(theirs["versions"]) - {"python"}:
        assert ours["versions"][name] == theirs["versions"][name]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_standard_output_says_nothing_beside_a_file(first):
    assert first.done.stdout == b""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_files_belong_to_the_user_and_no_part_is_left(first):
    files = [path for path in first.trial.work.rglob("*") if path.is_file()]

    assert {path.stat().st_uid for path in files} == {os.getuid()}
    assert [path.name for path in files if path.name.endswith((".part", ".journal", ".lock"))] == []


@pytest.mark.parametrize("case", EACH, ids=str)
def test_same_command_again_is_up_to_date(first):
    done = first.trial.run_to_file().ok()

    assert "up to date" in done.stderr
    assert first.trial.left() == first.left


@pytest.mark.parametrize("case", EACH, ids=str)
def test_output_is_held_back_when_rejects_are_too_many(trial, first):
    done = trial.run_to_file("--max-rejects", "0")
    left = trial.left()

    if first.left.counts["rejected"]:
        assert (done.status, left.output) == (3, None)
        assert left.rejects == first.left.rejects
    else:
        assert (done.status, left.output) == (0, first.left.output)


@pytest.mark.parametrize("case", EACH, ids=str)
def test_lock_that_another_holds_is_temporary(trial):
    with (trial.work / "out.jsonl.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = trial.run_to_file()

    assert (done.status, done.stdout) == (75, b"")
    assert trial.left().output is None


# A run into a pipe -------------------------------------------------------------------------------


@pytest.mark.parametrize("case", EACH, ids=str)
def test_pipe_gets_what_a_file_gets(trial, first, tolerant):
    if trial.case.reads_manifest:
        done = trial.run("-i", "-", *tolerant, stdin=trial.input.read_bytes()).ok()
    else:
        done = trial.run(*tolerant).ok()

    assert done.stdout == first.left.output
    assert (trial.work / "rejects.jsonl").read_bytes() == first.left.rejects


@pytest.mark.parametrize("case", EACH_READING, ids=str)
def test_pipe_that_ends_in_the_middle_of_a_line_is_a_failure(trial):
    done = trial.run("-i", "-", stdin=join(good_lines(trial.case))[:-9])

    assert done.status == 1
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", EACH_READING, ids=str)
def test_terminal_without_input_is_answered_with_help(containers, case, tmp_path):
    done = containers.run(case.command, *case.words, folder=tmp_path, stdin=b"", tty=True)

    assert done.status == 2
    assert "Usage" in done.stdout.decode()


@pytest.mark.parametrize("case", [c for c in EACH_READING if c.kind != SINK], ids=str)
def test_rejects_without_a_place_are_refused_on_a_pipe(trial):
    words = ["-i", "-", "--max-rejects", "1"]
    done = trial.run(*words, stdin=trial.input.read_bytes())

    assert (done.status, done.stdout) == (2, b"")
    assert "--rejects" in done.stderr


# What is asked for wrongly, or is not there ------------------------------------------------------


@pytest.mark.parametrize("case", EACH, ids=str)
def test_option_that_there_is_not_is_a_mistake_of_usage(trial):
    done = trial.run("--no-such-option")

    assert (done.status, done.stdout) == (2, b"")
    assert "Traceback" not in done.stderr


def _demands(case):
    """Options without which a command says that they are missing, and nothing of its backend."""
    return [one["name"] for one in case.spec["options"] if one["required"]]


@pytest.mark.parametrize("case", [c for c in CASES if c.backend and not _demands(c)], ids=str)
def test_backend_has_no_default_and_all_are_listed(containers, case, tmp_path):
    done = containers.run(case.command, *case.verb.split(), folder=tmp_path, stdin=b"")

    assert (done.status, done.stdout) == (2, b"")
    assert [name for name in case.spec["backends"] if name not in done.stderr] == []


# What an image says before it works --------------------------------------------------------------


@pytest.mark.parametrize("case", EACH, ids=str)
def test_check_finds_everything_in_the_image(containers, case, tmp_path):
    done = containers.run(case.command, "check", *case.verb.split(), folder=tmp_path)

    assert (done.status, done.stdout) == (0, b""), done.stderr


@pytest.mark.parametrize("case", cases(lambda c: str(c) in FULL), ids=str)
def test_check_names_what_the_light_image_lacks(containers, case, tmp_path):
    done = containers.run(case.command, "check", *case.verb.split(), folder=tmp_path)

    assert (done.status, done.stdout) == (4, b"")
    assert FULL[str(case)] in done.stderr


@pytest.mark.parametrize("case", EACH, ids=str)
def test_spec_is_what_the_code_declares(containers, case, tmp_path):
    done = containers.run(case.command, "spec", folder=tmp_path).ok()

    assert json.loads(done.stdout) == describe(case.command)


@pytest.mark.parametrize("case", EACH, ids=str)
def test_version_is_that_of_the_sources(containers, case, tmp_path):
    done = containers.run(case.command, "--version", folder=tmp_path).ok()

    assert done.stdout.decode() == f"{case.command.name} {case.command.tool.version}\n"


@pytest.mark.parametrize("tool", find_tools(), ids=lambda tool: tool.name)
def test_no_words_are_answered_with_help(containers, tool, tmp_path):
    done = containers.run(tool, folder=tmp_path, stdin=b"").ok()

    assert f"Usage: {tool.name}" in done.stdout.decode()


# Who runs it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", EACH[-1:], ids=str)
def test_any_user_may_run_it(trial, first, tmp_path):
    for folder in (tmp_path, trial.work, trial.work / "assets"):
        folder.chmod(0o777)
    trial.run_to_file(user="54321:54321").ok()

    assert trial.left() == first.left
    assert trial.output.stat().st_uid == 54321
