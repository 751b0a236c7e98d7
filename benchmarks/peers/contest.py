"""Every way through every sample, interleaved, and through small samples with faults."""

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.peers.account import Account, check_work, take_account
from benchmarks.peers.sample import Fault, Sample, Size, write_sample
from benchmarks.peers.trial import FailedError, TooSlowError, Trial, run_stages
from benchmarks.peers.way import Way

LIMIT = 300.0
"""Seconds a way may take; one that takes more is left out, and so it is where there is more."""
LONG = 60.0
"""Seconds from which on a way runs once."""
START = Size(10, 300)
FAULTY = Size(1_000, 300)


@dataclass
class Result:
    """What a way made of a sample.

    Attributes:
        way: through the sample.
        sample: with faults where the way takes them.
        trials: what each repetition cost.
        account: where the records went; None when the way does not do the whole work.
        problem: why there are no figures.
    """

    way: Way
    sample: Sample
    trials: list[Trial] = field(default_factory=list)
    account: Account | None = None
    problem: str | None = None

    @property
    def best(self) -> Trial | None:
        """The lowest of the trials."""
        return Trial.best(self.trials) if self.trials else None

    @property
    def is_over(self) -> bool:
        """Whether another repetition would tell nothing, or take too long."""
        return self.problem is not None or any(trial.wall > LONG for trial in self.trials)


@dataclass(frozen=True)
class Contest:
    """Runs the ways.

    Attributes:
        folder: for samples and outputs; emptied between runs.
        ways: in the order of the table.
        repeats: of every measurement.
    """

    folder: Path
    ways: Sequence[Way]
    repeats: int

    def measure(self, size: Size, *, left_out: Iterable[str] = ()) -> list[Result]:
        """Run every way through the records of a size, in turns.

        Args:
            size: how much there is.
            left_out: names of ways that took too long where there was less.

        Raises:
            FailedError: one failed.
            WrongWorkError: one did something else.
        """
        with self._samples(size) as (clean, faulty):
            results = [Result(way, faulty if way.takes_faults else clean) for way in self.ways]
            for result in results:
                if result.way.name in left_out:
                    result.problem = f"over {LIMIT:.0f} s"
            for turn in range(self.repeats):
                for result in results:
                    if not result.is_over:
                        say(f"{size}, {turn + 1} of {self.repeats}: {result.way.name}")
                        self._repeat(result)
        return results

    def _repeat(self, result: Result) -> None:
        try:
            with self._fresh() as folder:
                result.trials.append(self._run(result.way, result.sample, folder))
                if result.account is None and result.way.outputs is not None:
                    account = take_account(result.sample, folder, result.way.outputs)
                    check_work(result.sample, account)
                    result.account = account
        except TooSlowError:
            result.problem = f"over {LIMIT:.0f} s"

    def say_faults(self) -> dict[Fault, dict[str, str]]:
        """What becomes of bad lines of each kind: fault, then name of the way, to words."""
        said: dict[Fault, dict[str, str]] = {}
        for fault in Fault:
            with self._samples(FAULTY, faults=[fault]) as (_, faulty):
                said[fault] = {
                    way.name: self._say_fault(way, faulty)
                    for way in self.ways
                    if way.outputs is not None
                }
        return said

    def _say_fault(self, way: Way, sample: Sample) -> str:
        if way.outputs is None:
            raise ValueError(f"{way.name} does not do the whole work")
        say(f"bad lines: {way.name}")
        with self._fresh() as folder:
            try:
                self._run(way, sample, folder)
            except FailedError:
                return "stops"
            return describe_fate(sample, take_account(sample, folder, way.outputs))

    def _run(self, way: Way, sample: Sample, folder: Path) -> Trial:
        return run_stages(way.plan(sample.path(way.form), folder), folder / "log.txt", LIMIT)

    @contextmanager
    def _samples(
        self, size: Size, *, faults: Sequence[Fault] = (Fault.CUT, Fault.TYPE)
    ) -> Iterator[tuple[Sample, Sample]]:
        """The records without and with faults, in all forms."""
        say(f"{size}: writing")
        forms = list(dict.fromkeys(way.form for way in self.ways))
        try:
            yield (
                write_sample(self.folder / "clean", size, forms=forms),
                write_sample(self.folder / "faulty", size, forms=forms, faults=faults),
            )
        finally:
            for name in ("clean", "faulty"):
                shutil.rmtree(self.folder / name, ignore_errors=True)

    @contextmanager
    def _fresh(self) -> Iterator[Path]:
        """An empty folder for one run."""
        folder = self.folder / "run"
        folder.mkdir()
        try:
            yield folder
        except FailedError as error:
            error.add_note((folder / "log.txt").read_text("utf-8", "replace")[-2000:])
            raise
        finally:
            shutil.rmtree(folder)


def describe_fate(sample: Sample, account: Account) -> str:
    """What became of the bad lines of a sample."""
    good = sample.kept + sample.dropped
    passed_on = account.kept + account.dropped - good
    fates = [
        (account.rejected, "set aside"),
        (passed_on, "passed on as good"),
        (min(account.lost, sample.bad), "lost"),
        (account.lost - sample.bad, "good ones lost with them"),
    ]
    return ", ".join(f"{count} {fate}" for count, fate in fates if count > 0)


def say(words: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{words}\n")
