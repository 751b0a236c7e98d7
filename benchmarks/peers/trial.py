"""One run of commands, and what it cost: wall, processor, memory, all children included."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36  # Source: prctl(2), Linux
_KIBIBYTE = 1024


class FailedError(RuntimeError):
    """A command ended with a status other than 0."""


class TooSlowError(RuntimeError):
    """A command was stopped because it took too long."""


@dataclass(frozen=True)
class Stage:
    """Commands that run at the same time, each one's output the next one's input.

    Attributes:
        commands: their words.
        stdin: a file that the first one reads.
    """

    commands: tuple[tuple[str | Path, ...], ...]
    stdin: Path | None = None


@dataclass(frozen=True)
class Trial:
    """What a run cost.

    Attributes:
        wall: seconds on the clock.
        cpu: seconds of processor, user and system, of all threads and children.
        peak: bytes of memory, of the largest process; of a pipe, the sum of its commands.
    """

    wall: float
    cpu: float
    peak: int

    def then(self, other: "Trial") -> "Trial":
        """This run followed by another."""
        peak = max(self.peak, other.peak)
        return Trial(self.wall + other.wall, self.cpu + other.cpu, peak)

    @staticmethod
    def best(trials: "Sequence[Trial]") -> "Trial":
        """The lowest of everything: what the machine can do when nothing disturbs it."""
        return Trial(
            min(t.wall for t in trials), min(t.cpu for t in trials), min(t.peak for t in trials)
        )


@dataclass
class _Tally:
    """What the processes of a stage have used."""

    wall: float = 0.0
    cpu: float = 0.0
    peak: int = 0
    statuses: list[int] = field(default_factory=list)


def run_stages(stages: Sequence[Stage], log: Path, limit: float) -> Trial:
    """Run stages one after another.

    Args:
        stages: what runs.
        log: where what they say goes.
        limit: seconds that each stage may take.

    Raises:
        FailedError: one of them failed.
        TooSlowError: one of them was stopped.
    """
    whole = Trial(0.0, 0.0, 0)
    for stage in stages:
        whole = whole.then(_run_stage(stage, log, limit))
    return whole


@contextmanager
def adopting_orphans() -> Iterator[None]:
    """Let processes whose parent ends become ours, so that what they used is known. Linux only."""
    _set_adoption(1)
    try:
        yield
    finally:
        _set_adoption(0)


def _set_adoption(value: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, value, 0, 0, 0)


def _run_stage(stage: Stage, log: Path, limit: float) -> Trial:
    os.sync()  # nobody pays for what an earlier run has left to be written
    late = threading.Event()
    with log.open("ab") as sink:
        begun = time.perf_counter()
        processes = _start(stage, sink.fileno())
        timer = threading.Timer(limit, _stop, (processes, late))
        timer.start()
        try:
            tally = _await([process.pid for process in processes], begun)
        except BaseException:
            _stop(processes, late)
            raise
        finally:
            timer.cancel()
    for process in processes:
        process.returncode = 0  # reaped above
    if late.is_set():
        raise TooSlowError(f"stopped after {limit:.0f} s")
    if any(tally.statuses):
        raise FailedError(f"ended with {tally.statuses}")
    return Trial(tally.wall, tally.cpu, tally.peak)


def _start(stage: Stage, sink: int) -> list["subprocess.Popen[bytes]"]:
    processes: list[subprocess.Popen[bytes]] = []
    source = os.open(stage.stdin or os.devnull, os.O_RDONLY)
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "NO_COLOR": "1"}
    for number, command in enumerate(stage.commands, 1):
        is_last = number == len(stage.commands)
        process = subprocess.Popen(  # noqa: S603 - commands written in way.py
            [str(word) for word in command],
            stdin=source,
            stdout=sink if is_last else subprocess.PIPE,
            stderr=sink,
            env=environment,
            start_new_session=True,
        )
        os.close(source)
        if process.stdout is not None:
            source = os.dup(process.stdout.fileno())
            process.stdout.close()
        processes.append(process)
    return processes


def _stop(processes: list["subprocess.Popen[bytes]"], late: threading.Event) -> None:
    late.set()
    for process in processes:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _await(leaders: Sequence[int], begun: float) -> _Tally:
    """Wait until nobody is left of the process groups of these, adopted orphans included."""
    tally = _Tally()
    for leader in leaders:
        with suppress(ChildProcessError):
            while True:
                pid, status, usage = os.wait4(-leader, 0)
                _add(tally, usage)
                if pid == leader:
                    tally.wall = time.perf_counter() - begun
                    tally.statuses.append(os.waitstatus_to_exitcode(status))
    return tally


def _add(tally: _Tally, usage: resource.struct_rusage) -> None:
    tally.cpu += usage.ru_utime + usage.ru_stime
    tally.peak += usage.ru_maxrss if sys.platform == "darwin" else usage.ru_maxrss * _KIBIBYTE
