"""Answers of many tasks of one event loop, kept in one transaction a turn of the loop."""

import asyncio

from affectory_protocol.errors import AffectoryError

from llm_annotate.store import ResponseStore


class SharedCommits:
    """Collects the answers that arrive in one turn of the event loop and keeps them together.

    A task goes on after the transaction that holds its answer: nobody learns of an answer that a
    kill could take away. The answer of a task that was cancelled meanwhile is kept all the same.

    Args:
        store: where they are kept; the caller closes it, after its tasks have ended.
    """

    def __init__(self, store: ResponseStore) -> None:
        self._store = store
        self._waiting: list[tuple[str, bytes, asyncio.Future[None]]] = []

    async def put(self, request: str, body: bytes) -> None:
        """Keep an answer; it is in the store when this returns."""
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._commit)
        kept = loop.create_future()
        self._waiting.append((request, body, kept))
        await kept

    def _commit(self) -> None:
        arrived, self._waiting = self._waiting, []
        fault: AffectoryError | None = None
        try:
            self._store.put_all([(request, body) for request, body, _ in arrived])
        except AffectoryError as error:
            fault = error
        for _, _, kept in arrived:
            if kept.cancelled():
                continue
            if fault is None:
                kept.set_result(None)
            else:
                kept.set_exception(fault)
