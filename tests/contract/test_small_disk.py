"""Real disks: a small one that fills up, and a folder that nobody may write to, root included.

They are mounted in a namespace of their own, where no other process sees them and from which
nothing is left behind. It takes no rights where users may make namespaces, and root's elsewhere.
"""

import subprocess
import tempfile
from itertools import count
from pathlib import Path

import pytest
from cases import DERIVE, case_named
from commands import Zygote, find_commands
from kills import EVERY, Whole, fill, names
from trials import Trial

KINDS = ["toy shout", "toy short", "toy draw", "toy import lines", "toy sum-up", "manifest merge"]
DISK_BYTES = 16 * 2**20
ROOMS = (0, 24 * 2**10, 48 * 2**10, 4 * 2**20)
"""Bytes left on the disk before a run: none, less than a journal, some, enough."""

NAMESPACES = (["unshare", "--user", "--map-root-user", "--mount"], ["unshare", "--mount"])
MOUNT = """
mount -t tmpfs -o size="$1" tmpfs "$2" && mkdir "$2/sealed" &&
mount --bind "$2/sealed" "$2/sealed" && mount -o remount,ro,bind "$2/sealed" &&
shift 2 && exec "$@"
"""


def _within(namespace, folder):
    return [*namespace, "sh", "-c", MOUNT, "sh", str(DISK_BYTES), str(folder)]


@pytest.fixture(scope="module")
def disk():
    """A zygote whose commands see the disk, and the folder that it is."""
    with tempfile.TemporaryDirectory(prefix="disk-") as folder:
        point = Path(folder, "disk")
        point.mkdir()
        refusals = []
        for namespace in NAMESPACES:
            tried = subprocess.run(
                [*_within(namespace, point), "true"], capture_output=True, text=True, check=False
            )
            if tried.returncode == 0:
                break
            refusals.append(f"{' '.join(namespace)}: {tried.stderr.strip()}")
        else:
            pytest.skip(
                "no disk can be mounted here, neither by a user nor as root; a limit on the size "
                f"of files and calls made to fail stand in for it: {'; '.join(refusals)}"
            )
        modules = [command.cli for command in find_commands()]
        zygote = Zygote(Path(folder), modules, within=_within(namespace, point))
        yield zygote, zygote.view(point)
        zygote.close()


NUMBERS = count()


@pytest.fixture
def new_trial(disk):
    """Gives a case on the small disk, not yet run."""
    zygote, folder = disk

    def make(name):
        trial = Trial(zygote, case_named(name), folder / str(next(NUMBERS)))
        fill(trial)
        return trial

    return make


class Ballast:
    """A file that leaves so much room on a disk and no more."""

    def __init__(self, folder, room):
        self._path = folder / "ballast"
        with self._path.open("wb", buffering=0) as file:
            block = bytes(4096)
            try:
                while True:
                    file.write(block)
            except OSError:
                file.truncate(max(file.tell() - room, 0))

    def drop(self):
        self._path.unlink()


@pytest.mark.parametrize("name", KINDS)
def test_disk_that_fills_up_is_temporary_and_the_work_is_kept(disk, new_trial, name):
    whole_trial = new_trial(name)
    whole_trial.run_to_file(*EVERY).ok()
    whole = Whole(whole_trial.left(), names(whole_trial), seconds=0)
    statuses = []
    for room in ROOMS:
        trial = new_trial(name)
        ballast = Ballast(disk[1], room)
        done = trial.run_to_file(*EVERY)
        statuses.append(done.status)
        assert "Traceback" not in done.stderr
        assert trial.left().output in {None, whole.left.output}
        if done.status:
            assert "error: no room to write" in done.stderr
        ballast.drop()
        trial.run_to_file(*EVERY).ok()
        assert whole.differences(trial) == []

    assert set(statuses) == {0, 75}
    assert statuses[0] == 75
    assert statuses[-1] == 0


@pytest.mark.parametrize("name", KINDS)
def test_folder_that_may_not_be_written_is_a_clear_error(disk, new_trial, name):
    trial = new_trial(name)
    sealed = disk[1] / "sealed"
    words = ["--rejects", "--receipt", *(["--assets"] if trial.case.kind == DERIVE else [])]
    tries = [[option, sealed / "x", "-o", trial.work / option] for option in words]
    for given in [["-o", sealed / "out.jsonl"], *tries]:
        done = trial.run(*EVERY, *given)

        assert done.status == 1
        assert "error: a place may not be written" in done.stderr
        assert "Traceback" not in done.stderr
        assert not Path(given[-1]).exists()
