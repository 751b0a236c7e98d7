"""SIGKILL at any moment and the same command again: the files of an uninterrupted run."""

import shutil
import signal
import time
from random import Random

import orjson
import pytest
from cases import FILTER, SINK, case_named, cases, good_line, join
from commands import Command
from disk import AFTER, WRITES, Fault, Plan
from kills import EVERY, KILLED, Whole, delay, fill, names
from sections import write_files
from trials import Trial, folder_in_memory

NAMES = ["toy shout", "toy short", "toy draw", "toy import lines", "toy sum-up"]
NAMES += ["toy etch", "toy import carvings"]
MOMENTS = 20


@pytest.fixture
def try_case(zygote):
    """Any case, not yet run: in memory, as a death of the process asks nothing of the disk."""
    with folder_in_memory() as folder:
        yield lambda case: Trial(zygote, case, folder)


@pytest.fixture(scope="module")
def uninterrupted(zygote):
    """What an uninterrupted run of each verb leaves, and the seconds it takes."""
    made = {}

    def get(name):
        if name not in made:
            with folder_in_memory() as folder:
                trial = Trial(zygote, case_named(name), folder)
                fill(trial)
                begun = time.monotonic()
                trial.run_to_file(*EVERY, *delay(trial.case)).ok()
                made[name] = Whole(trial.left(), names(trial), time.monotonic() - begun)
        return made[name]

    return get


@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize("name", NAMES)
def test_killed_run_ends_as_if_nothing_had_happened(try_case, uninterrupted, name, moment):
    whole = uninterrupted(name)
    trial = try_case(case_named(name))
    fill(trial)
    random = Random(f"{name} {moment}")
    for _ in range(1 + moment % 2):  # every other run is killed twice
        running = trial.start("-o", trial.output, *EVERY, *delay(trial.case))
        time.sleep(whole.seconds * (moment + random.random()) / MOMENTS)
        running.kill(signal.SIGKILL)
        assert running.wait().status in {0, 128 + signal.SIGKILL}
    trial.run_to_file(*EVERY).ok()

    assert whole.differences(trial) == []


@pytest.mark.parametrize("name", ["toy short", "toy draw", "toy import lines", "toy sum-up"])
def test_death_before_any_change_to_the_disk_is_made_good(try_case, name):
    trial = try_case(case_named(name))
    words = [*EVERY, "--limit", "4", *(["--batch-size", "3"] if trial.case.reads_manifest else [])]
    trial.run_to_file(*words).ok()
    whole = Whole(trial.left(), names(trial), seconds=0)
    deaths = 0
    while _clear(trial) or trial.run_to_file(*words, disk=_death_before(deaths)).status:
        trial.run_to_file(*words).ok()
        assert whole.differences(trial) == [], deaths
        deaths += 1

    assert deaths > 15
    assert whole.differences(trial) == []


@pytest.mark.parametrize("mark", [[], ["--mark"]], ids=["dropping", "marking"])
@pytest.mark.parametrize("case", cases(lambda c: c.kind == FILTER and c.spec["stateful"]), ids=str)
def test_filter_that_remembers_does_so_after_a_death(try_case, case, mark):
    """Records that repeat one from before the death, and from before an earlier one."""
    trial = try_case(case)
    records = [orjson.loads(good_line(case, number % 3)) for number in range(9)]
    named = [record | {"id": f"r{number}"} for number, record in enumerate(records)]
    trial.input.write_bytes(join(map(orjson.dumps, named)))
    words = [*EVERY, *mark, "--batch-size", "2"]
    trial.run_to_file(*words).ok()
    whole = Whole(trial.left(), names(trial), seconds=0)
    failed = (whole.left.output + whole.left.dropped).count(b'"duplicate_of":"r')
    assert failed in {6, 7, 8}
    for write in (
        2,
        4,
    ):  # of the journal: the one at the beginning, and one for each of five batches
        _clear(trial)
        death = Plan([Fault(WRITES, "*/out.jsonl.journal", number=write, when=AFTER)])
        assert trial.run_to_file(*words, disk=death).status == KILLED
        trial.run_to_file(*words).ok()
        assert whole.differences(trial) == []


@pytest.mark.parametrize("case", cases(lambda c: c.kind == FILTER and c.spec["stateful"]), ids=str)
def test_filter_that_remembers_goes_on_behind_a_record_handed_on_with_an_old_verdict(
    try_case, case
):
    trial = try_case(case)
    good = [orjson.loads(good_line(case, n % 2)) | {"id": f"r{n}"} for n in range(4)]
    trial.input.write_bytes(join(map(orjson.dumps, good)))
    trial.run_to_file(*EVERY).ok()
    judged = orjson.loads(trial.left().output.splitlines()[0])
    old = {"id": "old", "verdicts": judged["verdicts"]}
    _clear(trial)
    trial.input.write_bytes(join(map(orjson.dumps, [old, *good])))
    words = [*EVERY, "--pass-missing", "--batch-size", "2"]
    trial.run_to_file(*words).ok()
    whole = Whole(trial.left(), names(trial), seconds=0)
    _clear(trial)
    death = Plan([Fault(WRITES, "*/out.jsonl.journal", number=2, when=AFTER)])

    assert trial.run_to_file(*words, disk=death).status == KILLED
    trial.run_to_file(*words).ok()
    assert whole.differences(trial) == []


@pytest.mark.parametrize("case", cases(lambda c: c.kind == SINK), ids=str)
def test_file_of_a_sink_that_nothing_came_to_is_not_written_again_after_a_death(try_case, case):
    """Written, and not yet published: neither counts nor the journal's lengths tell that it is."""
    trial = try_case(case)
    trial.input.write_bytes(b"")
    status = trial.run_to_file(*EVERY).status
    whole = trial.left().output
    _clear(trial)
    death = Plan([Fault(WRITES, "*/out.jsonl.journal", number=1, when=AFTER)])
    died = trial.run_to_file(*EVERY, disk=death).status

    assert died == (KILLED if status == 0 else status)
    assert trial.run_to_file(*EVERY).status == status
    assert trial.left().output == whole


def _death_before(number):
    return Plan([Fault(number=number)])


def _clear(trial):
    shutil.rmtree(trial.work)
    (trial.work / "assets").mkdir(parents=True)


DATASET_IO = Command("dataset-io", "dataset_io", "dataset_io.cli")


def test_run_into_the_folder_that_it_reads_goes_on_after_any_death(zygote, tmp_path):
    def start(**settings):
        words = ("import", "images", ".", "-o", "out.jsonl", "--checkpoint-seconds", "0")
        return zygote.run(DATASET_IO, *words, folder=tmp_path / "pictures", **settings)

    write_files(tmp_path)
    pictures = {path.name for path in (tmp_path / "pictures").iterdir()}
    sides = {"out.jsonl" + side for side in ("", ".rejects.jsonl", ".dropped.jsonl", ".run.json")}
    start().ok()
    deaths, expected = 0, (tmp_path / "pictures/out.jsonl").read_bytes()
    assert expected.count(b"\n") == len(pictures)
    while _remove(tmp_path / "pictures", sides) or start(disk=_death_before(deaths)).status:
        start().ok()
        assert (tmp_path / "pictures/out.jsonl").read_bytes() == expected, deaths
        assert {path.name for path in (tmp_path / "pictures").iterdir()} == pictures | sides
        deaths += 1

    assert deaths > 10


def _remove(folder, names):
    for name in names:
        (folder / name).unlink()
