"""Where a run reads from and writes to: pipes, devices, links, folders, files that changed."""

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from cases import case_named, cases, good_lines, join

TOLERANT = ("--max-rejects", "100%")
SIDES = ["--rejects", "--receipt", "--dropped"]


@pytest.fixture
def short(try_case):
    return try_case(case_named("toy short"))


@pytest.mark.parametrize("option", SIDES)
def test_fifo_beside_an_output_stays_one_and_gets_its_lines(short, option):
    fifo = short.work / "fifo"
    os.mkfifo(fifo)
    got = []
    reader = threading.Thread(target=lambda: got.append(fifo.read_bytes()))
    reader.start()
    short.run_to_file(option, fifo).ok()
    reader.join(30)

    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert got[0].startswith(b"{")


@pytest.mark.parametrize("option", SIDES)
def test_device_beside_an_output_is_left_as_it_is(short, option):
    before = Path(os.devnull).stat().st_rdev
    short.run_to_file(option, os.devnull).ok()

    assert Path(os.devnull).stat().st_rdev == before
    assert short.output.exists()


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])
def test_name_of_standard_output_is_standard_output(short, first_of, name):
    done = short.run("-o", name, *TOLERANT, "--rejects", os.devnull).ok()

    assert done.stdout == first_of(short.case).left.output


@pytest.mark.parametrize("option", SIDES)
def test_two_streams_on_standard_output_are_a_mistake_of_usage(short, option):
    done = short.run(option, "-")

    assert (done.status, done.stdout) == (2, b"")


@pytest.mark.parametrize("option", SIDES)
@pytest.mark.parametrize("kind", ["no folder", "a folder"])
@pytest.mark.parametrize("output", ["file", "pipe"])
def test_place_that_takes_nothing_is_a_mistake_before_any_work(short, option, kind, output):
    (short.work / "folder").mkdir()
    place = short.work / ("folder" if kind == "a folder" else "none/file")
    before = sorted(short.work.rglob("*"))
    run = short.run_to_file if output == "file" else short.run
    done = run(option, place)

    assert done.status == 2
    assert option in done.stderr
    assert sorted(short.work.rglob("*")) == before


@pytest.mark.parametrize("case", cases(lambda c: not c.reads_manifest), ids=str)
def test_folder_among_the_files_is_a_mistake_before_any_work(trial):
    (trial.data / "folder").mkdir()
    done = trial.run_to_file(trial.data / "folder")

    assert (done.status, trial.output.exists()) == (2, False)
    assert "Traceback" not in done.stderr


def test_assets_that_are_a_file_are_a_mistake_of_usage(try_case):
    trial = try_case(case_named("toy draw"))
    (trial.work / "file").touch()
    done = trial.run("-o", trial.output, "--assets", trial.work / "file")

    assert done.status == 2
    assert "--assets" in done.stderr


def test_link_as_output_is_followed(short):
    real = short.work / "real.jsonl"
    short.output.symlink_to(real)
    short.run_to_file().ok()

    assert short.output.is_symlink()
    assert real.read_bytes()
    assert "up to date" in short.run_to_file().ok().stderr


@pytest.mark.parametrize("side", ["rejects", "dropped"])
@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_output_is_not_up_to_date_without_what_lies_beside_it(short, first_of, side, harm):
    short.run_to_file().ok()
    path = short.work / f"out.jsonl.{side}.jsonl"
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(b'{"other":1}\n')
    refused = short.run_to_file()

    assert refused.status == 2
    assert side in refused.stderr

    short.run_to_file("--restart", "if-changed").ok()

    assert short.left() == first_of(short.case).left


