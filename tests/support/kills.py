"""Where a run may be killed, and what must be there after the same command again."""

import json
import re
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Any

from cases import DERIVE, SINK, SOURCE, Case, join
from commands import Zygote
from disk import AFTER, BEFORE, HALFWAY, READS, WRITES, Fault, Plan
from trials import Left, Trial

EVERY = ("--checkpoint-seconds", "0", "--max-rejects", "100%")
"""Every batch is journalled, and no reject stops the run."""

KILLED = 128 + signal.SIGKILL
LINES = 120
ROWS = 1600
"""Of a source: it writes 512 at a time."""

READ_BYTES = 900
"""The most that one read gives: even a small input takes several."""


@dataclass(frozen=True)
class Point:
    """A place in the life of a run.

    Attributes:
        name: in words.
        calls: at which of them it lies.
        path: on what, as in fnmatch.
        when: before, halfway or after the call.
        first: number of the first call that counts.
    """

    name: str
    calls: tuple[str, ...]
    path: str
    when: str
    first: int = 0

    @property
    def fault(self) -> Fault:
        """Death at the first of its calls."""
        return Fault(self.calls, self.path, self.first, self.when)

    def count(self, calls: list[list[str]]) -> int:
        """How often a run that made these calls comes by."""
        return sum(self.fault.concerns(call[0], call[1]) for call in calls) - self.first


POINTS = (
    Point("after a read", READS, "*/data/*", AFTER),
    Point("before a write", WRITES, "*/out.jsonl.part", BEFORE),
    Point("in the middle of a write", WRITES, "*/out.jsonl*.part", HALFWAY),
    Point("after a write, before the journal", WRITES, "*.journal", BEFORE, first=1),
    Point("in the middle of the journal", WRITES, "*.journal", HALFWAY, first=1),
    Point("between an asset and its record", ("rename",), "*/assets/*", AFTER),
    Point("between assets and rejects", ("rename",), "*/out.jsonl.rejects.jsonl", BEFORE),
    Point("between rejects and receipt", ("rename",), "*/out.jsonl.run.json", BEFORE),
    Point("before the last rename", ("rename",), "*/out.jsonl", BEFORE),
    Point("after the last rename", ("rename",), "*/out.jsonl", AFTER),
)
RANDOM_MOMENT = "at a random moment"


def fill(trial: Trial) -> None:
    """Give a run more than one batch to do where its usual input is short, and enough of all."""
    write = _LONGER.get((trial.case.command.name, trial.case.verb))
    if write is not None:
        write(trial.data)
    elif trial.case.command.name == "toy":
        trial.input.write_bytes(join(_texts()))


def _texts() -> Iterator[bytes]:
    texts = [b"short", b"a longer text", b"a text that is much too long for any filter", b"bad"]
    for n in range(LINES):
        yield b'{"id":"%d","x":1.0,"text":{"content":"%s"}}' % (n, texts[n % 4])
        if n % 5 == 0:
            yield b'{"id":"broken"'


