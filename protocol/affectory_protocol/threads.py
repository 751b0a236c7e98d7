"""Batches in several threads, for work that waits: servers, mostly."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor

from affectory_protocol.reading import Chunk
from affectory_protocol.result import BatchHandler, BatchResult


class Threads:
    """Several batches at once; results come in the order of the batches.

    Args:
        handle: does a batch; called from several threads.
        count: of threads, and of batches between the first that is not done and the last begun.
        close: makes every batch that is being done end soon.
    """

    def __init__(self, handle: BatchHandler, count: int, *, close: Callable[[], None]) -> None:
        self._handle = handle
        self._count = count
        self._close = close
        self._pool = ThreadPoolExecutor(count, thread_name_prefix="batch")

    def end(self) -> None:
        """Let go of what is not done."""
        self._close()
        self._pool.shutdown(cancel_futures=True)

    def results(
        self, batches: Iterable[Chunk], *, is_input_waiting: Callable[[], bool]
    ) -> Iterator[BatchResult]:
        """Do batches; yield what became of them in their order.

        Args:
            batches: of a run.
            is_input_waiting: whether the next batch can be had without waiting for whoever writes
                it; as long as it cannot, what is done is handed on.
        """
        owing = deque[Future[BatchResult]]()
        for batch in batches:
            if len(owing) == self._count:
                yield owing.popleft().result()
            owing.append(self._pool.submit(self._handle, batch))
            while owing and (owing[0].done() or not is_input_waiting()):
                yield owing.popleft().result()
        while owing:
            yield owing.popleft().result()
