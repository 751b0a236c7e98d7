"""Batches in processes of their own: several at a time, and apart from what may end a process.

A worker is a fork that waits at a pipe for one batch after another. Batches are handed out in turn
and results taken back in the same turn, so that the output is that of a run without workers.
"""

import ctypes
import multiprocessing
import os
import pickle
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection

from affectory_protocol.errors import AffectoryError, RecordError
from affectory_protocol.reading import Chunk
from affectory_protocol.reasons import Reason
from affectory_protocol.result import BatchHandler, BatchResult, RejectWriter

_FORK = multiprocessing.get_context("fork")
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)
_GRACE_SECONDS = 0.2
"""A process whose pipe has closed may still be on its way out, with its status to come."""


class Worker:
    """One process.

    Args:
        handle: does a batch; it is inherited, never sent.
        siblings: connections of the other workers, which a new process lets go of.
    """

    def __init__(self, handle: BatchHandler, siblings: list[Connection]) -> None:
        self._handle = handle
        self._siblings = siblings
        self.batch: Chunk | None = None
        self._start()

    def _start(self) -> None:
        self.connection, theirs = _FORK.Pipe()
        self._siblings.append(self.connection)
        self._process = _FORK.Process(
            target=_serve, args=(self._handle, theirs, self._siblings, os.getpid()), daemon=True
        )
        self._process.start()
        theirs.close()

    def give(self, batch: Chunk) -> None:
        """Hand over a batch; the result of the one before has been taken."""
        self.batch = batch
        bare = Chunk(batch.offset, batch.lines, b"", batch.long_line, closed=batch.closed)
        with suppress(BrokenPipeError, ConnectionResetError):  # it died waiting: `take` says so
            self.connection.send_bytes(pickle.dumps(bare, pickle.HIGHEST_PROTOCOL))

    def take(self, seconds: float | None) -> BatchResult | RecordError:
        """Wait for the result of the batch; a process that ends without one is replaced.

        Args:
            seconds: as long as this; None is for ever.

        Returns:
            The result, or how the process ended.

        Raises:
            AffectoryError: the batch raised it.
        """
        if self.batch is None:
            raise RuntimeError("the worker has nothing to do")
        try:
            if not self.connection.poll(seconds):
                self._replace()
                return RecordError(Reason.TIMEOUT, f"no result within {seconds:g} seconds")
            answer = pickle.loads(self.connection.recv_bytes())  # noqa: S301 - our own fork wrote it
        except (EOFError, ConnectionResetError):
            return RecordError(Reason.CRASHED, _say_end(self._replace()))
        batch, self.batch = self.batch, None
        if isinstance(answer, AffectoryError):
            raise answer
        if isinstance(answer, _Traceback):
            raise RuntimeError(f"a batch failed in its process\n{answer}")  # noqa: TRY004 - a defect, told as one
        result: BatchResult = answer
        result.end, result.raw = batch.end, batch.raw
        return result

    def _replace(self) -> int | None:
        """End the process, or find it ended, and start another one; return its exit status."""
        self.batch = None
        self._process.join(_GRACE_SECONDS)
        self._process.kill()
        self._process.join()
        status = self._process.exitcode
        self._close()
        self._start()
        return status

    def _close(self) -> None:
        self._siblings.remove(self.connection)
        self.connection.close()

    def end(self) -> None:
        """Let the process go when it waits for a batch, end it when it works on one."""
        self._close()
        if self.batch is not None:
            self._process.kill()
        self._process.join()


class _Traceback(str):
    """What a batch raised that no batch should."""

    __slots__ = ()


def _say_end(status: int | None) -> str:
    if status is not None and status < 0:
        return f"its process was ended by {signal.Signals(-status).name}"
    return f"its process ended with status {status}"


def _serve(
    handle: BatchHandler, ours: Connection, inherited: list[Connection], parent: int
) -> None:
    """What a worker does: batches, until nobody is there to give one."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    for signum in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(0)
    for connection in inherited:
        connection.close()
    with suppress(EOFError, ConnectionResetError, BrokenPipeError):
        while True:
            batch = pickle.loads(ours.recv_bytes())  # noqa: S301 - our own parent wrote it
            ours.send_bytes(pickle.dumps(_answer(handle, batch), pickle.HIGHEST_PROTOCOL))


def _answer(handle: BatchHandler, batch: Chunk) -> BatchResult | AffectoryError | _Traceback:
    try:
        return handle(batch)
    except AffectoryError as error:
        return error
    except Exception:  # noqa: BLE001 - whatever it is, the parent shows it as its own
        return _Traceback(traceback.format_exc())


class Workers:
    """Several workers in turn.

    Args:
        handle: does a batch.
        count: of processes.
        rejects: writes the reject of a record that ends its process.
        record_timeout: seconds a record may take, a batch as many as it has records; None: any.
    """

    def __init__(
        self,
        handle: BatchHandler,
        count: int,
        rejects: RejectWriter,
        *,
        record_timeout: float | None = None,
    ) -> None:
        self._rejects = rejects
        self._record_timeout = record_timeout
        connections: list[Connection] = []
        self._workers = [Worker(handle, connections) for _ in range(count)]

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """Let all processes go."""
        while self._workers:
            self._workers.pop().end()

    def results(
        self, batches: Iterable[Chunk], *, is_input_waiting: Callable[[], bool]
    ) -> Iterator[BatchResult]:
        """Do batches, several at a time; yield what became of them in their order.

        Args:
            batches: of a run.
            is_input_waiting: whether the next batch can be had without waiting for whoever writes
                it; as long as it cannot, what is done is handed on.
        """
        idle, owing = deque(self._workers), deque[Worker]()
        for batch in batches:
            result = None
            if not idle:
                idle.append(owing.popleft())
                result = self._take(idle[0])
            owing.append(idle.popleft())
            owing[-1].give(batch)
            if result is not None:
                yield result
            while owing and not is_input_waiting():
                idle.append(owing.popleft())
                yield self._take(idle[-1])
        for worker in owing:
            yield self._take(worker)

    def _take(self, worker: Worker) -> BatchResult:
        batch = worker.batch
        if batch is None:
            raise RuntimeError("the worker has nothing to do")
        result = worker.take(self._seconds(len(batch.lines)))
        return self._one_by_one(worker, batch) if isinstance(result, RecordError) else result

    def _one_by_one(self, worker: Worker, batch: Chunk) -> BatchResult:
        """Do the records of a batch that ended its process; those that end it alone are rejects."""
        whole = BatchResult(batch.end, batch.raw)
        for single in batch.singles():
            worker.give(single)
            result = worker.take(self._seconds(1))
            if isinstance(result, RecordError):
                whole.counts.read += 1
                whole.endings.append(result.reason)
                line = self._rejects.encode(result, single.lines[0], single.offset)
                whole.reject(line, result.reason.value)
            else:
                whole.extend(result)
        return whole

    def _seconds(self, records: int) -> float | None:
        return None if self._record_timeout is None else self._record_timeout * records
