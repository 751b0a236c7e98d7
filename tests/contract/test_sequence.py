"""Every verb's calls to the disk, as an outsider sees them: synced, named, FILE last, then quiet.

The order inside a run of the toy is asked about in more detail by the tests of order.
"""

import json
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from cases import UNFINISHED, cases
from disk import CHANGES, WRITES, Plan
from kills import EVERY
from trials import Trial, folder_in_memory

FILE, JOURNAL, LOCK = "/out.jsonl", "/out.jsonl.journal", "/out.jsonl.lock"
MARK = "/out.jsonl.mark"
"""Outlives the process and not the machine, so it is never synced."""
SIDES = ["/out.jsonl.rejects.jsonl", "/out.jsonl.dropped.jsonl", "/out.jsonl.run.json"]
ASSETS = "/assets/"


@dataclass(frozen=True)
class Change:
    """A call, with the paths below the folder of the output."""

    call: str
    path: str
    origin: str | None = None


@pytest.fixture(scope="module")
def changes_of(zygote):
    """Gives the changes that a case makes where its output goes, in order."""
    made = {}

    def get(case):
        if case not in made:
            with folder_in_memory() as folder:
                trial = Trial(zygote, case, folder)
                log = folder / "calls"
                trial.run_to_file(*EVERY, disk=Plan(log=str(log))).ok()
                lines = map(json.loads, log.read_bytes().splitlines())
                made[case] = [
                    Change(call, *(path.removeprefix(str(trial.work)) or "/" for path in paths))
                    for call, *paths in lines
                    if call in CHANGES and paths[0].startswith(str(trial.work))
                ]
        return made[case]

    return get


@pytest.fixture
def changes(case, changes_of):
    return changes_of(case)


def _renames(changes):
    return [(n, change) for n, change in enumerate(changes) if change.call == "rename"]


@pytest.mark.parametrize("case", cases(), ids=str)
def test_nothing_is_written_under_its_final_name(changes):
    written = {change.path for change in changes if change.call in WRITES}
    plain = {path for path in written if not path.endswith(".part") and "/.part-" not in path}

    assert plain - {MARK} == {JOURNAL, LOCK}


@pytest.mark.parametrize("case", cases(), ids=str)
def test_content_is_synced_before_it_is_named(changes):
    for place, renamed in _renames(changes):
        before = [change.call for change in changes[:place] if change.path == renamed.origin]

        assert before[-1] == "sync"


@pytest.mark.parametrize("case", cases(), ids=str)
def test_names_come_in_order_and_that_of_the_output_last(changes, case):
    named = [change.path for _, change in _renames(changes)]
    named = [path for path in named if not path.startswith(f"{FILE}{UNFINISHED}")]
    own = [path for path in named if path.removeprefix(FILE) in case.beside]
    assets = [path for path in named if path.startswith(ASSETS)]
    sides = [side for side in SIDES if side in named]

    assert named == [*own, *assets, *sides, FILE]
    assert len(own) == len(case.beside)
    assert {SIDES[0], SIDES[-1]} <= set(sides)
    assert bool(assets) == case.has("--assets")


@pytest.mark.parametrize("case", cases(), ids=str)
def test_folder_is_synced_before_and_after_the_output_is_named(changes):
    (*_, (side, _), (last, _)) = _renames(changes)
    folders = [n for n, change in enumerate(changes) if change == Change("sync", "/")]

    assert any(side < place < last for place in folders)
    assert any(last < place for place in folders)


@pytest.mark.parametrize("case", cases(), ids=str)
def test_commit_is_followed_by_a_sync_and_then_by_removals_alone(changes):
    (last, _) = _renames(changes)[-1]
    after = changes[last + 1 :]

    assert after[0] == Change("sync", "/")
    assert {change.call for change in after[1:]} <= {"unlink", "rmdir"}
    assert [c.path for c in after if c.call == "unlink"] == [JOURNAL, LOCK]


@pytest.mark.parametrize("case", cases(), ids=str)
def test_journal_is_written_when_all_it_speaks_of_is_synced(changes):
    unsynced = set()
    points = 0
    for change, following in pairwise(changes):
        if change.path == JOURNAL and change.call in WRITES:
            assert unsynced == set()
            assert following == Change("sync", JOURNAL)
            points += 1
        elif change.call == "sync":
            unsynced.discard(change.path)
        elif change.call in {*WRITES, "truncate"} and change.path not in {JOURNAL, LOCK, MARK}:
            unsynced.add(change.path)
        elif change.call == "rename" and change.path.startswith(ASSETS):
            unsynced |= {str(Path(change.path).parent), "/assets"}

    assert points > 1