def _write_rows(folder: Path) -> None:
    rows = ["", "nothing", *(f"row {n}" for n in range(8))] * (ROWS // 10)
    (folder / "a.txt").write_text("\n".join(rows) + "\n", "utf-8")


def _write_manifests(folder: Path) -> None:
    for name, step in (("a", 2), ("b", 3)):  # a sixth of the ids stands in both
        records = (b'{"id":"%d","x":1.0}' % n for n in range(0, ROWS, step))
        (folder / f"{name}.jsonl").write_bytes(join([b"{", *records]))


def _write_grouped(folder: Path) -> None:
    group = b'"source":{"dataset":"d","groups":{"text":"%d"}}'
    for name, step in (("a", 2), ("b", 3)):  # a sixth of the ids stands in both
        records = (b'{"id":"%d",%s}' % (n, group % (n // 4)) for n in range(0, ROWS, step))
        (folder / f"{name}.jsonl").write_bytes(join([b"{", *records]))


def _write_goemotions(folder: Path) -> None:
    rows = (f"some words {n}\t{n % 30}\tt{n}\n" for n in range(ROWS))
    (folder / "train.tsv").write_text("".join(rows), "utf-8")


_LONGER: dict[tuple[str, str], Callable[[Path], None]] = {
    ("toy", "import lines"): _write_rows,
    ("toy", "import carvings"): _write_rows,
    ("manifest", "merge"): _write_manifests,
    ("manifest", "split"): _write_grouped,
    ("dataset-io", "import goemotions"): _write_goemotions,
}


def delay(case: Case) -> list[str]:
    """Options that make a run of the toy last a quarter of a second, after `fill`."""
    if not case.has("--delay"):
        return []
    steps = ROWS if case.kind == SOURCE else 120 if case.kind in {DERIVE, SINK} else 30
    return ["--delay", str(0.25 / steps)]


def names(trial: Trial) -> list[str]:
    """What lies where the output goes, and what lies where nothing may."""
    return sorted(path.name for path in (*trial.work.iterdir(), *trial.cwd.iterdir()))


def counts(left: Left) -> tuple[Any, ...]:
    """The counts of a receipt."""
    assert left.receipt is not None
    return tuple(
        left.receipt[name] for name in ("counts", "rejected_by_reason", "dropped_by_reason")
    )


@dataclass(frozen=True)
class Whole:
    """What a run leaves when nobody stops it.

    Attributes:
        left: its files.
        names: of all that lies there.
        seconds: that it took.
    """

    left: Left
    names: list[str]
    seconds: float

    def differences(self, trial: Trial) -> list[str]:
        """What is not as it is here."""
        found = trial.left()
        told = {
            "output": found.output == self.left.output,
            "rejects": found.rejects == self.left.rejects,
            "dropped": found.dropped == self.left.dropped,
            "assets": found.assets == self.left.assets,
            "counts": found.receipt is not None and counts(found) == counts(self.left),
            "names": names(trial) == self.names,
        }
        return [name for name, equal in told.items() if not equal]


class Ordeal:
    """A case that is killed and run again, each time in a folder of its own.

    Args:
        zygote: starts it.
        case: what runs.
        folder: for all its trials.
    """

    def __init__(self, zygote: Zygote, case: Case, folder: Path) -> None:
        self._zygote = zygote
        self.case = case
        self._folder = folder
        self._trials = 0

    def new_trial(self) -> Trial:
        """The case with its input, not yet run."""
        self._trials += 1
        trial = Trial(self._zygote, self.case, self._folder / str(self._trials))
        fill(trial)
        return trial

    @property
    def words(self) -> list[str]:
        """Options of every run."""
        small = ["--batch-size", "3"] if self.case.has("--batch-size") else []
        return [*EVERY, *small]

    @cached_property
    def whole(self) -> Whole:
        """What an uninterrupted run leaves."""
        trial = self.new_trial()
        begun = time.monotonic()
        trial.run_to_file(*self.words, *delay(self.case)).ok()
        return Whole(trial.left(), names(trial), time.monotonic() - begun)

    @cached_property
    def calls(self) -> list[list[str]]:
        """Every call to the disk of an uninterrupted run, in order."""
        trial = self.new_trial()
        log = trial.data.parent / "calls"
        trial.run_to_file(*self.words, disk=Plan(log=str(log), read_bytes=READ_BYTES)).ok()
        return [json.loads(line) for line in log.read_bytes().splitlines()]

    def passes(self, point: Point) -> int:
        """How often a run comes by a point."""
        return max(point.count(self.calls), 0)

    def kill_at(self, point: Point, number: int) -> Trial:
        """Kill a run when it comes by a point for the n-th time, from 0."""
        trial = self.new_trial()
        fault = replace(point.fault, number=point.first + number)
        plan = Plan([fault], read_bytes=READ_BYTES)
        done = trial.run_to_file(*self.words, disk=plan)
        assert done.status == KILLED, (self.case, point.name, number, done)
        return trial

    def kill_at_random(self, random: Random) -> Trial:
        """Kill a run at a moment between its start and its end."""
        latest = self.whole.seconds
        while True:
            trial = self.new_trial()
            started = trial.start("-o", trial.output, *self.words, *delay(self.case))
            time.sleep(latest * random.random())
            started.kill(signal.SIGKILL)
            if started.wait().status == KILLED:
                return trial
            latest *= 0.9  # it was over before

    def go_on(self, trial: Trial) -> str:
        """The same command again; gives what it said."""
        return trial.run_to_file(*self.words).ok().stderr


def went_on(said: str) -> bool:
    """Whether a run used what an earlier one had done: some of its records, or all."""
    return "up to date" in said or re.search("going on after [1-9]", said) is not None
