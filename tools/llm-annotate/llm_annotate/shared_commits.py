"""Answers of many tasks of one event loop, on the disk with one write a turn of the loop."""

import asyncio
from collections.abc import Sequence
from typing import Self

from llm_annotate.store import ResponseStore
from llm_annotate.tail import KeptAnswer, Tail

MOST_IN_TAIL = 256
"""Answers that go into the store together."""
MOST_BYTES_IN_TAIL = 2**20
LONGEST_IN_TAIL = 0.1
"""Seconds until other processes find an answer in the store, at most."""


class SharedCommits:
    """Keeps the answers that arrive in one turn of the event loop together.

    A task goes on when its answer is on the disk: nobody learns of an answer that a kill could take
    away. The answer of a task that was cancelled meanwhile is kept all the same. Used inside one
    event loop, and closed there after its tasks have ended.

    Args:
        store: where they are kept; the caller closes it.

    Raises:
        TemporaryError, ManifestError: nothing can be kept beside the store.
    """

    def __init__(self, store: ResponseStore) -> None:
        self._store = store
        self._tail = Tail(store.path)
        self._waiting: list[tuple[KeptAnswer, asyncio.Future[None]]] = []
        self._recent: dict[str, bytes] = {}
        self._recent_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._fault: Exception | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Bring into the store what is in the tail.

        Raises:
            AffectoryError: the store cannot take it; whoever opens it next finds it in the tail.
        """
        try:
            self._commit()
            self._fold()
        finally:
            self._tail.close()

    async def put(self, request: str, body: bytes) -> None:
        """Keep an answer; it outlives this process when this returns."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._commit)
        kept = loop.create_future()
        self._waiting.append((KeptAnswer(request, body), kept))
        await kept

    def find(self, requests: Sequence[str]) -> dict[str, bytes]:
        """Those of these requests that have an answer, with it."""
        recent = {one: self._recent[one] for one in requests if one in self._recent}
        return self._store.find(requests) | recent

    def _commit(self) -> None:
        arrived, self._waiting = self._waiting, []
        fault: Exception | None = None
        if arrived:
            try:
                self._keep([answer for answer, _ in arrived])
            except Exception as error:  # noqa: BLE001 - handed to those who wait, whatever it is
                fault = error
        fault = fault or self._fault  # what is paid for is kept also when the store has failed
        for _, kept in arrived:
            if kept.cancelled():
                continue
            if fault is None:
                kept.set_result(None)
            else:
                kept.set_exception(fault)

    def _keep(self, answers: Sequence[KeptAnswer]) -> None:
        self._tail.append(answers)
        self._recent.update(answers)
        self._recent_bytes += sum(len(body) for _, body in answers)
        if len(self._recent) >= MOST_IN_TAIL or self._recent_bytes >= MOST_BYTES_IN_TAIL:
            self._fold_in_time()
        elif self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(LONGEST_IN_TAIL, self._fold_in_time)

    def _fold_in_time(self) -> None:
        """Bring the tail into the store; where that fails, whoever keeps the next answer learns."""
        if self._fault is not None:
            return
        try:
            self._fold()
        except Exception as error:  # noqa: BLE001 - as above
            self._fault = error

    def _fold(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._recent:
            self._store.put_all(list(self._recent.items()))
            self._tail.clear()
            self._recent, self._recent_bytes = {}, 0
