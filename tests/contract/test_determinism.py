"""Output is a function of input and result options, not of how or where a run was cut up."""

import os
import shutil
import subprocess
import threading
import time

import orjson
import pytest
from cases import DERIVE, FILTER, MAP, case_named, cases, good_lines, join, of_kind

READING = of_kind(MAP, FILTER, DERIVE)
YEAR = 365 * 24 * 3600.0
SHARDABLE = cases(lambda c: c.spec["shardable"] and c.is_deterministic)
HOSTILE = {
    "PYTHONHASHSEED": "1",
    "PYTHONUTF8": "0",
    "PYTHONCOERCECLOCALE": "0",
    "LC_ALL": "C",
    "TZ": "Pacific/Kiritimati",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "OPENCV_FOR_THREADS_NUM": "1",
    "COLUMNS": "20",
}
"""Variables of an environment that may not be seen in any output."""


@pytest.mark.parametrize("size", [1, 7])
@pytest.mark.parametrize(
    "case", cases(lambda c: c.has("--batch-size") and c.is_deterministic), ids=str
)
def test_batch_size_changes_no_byte(trial, first, size):
    trial.run_to_file("--batch-size", size).ok()

    assert trial.left() == first.left
    assert trial.left().receipt["options"]["result"] == first.left.receipt["options"]["result"]
    assert "up to date" in trial.run_to_file().ok().stderr


@pytest.mark.parametrize("case", cases(lambda c: c.waits), ids=str)
@pytest.mark.parametrize("option", ["--num-workers", "--record-timeout"])
def test_backend_that_waits_takes_no_processes(trial, option):
    done = trial.run_to_file(option, 2)

    assert done.status == 2
    assert option in done.stderr


@pytest.mark.parametrize("case", cases(lambda c: c.has("--num-workers") and not c.waits), ids=str)
def test_number_of_workers_changes_no_byte(trial, first):
    trial.run_to_file("--num-workers", 2).ok()

    assert trial.left() == first.left
    assert trial.left().counts == first.left.counts
    assert "up to date" in trial.run_to_file().ok().stderr


@pytest.mark.parametrize("case", SHARDABLE, ids=str)
def test_shards_make_the_whole(trial, first):
    shards = 3
    parts = []
    for k in range(1, shards + 1):
        output = trial.work / f"{k}.jsonl"
        trial.run_to_file("--shard", f"{k}/{shards}", output=output).ok()
        parts.append(trial.left(output))

    assert b"".join(part.output for part in parts) == first.left.output
    assert b"".join(part.rejects for part in parts) == first.left.rejects
    assert b"".join(part.dropped or b"" for part in parts) == (first.left.dropped or b"")
    assert sum(part.counts["read"] for part in parts) == first.left.counts["read"]
    assert all(part.counts["read"] for part in parts)


@pytest.mark.parametrize("shards", [2, 7, 40])
def test_shards_fall_on_lines_wherever_the_cut_lies(try_case, first_of, shards):
    case = case_named("toy shout")
    trial = try_case(case)
    outputs = [
        trial.run("--rejects", os.devnull, "--max-rejects", "100%", "--shard", f"{k}/{shards}").ok()
        for k in range(1, shards + 1)
    ]

    assert b"".join(done.stdout for done in outputs) == first_of(case).left.output


def test_line_that_starts_on_the_cut_belongs_to_the_shard_behind_it(try_case):
    trial = try_case(case_named("toy shout"))
    source = trial.data / "even.jsonl"
    lines = [b'{"id":"%d","text":{"content":"as long as the others"}}' % n for n in range(5)]
    source.write_bytes(join(lines))
    outputs = [trial.run("--shard", f"{k}/5", source=source).ok().stdout for k in range(1, 6)]

    assert [orjson.loads(output)["id"] for output in outputs] == list("01234")


