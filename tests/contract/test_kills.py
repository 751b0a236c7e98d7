"""SIGKILL at any moment and the same command again: the files of an uninterrupted run."""

import shutil
import signal
import time
from random import Random

import pytest
from cases import DERIVE, SINK, SOURCE, case_named, join
from commands import Command
from sections import write_pictures
from trials import Trial

NAMES = ["toy shout", "toy short", "toy draw", "toy import lines", "toy sum-up"]
MOMENTS = 20
LINES = 120
EVERY = ["--checkpoint-seconds", "0", "--max-rejects", "100%"]


def _fill(trial):
    """Input with enough of everything: good records, rejects, long texts to drop."""
    if trial.case.kind == SOURCE:
        rows = ["", "nothing", *(f"row {n}" for n in range(8))] * 160
        (trial.data / "a.txt").write_text("\n".join(rows) + "\n", "utf-8")
        return
    texts = ["short", "a longer text", "a text that is much too long for any filter", "bad"]
    lines = []
    for n in range(LINES):
        lines.append(b'{"id":"%d","x":1.0,"text":{"content":"%s"}}' % (n, texts[n % 4].encode()))
        if n % 5 == 0:
            lines.append(b'{"id":"broken"')
    trial.input.write_bytes(join(lines))


def _delay(trial):
    """Seconds a batch, row or record takes, so that a run takes a quarter of a second."""
    return 0.25 / (
        1600 if trial.case.kind == SOURCE else 120 if trial.case.kind in {DERIVE, SINK} else 30
    )


@pytest.fixture(scope="module")
def uninterrupted(zygote, tmp_path_factory):
    """What an uninterrupted run of each verb leaves, and the seconds it takes."""
    made = {}

    def get(name):
        if name not in made:
            trial = Trial(zygote, case_named(name), tmp_path_factory.mktemp("uninterrupted"))
            _fill(trial)
            begun = time.monotonic()
            trial.run_to_file(*EVERY, "--delay", _delay(trial)).ok()
            made[name] = (trial.left(), time.monotonic() - begun, _names(trial))
        return made[name]

    return get


def _names(trial):
    return sorted(path.name for path in trial.work.iterdir())


def _counts(left):
    receipt = left.receipt
    return receipt["counts"], receipt["rejected_by_reason"], receipt["dropped_by_reason"]


@pytest.mark.parametrize("moment", range(MOMENTS))
@pytest.mark.parametrize("name", NAMES)
def test_killed_run_ends_as_if_nothing_had_happened(try_case, uninterrupted, name, moment):
    expected, seconds, names = uninterrupted(name)
    trial = try_case(case_named(name))
    _fill(trial)
    random = Random(f"{name} {moment}")
    for _ in range(1 + moment % 2):  # every other run is killed twice
        running = trial.start("-o", trial.output, *EVERY, "--delay", _delay(trial))
        time.sleep(seconds * (moment + random.random()) / MOMENTS)
        running.kill(signal.SIGKILL)
        assert running.wait().status in {0, 128 + signal.SIGKILL}
    trial.run_to_file(*EVERY).ok()

    assert trial.left() == expected
    assert _counts(trial.left()) == _counts(expected)
    assert _names(trial) == names


@pytest.mark.parametrize("name", ["toy short", "toy draw", "toy import lines", "toy sum-up"])
def test_death_before_any_change_to_the_disk_is_made_good(try_case, name):
    trial = try_case(case_named(name))
    words = [*EVERY, "--limit", "7", *(["--batch-size", "3"] if trial.case.reads_manifest else [])]
    trial.run_to_file(*words).ok()
    expected, names = trial.left(), _names(trial)
    deaths = 0
    while _clear(trial) or trial.run_to_file(*words, dies_before=deaths).status:
        trial.run_to_file(*words).ok()
        assert trial.left() == expected, deaths
        assert _counts(trial.left()) == _counts(expected), deaths
        assert _names(trial) == names, deaths
        deaths += 1

    assert deaths > 15
    assert trial.left() == expected


def _clear(trial):
    shutil.rmtree(trial.work)
    (trial.work / "assets").mkdir(parents=True)


DATASET_IO = Command("dataset-io", "dataset_io", "dataset_io.cli")


def test_run_into_the_folder_that_it_reads_goes_on_after_any_death(zygote, tmp_path):
    def start(**settings):
        words = ("import", "images", ".", "-o", "out.jsonl", "--checkpoint-seconds", "0")
        return zygote.run(DATASET_IO, *words, folder=tmp_path / "pictures", **settings)

    write_pictures(tmp_path)
    pictures = {path.name for path in (tmp_path / "pictures").iterdir()}
    sides = {"out.jsonl" + side for side in ("", ".rejects.jsonl", ".dropped.jsonl", ".run.json")}
    start().ok()
    deaths, expected = 0, (tmp_path / "pictures/out.jsonl").read_bytes()
    assert expected.count(b"\n") == len(pictures)
    while _remove(tmp_path / "pictures", sides) or start(dies_before=deaths).status:
        start().ok()
        assert (tmp_path / "pictures/out.jsonl").read_bytes() == expected, deaths
        assert {path.name for path in (tmp_path / "pictures").iterdir()} == pictures | sides
        deaths += 1

    assert deaths > 10


def _remove(folder, names):
    for name in names:
        (folder / name).unlink()
