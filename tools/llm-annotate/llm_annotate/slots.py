"""Places for requests in flight, and what those who hold them tell about the server.

A request that is never answered may be at fault itself, or the server is gone. The others know: one
that keeps its place while they are answered is at fault.
"""

import asyncio


class Slots:
    """Lets so many requests be in flight; used inside one event loop.

    Args:
        count: of places.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._free = asyncio.Semaphore(count)
        self._queued = 0
        self._at_work = 0
        self._answers = 0
        self._doubted: dict[asyncio.Future[bool], int] = {}

    async def take(self) -> int:
        """Wait for a place, which `leave` gives back; a pair of calls on the way of every request.

        Returns:
            How many requests were answered before, for `is_at_fault`.
        """
        self._queued += 1
        try:
            await self._free.acquire()
            self._at_work += 1
        finally:
            self._queued -= 1
            self._decide()
        return self._answers

    def leave(self) -> None:
        """Give a place back."""
        self._at_work -= 1
        self._free.release()
        self._decide()

    def count_answer(self) -> None:
        """Note that the server answered somebody: whoever is in doubt is at fault."""
        self._answers += 1
        for doubt in self._doubted:
            if not doubt.done():
                doubt.set_result(True)

    async def is_at_fault(self, answers_before: int) -> bool:
        """Whether the server answers others; waits for those in flight to know.

        Args:
            answers_before: what `take` told.

        Returns:
            True when one of them is answered. When none is, and nobody waits for a place: whether
            any was answered since this place was taken. Else False.
        """
        doubt: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._doubted[doubt] = answers_before
        self._at_work -= 1
        try:
            self._decide()
            return await doubt
        finally:
            self._at_work += 1
            del self._doubted[doubt]

    def _decide(self) -> None:
        """Settle the doubts when nobody is left who could be answered."""
        place_is_taken_up = self._queued > 0 and len(self._doubted) < self._count
        if self._at_work > 0 or place_is_taken_up:
            return
        for doubt, answers_before in self._doubted.items():
            if not doubt.done():
                doubt.set_result(self._queued == 0 and self._answers > answers_before)