@pytest.mark.parametrize("words", [["0/2"], ["3/2"], ["1"], ["a/b"], ["1/0"]])
def test_shard_that_is_none_is_a_mistake_of_usage(try_case, words):
    done = try_case(case_named("toy shout")).run("--shard", *words)

    assert (done.status, done.stdout) == (2, b"")
    assert "--shard" in done.stderr


def test_shard_of_a_pipe_is_a_mistake_of_usage(try_case):
    done = try_case(case_named("toy shout")).run("-i", "-", "--shard", "1/2", stdin=b"{}\n")

    assert (done.status, done.stdout) == (2, b"")


@pytest.mark.parametrize("case", READING, ids=str)
def test_limit_takes_the_first_records(trial, first):
    trial.run_to_file("--limit", 7).ok()
    left = trial.left()

    assert left.counts["read"] == 7
    if trial.case.is_deterministic:
        assert first.left.output.startswith(left.output)
    assert first.left.rejects.startswith(left.rejects)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_environment_changes_no_byte(trial, first, zygote):
    words = trial.words("-o", trial.output, "--max-rejects", "100%")
    zygote.cold_run(trial.case.command, *words, folder=trial.cwd, variables=HOSTILE).ok()

    assert trial.left() == first.left


@pytest.fixture(scope="session")
def turkish(tmp_path_factory):
    """A locale with a comma in its numbers and an i of its own, and where it lies.

    It is the plain one where its sources are not installed.
    """
    folder = tmp_path_factory.mktemp("locales")
    words = ["localedef", "-i", "tr_TR", "-f", "UTF-8", folder / "tr_TR.UTF-8"]
    made = shutil.which(words[0]) and subprocess.run(words, capture_output=True, check=False)
    return "tr_TR.UTF-8" if made and made.returncode == 0 else "C.UTF-8", folder


@pytest.mark.parametrize("case", cases(), ids=str)
def test_clock_locale_umask_and_working_directory_change_no_byte(trial, first, turkish, tmp_path):
    name, folder = turkish
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    trial.run_to_file(
        folder=elsewhere,
        clock=-40 * YEAR,
        umask=0o077,
        locale=name,
        variables={"LC_ALL": name, "LOCPATH": str(folder), "TZ": "America/St_Johns"},
    ).ok()

    assert trial.left() == first.left
    assert trial.left().counts == first.left.counts
    assert "up to date" in trial.run_to_file().ok().stderr


@pytest.mark.parametrize("case", cases(lambda c: c.reads_manifest), ids=str)
def test_pace_at_which_lines_arrive_changes_no_byte(trial, first):
    """Also of a backend whose values depend on their batch."""
    content = trial.input.read_bytes()
    reader, writer = os.pipe()

    def trickle():
        for start in range(0, len(content), 400):
            os.write(writer, content[start : start + 400])
            time.sleep(0.01)
        os.close(writer)

    thread = threading.Thread(target=trickle)
    thread.start()
    done = trial.run("-i", "-", "-o", trial.output, "--max-rejects", "100%", stdin=reader)
    thread.join()
    os.close(reader)
    done.ok()

    assert trial.left() == first.left


def test_seed_changes_what_is_drawn_and_only_that(try_case):
    trial = try_case(case_named("toy draw"))
    lines = good_lines(trial.case)
    plain, turned = trial.data / "plain", trial.data / "turned"
    plain.write_bytes(join(lines))
    turned.write_bytes(join(reversed(lines)))
    outputs = {
        name: sorted(trial.run("--seed", seed, source=source).ok().stdout.splitlines())
        for name, seed, source in (("a", 1, plain), ("b", 1, turned), ("c", 2, plain))
    }

    assert outputs["a"] == outputs["b"]
    assert outputs["a"] != outputs["c"]


def test_seeds_of_two_records_differ(try_case):
    trial = try_case(case_named("toy draw"))
    trial.run_to_file().ok()

    assert len(trial.left().assets) == 2 * len(good_lines(trial.case))
