"""From batches to commits: in this process, or in others when that was asked for or is wiser."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from affectory_protocol.errors import ManifestError, RecordError
from affectory_protocol.reading import Chunk
from affectory_protocol.reasons import Reason
from affectory_protocol.result import BatchHandler, BatchResult, RejectWriter
from affectory_protocol.session import Session
from affectory_protocol.settings import Settings
from affectory_protocol.threads import Threads

if TYPE_CHECKING:
    from affectory_protocol.workers import Workers

MAX_CONSECUTIVE_FAILURES = 100
"""So many backend rejects in a row with one reason mean that the backend is broken, no record."""

MAX_STARTS = 2
"""So many starts may die in a batch; the next one does it in a process apart. Where the verb
remembers, that process would forget: then so many may die in one record more, done alone in turn.
"""


@dataclass(frozen=True)
class Waits:
    """How a function that waits for others is called: for several batches at once, in threads.

    Attributes:
        batches: that are begun at most before the first of them is done.
        close: makes every call that waits return or raise soon.
    """

    batches: int
    close: Callable[[], None]


class Driver:
    """Does the batches of a run.

    Processes are started at once, before the run has threads.

    Args:
        handle: does one batch.
        settings: of the run.
        rejects: writes the reject of a record that ends its process.
        sync: makes durable what a batch did beside its result; a process apart calls it itself.
        waits: the function waits for others; how many batches are begun before the first is done.
        stateful: the function remembers, so every batch is done in the one process that does.
    """

    def __init__(
        self,
        handle: BatchHandler,
        settings: Settings,
        rejects: RejectWriter,
        *,
        sync: Callable[[], None] | None = None,
        waits: "Waits | None" = None,
        stateful: bool = False,
    ) -> None:
        self._handle = handle
        self._stateful = stateful
        self._sync = sync
        self._settings = settings
        self._rejects = rejects
        self._failures = 0
        self._failing: Reason | None = None
        # Only a process apart can be ended when a record takes too long.
        count = settings.num_workers or int(settings.record_timeout is not None)
        self._workers = self._hire(count) if count else None
        self._threads = Threads(handle, waits.batches, close=waits.close) if waits else None

    def __enter__(self) -> "Driver":
        return self

    def __exit__(self, *_: object) -> None:
        if self._workers is not None:
            self._workers.end()
        if self._threads is not None:
            self._threads.end()

    def _hire(self, count: int) -> "Workers":
        from affectory_protocol.workers import Workers  # brings what most runs never need

        timeout = self._settings.record_timeout
        return Workers(self._handle_apart, count, self._rejects, record_timeout=timeout)

    def _handle_apart(self, batch: Chunk) -> BatchResult:
        result = self._handle(batch)
        if self._sync is not None:
            self._sync()
        return result

    def drive(self, session: Session, batches: Iterator[Chunk]) -> None:
        """Do all batches and commit them in their order.

        Raises:
            ManifestError: the backend fails on everything.
        """
        with self:  # what is still being worked on ends before the session tidies up
            for result in self._results(session, batches):
                for reason in result.endings:
                    self._count_ending(reason)
                session.commit(result)

    def _results(self, session: Session, batches: Iterator[Chunk]) -> Iterator[BatchResult]:
        several = self._workers or self._threads
        if several is not None:
            yield from several.results(batches, is_input_waiting=session.is_input_waiting)
            return
        for batch in batches:
            if self._stateful and session.count_starts(batch) > MAX_STARTS:
                yield from self._in_turn(session, batch)
                continue
            if session.enter(batch) <= MAX_STARTS:
                yield self._handle(batch)
                continue
            with self._hire(1) as apart:
                yield from apart.results([batch], is_input_waiting=session.is_input_waiting)

    def _in_turn(self, session: Session, batch: Chunk) -> Iterator[BatchResult]:
        """Do the records of a batch one by one, each with a mark of its own.

        The batch as a whole gets no further mark: it would convict all its records.
        """
        for single in _cut_singles(batch):
            if session.enter(single) <= 2 * MAX_STARTS:
                yield self._handle(single)
                continue
            yield self._convict(single)
            session.keep_now()  # the mark of the next record forgets this one

    def _convict(self, single: Chunk) -> BatchResult:
        error = RecordError(Reason.CRASHED, f"{2 * MAX_STARTS} starts of the run died at it")
        result = BatchResult(single.end, single.raw)
        result.counts.read += 1
        result.endings.append(error.reason)
        line = self._rejects.encode(error, single.lines[0], single.offset)
        result.reject(line, error.reason.value)
        return result

    def _count_ending(self, reason: Reason | None) -> None:
        self._failures = 0 if reason is None or reason is not self._failing else self._failures
        self._failures += reason is not None
        self._failing = reason
        if self._failures >= MAX_CONSECUTIVE_FAILURES:
            raise ManifestError(
                f"the backend failed on {self._failures} records in a row: {reason}",
                hint="Look at the backend; the work so far is kept.",
            )


def _cut_singles(batch: Chunk) -> Iterator[Chunk]:
    """The lines of a batch, each with the bytes it was cut from; an over-long line is one."""
    if batch.long_line is not None:
        yield batch
    start = 0
    for line in batch.lines:
        raw = batch.raw[start : start + len(line) + 1]
        yield Chunk(batch.offset + start, [line], raw, closed=True)
        start += len(raw)
