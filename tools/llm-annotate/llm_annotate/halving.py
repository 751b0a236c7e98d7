"""Work on many things at once, and on fewer when memory does not suffice."""

import logging
from collections.abc import Callable, Sequence
from typing import TypeVar

from affectory_protocol.errors import TemporaryError

log = logging.getLogger(__name__)

Item = TypeVar("Item")
Result = TypeVar("Result")


class OutOfMemoryError(Exception):
    """The device or the machine has no memory left for so many."""


class Halving:
    """Cuts a sequence into parts; half as large from when one did not fit into memory.

    Args:
        size: of a part at first.

    Attributes:
        size: of a part now.
    """

    def __init__(self, size: int) -> None:
        self.size = size

    def run(
        self, function: Callable[[Sequence[Item]], list[Result]], items: Sequence[Item]
    ) -> list[Result]:
        """Apply a function to all items, part by part.

        Args:
            function: gives a result for each of its items; raises OutOfMemoryError.
            items: of any number.

        Raises:
            TemporaryError: a single item does not fit.
        """
        results: list[Result] = []
        while len(results) < len(items):
            part = items[len(results) : len(results) + self.size]
            try:
                results += function(part)
            except OutOfMemoryError:
                self._halve(len(part))
        return results

    def attempt(self, function: Callable[[int], Result]) -> Result:
        """Call a function that does several things at once by itself; it gets how many.

        Raises:
            TemporaryError: it does not fit with one at a time.
        """
        while True:
            try:
                return function(self.size)
            except OutOfMemoryError:
                self._halve(self.size)

    def _halve(self, tried: int) -> None:
        if tried == 1:
            raise TemporaryError(
                "out of memory, with one answer at a time",
                hint="The work so far is kept. Take a smaller model, --quantisation 4bit or a "
                "larger card.",
            )
        self.size = tried // 2
        log.warning("out of memory with %d answers at once; going on with %d", tried, self.size)
