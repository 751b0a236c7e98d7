"""The process around a run: a clean wire, signals that stop it between two batches, progress."""

import gc
import logging
import os
import signal
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from types import FrameType
from typing import Protocol

import orjson
from affectory_protocol.journal import Counts
from affectory_protocol.settings import ProgressMode

PROGRESS_SECONDS = 0.5
COLLECT_EVERY = 200_000
"""Containers made and not freed before the collector looks; a batch of records stays far below."""


class Stopped(BaseException):
    """A signal asked the run to stop. Not an Exception: no backend may swallow it."""

    def __init__(self, signum: int) -> None:
        super().__init__(signum)
        self.signum = signum


class Signals:
    """Raises `Stopped` on SIGTERM, SIGINT and SIGHUP, but never while results are being written."""

    def __init__(self) -> None:
        self._shielded = False
        self._received: int | None = None

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Handle signals inside this block."""
        watched = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
        # What is ignored stays so: nohup, and a shell that starts a job in the background.
        heard = [n for n in watched if signal.getsignal(n) is not signal.SIG_IGN]
        before = {number: signal.signal(number, self._receive) for number in heard}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Hold signals back inside this block."""
        self._shielded = True
        try:
            yield
        finally:
            self._shielded = False
        if self._received is not None:
            raise Stopped(self._received)

    def _receive(self, signum: int, frame: FrameType | None) -> None:
        del frame
        again, self._received = self._received is not None, signum
        if not self._shielded and not again:  # a second one would cut the clean-up short
            raise Stopped(signum)


@contextmanager
def rare_collection() -> Iterator[None]:
    """Look for reference cycles seldom: batches leave none, and looking costs more than parsing."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def claim_wire() -> int:
    """Keep standard output for records: what else is written to it goes to standard error.

    Returns:
        A descriptor of the real standard output; no other program inherits it.
    """
    sys.stdout.flush()
    wire = os.dup(1)
    os.dup2(2, 1)
    return wire


def configure_logging(*, verbose: bool, quiet: bool) -> None:
    """Send log lines to standard error; libraries' own only when they warn."""
    level = logging.WARNING if quiet else logging.DEBUG if verbose else logging.INFO
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("affectory_protocol").setLevel(level)


class Progress(Protocol):
    """Shows how far a run has come."""

    def update(self, done: int, counts: Counts) -> None:
        """Tell bytes read and counts so far."""

    def work(self, done: int, total: int, words: str) -> None:
        """Tell how far a long work on all records has come, once they are read."""

    def close(self) -> None:
        """Leave the terminal as it was found."""


class NoProgress:
    """Shows nothing."""

    def update(self, done: int, counts: Counts) -> None:
        """Nothing."""

    def work(self, done: int, total: int, words: str) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class JsonProgress:
    """One JSON line on standard error every half second and one at the end: counts only."""

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._next = 0.0
        self._last: tuple[int, Counts] | None = None

    def update(self, done: int, counts: Counts) -> None:
        """Write a line when it is time for one."""
        self._last = (done, counts)
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + PROGRESS_SECONDS
            self._write(done, counts)

    def work(self, done: int, total: int, words: str) -> None:
        """Write a line when it is time for one, and at the end of the work."""
        if time.monotonic() >= self._next or done == total:
            self._next = time.monotonic() + PROGRESS_SECONDS
            self._write_line({"work": words, "done": done, "total": total})

    def _write(self, done: int, counts: Counts) -> None:
        self._write_line({"bytes": done, "total_bytes": self._total, **asdict(counts)})

    def _write_line(self, told: dict[str, object]) -> None:
        line = {"progress": told}
        sys.stderr.buffer.write(orjson.dumps(line) + b"\n")
        sys.stderr.flush()

    def close(self) -> None:
        """Write where the run ended."""
        if self._last is not None:
            self._write(*self._last)


class BarProgress:
    """A bar on a terminal."""

    def __init__(self, label: str, total: int | None) -> None:
        from rich.console import Console
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task(label, total=total)
        self._bar.start()

    def update(self, done: int, counts: Counts) -> None:
        """Move the bar."""
        self._bar.update(
            self._task,
            completed=done,
            description=f"{counts.read} read, {counts.rejected} rejected",
        )

    def work(self, done: int, total: int, words: str) -> None:
        """Let the bar show the work."""
        self._bar.update(self._task, completed=done, total=total, description=words)

    def close(self) -> None:
        """Take the bar away."""
        self._bar.stop()


def open_progress(mode: ProgressMode, *, label: str, total: int | None, wire: int) -> Progress:
    """Choose how to show progress.

    Args:
        mode: auto shows a bar where a person sees it and it does not mix with a pipe.
        label: what is running.
        total: bytes in all, when known.
        wire: descriptor of the real standard output.
    """
    if mode is ProgressMode.JSON:
        return JsonProgress(total)
    piped = stat.S_ISFIFO(os.fstat(wire).st_mode)
    plain = os.environ.get("TERM") == "dumb"
    if mode is ProgressMode.BAR or (
        mode is ProgressMode.AUTO and sys.stderr.isatty() and not piped and not plain
    ):
        return BarProgress(label, total)
    return NoProgress()
