"""Whatever stops a run says so in one line, keeps the work, and the same command goes on."""

import json
import signal
import time

import pytest
from affectory_protocol.journal import Counts
from affectory_protocol.terminal import Stopped
from cases import SINK, SOURCE, case_named, cases, good_lines, join
from inside import run_verb

BY_KIND = ["toy shout", "toy short", "toy draw", "toy import lines", "toy sum-up"]
SIGNALS = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
ONE_FOLDER = "dataset-io export hf"
"""Its assets lie below the folder of its output, and are refused elsewhere."""
EVERY = ["--max-rejects", "100%", "--checkpoint-seconds", "3600"]


def _wait_for(path):
    until = time.monotonic() + 30
    while not path.exists() or not path.stat().st_size:
        assert time.monotonic() < until
        time.sleep(0.005)


@pytest.mark.parametrize("signum", SIGNALS, ids=lambda s: s.name)
@pytest.mark.parametrize("name", BY_KIND)
def test_signal_stops_a_run_and_its_work_is_kept(try_case, first_of, name, signum):
    trial = try_case(case_named(name))
    running = trial.start("-o", trial.output, *EVERY, "--delay", "0.1")
    _wait_for(trial.work / "out.jsonl.lock")
    if trial.case.kind in {SINK, SOURCE}:
        time.sleep(0.25)
    else:
        _wait_for(trial.work / "out.jsonl.part")
    running.kill(signum)
    stopped = running.wait()

    assert stopped.status == 128 + signum
    assert stopped.stderr.splitlines()[-1] == (
        f"stopped by {signum.name}; repeat the same command to go on"
    )
    assert not trial.output.exists()

    again = trial.run_to_file().ok()

    assert trial.left() == first_of(trial.case).left
    assert trial.left().counts == first_of(trial.case).left.counts
    assert trial.left().receipt["resumed"] == 1
    if trial.case.kind not in {SINK, SOURCE}:  # a source goes on at multiples of 512 rows
        assert "going on after 0 records" not in again.stderr


def test_signal_waits_until_a_batch_is_whole(tmp_path, monkeypatch):
    lines = (b'{"id":"%d","text":{"content":"some words"}}' % n for n in range(12))
    (tmp_path / "in").write_bytes(join([*lines, b"{"]))
    settings = {"input": str(tmp_path / "in"), "max_rejects": "1", "batch_size": 3}
    add, batches = Counts.add, []

    def stopping(counts, other):
        batches.append(other)
        if len(batches) == 2:
            signal.raise_signal(signal.SIGTERM)
        add(counts, other)

    with monkeypatch.context() as patch:
        patch.setattr(Counts, "add", stopping)
        with pytest.raises(Stopped):
            run_verb("shout", output=str(tmp_path / "stopped"), **settings)
    run_verb("shout", output=str(tmp_path / "stopped"), **settings)
    run_verb("shout", output=str(tmp_path / "whole"), **settings)

    assert len(batches) == 2
    assert (tmp_path / "stopped").read_bytes() == (tmp_path / "whole").read_bytes()
    assert json.loads((tmp_path / "stopped.run.json").read_bytes())["resumed"] == 1


def _large(trial):
    """Input whose output does not fit beside the journal in 40 kB."""
    source = trial.data / "large.jsonl"
    text = '{"id":"%d","text":{"content":"so many words %d"}}'
    source.write_text("".join(f"{text % (n, n)}\n" for n in range(600)), "utf-8")
    return source


@pytest.mark.parametrize("name", ["toy shout", "toy short", "toy draw"])
def test_full_disk_is_temporary_and_the_work_is_kept(try_case, name):
    trial = try_case(case_named(name))
    source = _large(trial)
    full = trial.run_to_file(source=source, file_bytes=40_000)

    assert full.status == 75
    assert "error: no room to write" in full.stderr
    assert "hint: " in full.stderr
    assert "Traceback" not in full.stderr
    assert not trial.output.exists()

    again = trial.run_to_file(source=source).ok()
    resumed = trial.left()
    trial.run_to_file("--restart", "always", source=source).ok()

    assert resumed == trial.left()
    assert resumed.receipt["resumed"] == 1
    assert "going on after 0 records" not in again.stderr


def test_source_goes_on_with_the_row_behind_those_that_are_done(try_case):
    trial = try_case(case_named("toy import lines"))
    (trial.data / "a.txt").write_text("".join(f"row {n}\n" for n in range(1300)), "utf-8")
    full = trial.run_to_file(file_bytes=250_000)
    again = trial.run_to_file().ok()
    resumed = trial.left()
    trial.run_to_file("--restart", "always").ok()

    assert full.status == 75
    assert "going on after 512 records" in again.stderr
    assert resumed == trial.left()


def test_disk_that_fills_up_among_the_streams_of_one_batch_keeps_them_together(try_case):
    trial = try_case(case_named("toy shout"))
    source = trial.data / "rejects.jsonl"
    lines = []
    for n in range(200):
        lines += [
            b'{"id":"%d","text":{"content":"a"}}' % n,
            b'{"id":"%d","x":"%s"}' % (n, b"y" * 200),
        ]
    source.write_bytes(join(lines))
    full = trial.run_to_file(source=source, file_bytes=60_000)

    assert full.status == 75
    again = trial.run_to_file(source=source).ok()
    resumed = trial.left()
    trial.run_to_file("--restart", "always", source=source).ok()

    assert resumed == trial.left()
    assert "going on after 0 records" not in again.stderr


