"""A disk without room, at any call: exit 75, the work is kept, and no FILE is ever short."""

import errno
from itertools import count

import pytest
from cases import DERIVE, case_named, cases
from commands import MANIFEST
from disk import CHANGES, HALFWAY, WRITES, Fault, Plan, full_disk
from kills import EVERY, READ_BYTES, Ordeal, Whole, names, went_on
from trials import Trial, folder_in_memory

KINDS = ["toy shout", "toy short", "toy draw", "toy import lines", "toy sum-up", "manifest merge"]
SMALL_BYTES = 600
"""The largest file: less than a journal has, and enough for what is said on standard error."""


@pytest.fixture
def new_trial(zygote):
    """Gives a case, not yet run, in a folder of its own in memory."""
    with folder_in_memory() as folder:
        numbers = count()
        yield lambda case: Trial(zygote, case, folder / str(next(numbers)))


@pytest.fixture
def ordeal_of(zygote):
    """Gives a case that can be stopped again and again, in memory."""
    with folder_in_memory() as folder:
        yield lambda name: Ordeal(zygote, case_named(name), folder)


def check_stopped(done, trial, whole):
    """A run that found no room said so, and what has its final name is whole."""
    assert done.status == 75
    assert "error: no room to write" in done.stderr
    assert "hint: " in done.stderr
    assert "Traceback" not in done.stderr
    assert trial.left().output in {None, whole.left.output}


def _run_whole(trial, *words):
    trial.run_to_file(*words).ok()
    return Whole(trial.left(), names(trial), seconds=0)


def _short(case):
    return [*EVERY, "--limit", "2" if case.kind == DERIVE else "4"]


@pytest.mark.parametrize("name", KINDS)
def test_disk_that_is_full_from_any_call_on(new_trial, name):
    case = case_named(name)
    words = _short(case)
    whole = _run_whole(new_trial(case), *words)
    for number in count():
        trial = new_trial(case)
        done = trial.run_to_file(*words, disk=Plan([full_disk(number)]))
        if done.status == 0:
            break
        check_stopped(done, trial, whole)
        trial.run_to_file(*words).ok()
        assert whole.differences(trial) == [], number

    assert number > 15


@pytest.mark.parametrize("name", KINDS)
def test_disk_that_takes_half_of_any_write_and_then_no_more(new_trial, name):
    case = case_named(name)
    words = _short(case)
    whole = _run_whole(new_trial(case), *words)
    for number in count():
        trial = new_trial(case)
        half = Fault(WRITES, "*", number, HALFWAY, errno.ENOSPC, lasting=True)
        done = trial.run_to_file(*words, disk=Plan([half]))
        if done.status == 0:
            break
        check_stopped(done, trial, whole)
        trial.run_to_file(*words).ok()
        assert whole.differences(trial) == [], number

    assert number > 3


@pytest.mark.parametrize("name", ["toy shout", "toy short", "toy draw", "toy import lines"])
def test_work_done_before_the_disk_was_full_is_kept(ordeal_of, name):
    ordeal = ordeal_of(name)
    last = sum(call[0] == "write" and call[1].endswith("out.jsonl.part") for call in ordeal.calls)
    trial = ordeal.new_trial()
    fault = Fault(WRITES, "*/out.jsonl.part", last - 1, error=errno.ENOSPC)
    check_stopped(
        trial.run_to_file(*ordeal.words, disk=Plan([fault], read_bytes=READ_BYTES)),
        trial,
        ordeal.whole,
    )

    assert went_on(ordeal.go_on(trial))
    assert ordeal.whole.differences(trial) == []


@pytest.mark.parametrize("case", cases(), ids=str)
def test_files_that_may_not_grow(new_trial, case):
    whole = _run_whole(new_trial(case))
    trial = new_trial(case)
    check_stopped(trial.run_to_file(file_bytes=SMALL_BYTES), trial, whole)
    trial.run_to_file().ok()

    assert whole.differences(trial) == []


def test_ids_that_find_no_room_beside_the_output(zygote, tmp_path):
    ids = tmp_path / "ids.jsonl"
    ids.write_text("".join(f'{{"id":"{"long" * 12}{n}"}}\n' for n in range(60_000)), "utf-8")
    for words in (["merge", ids], ["validate", "--unique-ids", "-i", ids]):
        done = zygote.run(MANIFEST, *words, "-o", "/dev/null", folder=tmp_path, file_bytes=100_000)

        assert done.status == 75
        assert "error: no room to write temporary files" in done.stderr
        assert "Traceback" not in done.stderr


@pytest.mark.parametrize("name", ["toy short"])
def test_disk_that_may_not_be_written_from_any_call_on(new_trial, name):
    """As when a file system with errors is mounted again read-only."""
    case = case_named(name)
    words = _short(case)
    whole = _run_whole(new_trial(case), *words)
    for number in count():
        trial = new_trial(case)
        sealed = Fault(CHANGES, number=number, error=errno.EROFS, lasting=True)
        done = trial.run_to_file(*words, disk=Plan([sealed]))
        if done.status == 0:
            break
        assert done.status == 1
        assert "error: a place may not be written" in done.stderr
        assert "Traceback" not in done.stderr
        assert trial.left().output in {None, whole.left.output}
        trial.run_to_file(*words).ok()
        assert whole.differences(trial) == [], number

    assert number > 15