def test_output_is_not_up_to_date_without_its_assets(try_case, first_of):
    trial = try_case(case_named("toy draw"))
    trial.run_to_file().ok()
    for path in sorted((trial.work / "assets").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (trial.work / "assets").rmdir()

    assert "assets" in trial.run_to_file().stderr

    trial.run_to_file("--restart", "if-changed").ok()

    assert trial.left() == first_of(trial.case).left


def test_asset_that_was_changed_on_the_disk_is_written_again(try_case, first_of):
    trial = try_case(case_named("toy draw"))
    trial.run_to_file().ok()
    path = next(p for p in (trial.work / "assets").rglob("*") if p.is_file())
    content = path.read_bytes()
    path.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    trial.run_to_file("--restart", "always").ok()

    assert trial.left() == first_of(trial.case).left


@pytest.mark.parametrize("name", ["toy shout", "toy sum-up"])
def test_limit_beyond_the_end_sees_what_was_appended(try_case, name):
    trial = try_case(case_named(name))
    lines = good_lines(trial.case)
    trial.input.write_bytes(join(lines[:-1]))
    trial.run_to_file("--limit", len(lines)).ok()
    trial.input.write_bytes(join(lines))
    refused = trial.run_to_file("--limit", len(lines))

    assert refused.status == 2
    assert "input" in refused.stderr


def test_file_that_was_read_from_before_goes_on_where_it_is(short):
    lines = good_lines(short.case)
    short.input.write_bytes(join(lines))
    with short.input.open("rb") as file:
        os.lseek(file.fileno(), len(lines[0]) + 1, os.SEEK_SET)
        done = short.run("-i", "-", "--mark", stdin=file.fileno()).ok()

    ids = [json.loads(line)["id"] for line in done.stdout.splitlines()]

    assert ids == [json.loads(line)["id"] for line in lines[1:]]


def test_closed_standard_input_is_a_mistake_of_usage():
    words = [sys.executable, "-m", "affectory_protocol.cli", "validate"]
    done = subprocess.run(
        ["/bin/sh", "-c", 'exec "$@" <&-', "sh", *words], capture_output=True, check=False
    )

    assert done.returncode == 2
    assert b"standard input" in done.stderr


@pytest.mark.parametrize("words", [["import", "lines"], ["draw", "--references"]])
def test_pipe_for_a_file_that_is_read_twice_is_a_mistake_of_usage(try_case, words):
    trial = try_case(case_named("toy import lines" if words[0] == "import" else "toy draw"))
    fifo = trial.work / "fifo"
    os.mkfifo(fifo)
    done = trial.run("-o", trial.output, *([fifo] if words[0] == "import" else [words[1], fifo]))

    assert done.status == 2
    assert "read twice" in done.stderr


def test_many_files_fit_into_a_journal(try_case):
    trial = try_case(case_named("toy import lines"))
    files = [trial.data / f"{n}.txt" for n in range(300)]
    for n, path in enumerate(files):
        path.write_text(f"row {n}\n")
    trial.run_to_file(*files).ok()

    assert "up to date" in trial.run_to_file(*files).ok().stderr

    files[7].write_text("another row\n")

    assert trial.run_to_file(*files).status == 2


@pytest.mark.parametrize("signum", [signal.SIGHUP, signal.SIGINT], ids=lambda s: s.name)
def test_signal_that_is_ignored_stays_so(zygote, signum, monkeypatch):
    from affectory_protocol.terminal import Signals

    before = signal.signal(signum, signal.SIG_IGN)
    try:
        with Signals().watch():
            assert signal.getsignal(signum) is signal.SIG_IGN
            os.kill(os.getpid(), signum)
    finally:
        signal.signal(signum, before)


def test_pipe_says_what_was_wrong_with_the_first_reject(short):
    done = short.run(stdin=b"", source=_one(short, b'{"id":"a"}'))

    assert done.status == 3
    assert "/text" in done.stderr


def _one(trial, line):
    path = trial.data / "one.jsonl"
    path.write_bytes(line + b"\n")
    return path


def test_roots_in_the_environment_stand_as_in_path(try_case, tmp_path):
    case = next(c for c in cases(lambda c: c.has("--root") and c.reads_manifest))
    trial = try_case(case)
    (tmp_path / "sp ace").mkdir()
    roots = os.pathsep.join([str(trial.data), f"more={tmp_path / 'sp ace'}"])
    words = trial.words("-o", trial.output, *TOLERANT)
    while "--root" in words:
        at = words.index("--root")
        del words[at : at + 2]
    done = trial._zygote.run(
        case.command, *words, folder=trial.cwd, variables={"AFFECTORY_ROOT": roots}
    )

    assert done.status == 0, done.stderr


def test_kept_entries_are_not_made_again(try_case):
    trial = try_case(case_named("face-annot annotate haar"))
    line = (
        b'{"id":"a","assets":{"image":{"uri":"gone.png","media_type":"image/png"}},'
        b'"faces":{"image":{"items":[]}}}'
    )
    done = trial.run("--existing", "keep", source=_one(trial, line)).ok()

    assert done.stdout == line + b"\n"