@pytest.mark.parametrize("case", cases(), ids=str)
def test_device_without_room_is_temporary(trial):
    done = trial.run("--rejects", "/dev/null", "--max-rejects", "100%", "-o", "/dev/full")

    assert done.status == 75
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", cases(), ids=str)
def test_folder_that_may_not_be_written_is_a_clear_error(trial):
    words = ["--assets", "/sys/affectory-assets"] if str(trial.case) == ONE_FOLDER else []
    done = trial.run_to_file(*words, output="/sys/affectory.jsonl")

    assert done.status == 1
    assert done.stderr.splitlines()[-2].startswith("error: a place may not be written")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "case", cases(lambda c: c.has("--assets") and str(c) != ONE_FOLDER), ids=str
)
def test_assets_that_may_not_be_written_are_a_clear_error(trial):
    done = trial.run_to_file("--assets", "/sys/affectory-assets")

    assert done.status == 1
    assert done.stderr.splitlines()[-2].startswith("error: a place may not be written")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", cases(), ids=str)
def test_places_that_are_none_are_mistakes_of_usage(trial):
    for output in (trial.work / "no/such/folder.jsonl", trial.work):
        done = trial.run_to_file(output=output)
        assert done.status == 2
        assert "hint: " in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", cases(lambda c: c.reads_manifest), ids=str)
def test_input_that_cannot_be_read_is_a_mistake_of_usage(trial):
    for source in (trial.data / "no-such-file", trial.data):
        done = trial.run_to_file(source=source)
        assert done.status == 2
        assert "--input cannot be read" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", cases(lambda c: not c.reads_manifest), ids=str)
def test_file_of_a_source_that_is_not_there_is_a_mistake_of_usage(trial):
    words = [w for w in trial.words() if not w.startswith(str(trial.data))]
    done = trial._zygote.run(
        trial.case.command, *words, trial.data / "none", "-o", trial.output, folder=trial.cwd
    )

    assert done.status == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", cases(lambda c: c.has("--root")), ids=str)
def test_root_that_is_no_folder_is_a_mistake_of_usage(trial):
    done = trial.run_to_file("--root", f"more={trial.input}")

    assert done.status == 2
    assert "--root" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", cases(lambda c: c.has("--references")), ids=str)
def test_references_that_are_no_records_are_a_mistake_of_usage(trial):
    broken = trial.data / "broken.jsonl"
    broken.write_bytes(b'{"id":"fine"}\n{"id":7}\n')
    for path in (broken, trial.data / "none"):
        done = trial.run_to_file("--references", path)
        assert done.status == 2
        assert "Traceback" not in done.stderr


# --- Backends that fail --------------------------------------------------------------------------


def _texts(trial, texts):
    path = trial.data / "texts.jsonl"
    line = '{"id":"%d","text":{"content":"%s"}}\n'
    path.write_text("".join(line % pair for pair in enumerate(texts)), "utf-8")
    return path


def test_record_that_breaks_its_batch_is_rejected_alone(try_case):
    trial = try_case(case_named("toy stumble"))
    trial.run_to_file(source=_texts(trial, ["a", "poison", "b", "null", "c"])).ok()
    left = trial.left()

    assert [line.split(b'"')[3] for line in left.output.splitlines()] == [b"0", b"2", b"4"]
    assert left.receipt["rejected_by_reason"] == {"backend-failed": 1, "refused": 1}
    assert left.counts["retried"] == 5


def test_batch_that_needs_too_much_memory_is_taken_apart(try_case):
    trial = try_case(case_named("toy gorge"))
    trial.run_to_file(source=_texts(trial, "abc")).ok()

    assert trial.left().counts["passed"] == 3
    assert trial.left().counts["retried"] == 3


def test_single_record_that_needs_too_much_memory_stops_the_run(try_case):
    trial = try_case(case_named("toy gorge"))
    done = trial.run_to_file("--stomach", "0", source=_texts(trial, "abc"))

    assert done.status == 75
    assert "error: out of memory" in done.stderr
    assert "Traceback" not in done.stderr
    assert not trial.output.exists()


def test_hundred_failures_in_a_row_are_a_fault_of_the_run(try_case):
    trial = try_case(case_named("toy sulk"))
    done = trial.run_to_file(source=_texts(trial, ["x"] * 100))

    assert done.status == 1
    assert "100 records in a row: refused" in done.stderr
    assert "Traceback" not in done.stderr


def test_fewer_failures_are_rejects(try_case):
    trial = try_case(case_named("toy sulk"))
    trial.run_to_file(source=_texts(trial, ["x"] * 99)).ok()

    assert trial.left().counts["rejected"] == 99


def test_failures_that_are_not_in_a_row_are_rejects(try_case):
    trial = try_case(case_named("toy stumble"))
    texts = (["null"] * 60 + ["fine"]) * 3
    trial.run_to_file(source=_texts(trial, texts)).ok()

    assert trial.left().counts["rejected"] == 180


def test_number_that_is_not_finite_is_never_written(try_case):
    trial = try_case(case_named("toy count-up"))
    source = _texts(trial, ["fine", "infinity"])
    done = trial.run(source=source)

    assert done.status == 1
    assert b"nf" not in done.stdout

    assert trial.run(source=_texts(trial, ["fine"])).ok().stdout.count(b"0.5") == 1


@pytest.mark.parametrize("name", BY_KIND)
def test_all_good_records_need_no_tolerance(try_case, name):
    trial = try_case(case_named(name))
    source = trial.data / "good.jsonl"
    source.write_bytes(join(good_lines(trial.case)) if trial.case.reads_manifest else b"")
    if not trial.case.reads_manifest:
        (trial.data / "a.txt").write_text("one\ntwo\n")
        (trial.data / "b.txt").write_text("three\n")

    trial.run_to_file("--max-rejects", "0", source=source).ok()
