"""Running SHA-256 of every stream of a run, taken in a thread beside the work.

hashlib lets go of the interpreter lock for all but small pieces, so on a second core the digests
cost no time. While the output repeats the input byte for byte, one digest serves for both.
"""

import hashlib
import queue
import threading
from types import TracebackType
from typing import Protocol

MAX_PENDING = 16
"""Pieces waiting at most; at 1 MiB a piece this bounds memory when hashing is the slower side."""


class Hash(Protocol):
    """A running digest, as hashlib makes them."""

    def update(self, data: bytes, /) -> None:
        """Add bytes."""

    def copy(self) -> "Hash":
        """A digest that goes on from here by itself."""

    def hexdigest(self) -> str:
        """The digest of what was added so far, hexadecimal."""


class Digests:
    """One running digest a stream.

    Args:
        states: stream to the digest it goes on from.
        twins: two streams whose bytes have been equal so far.
    """

    def __init__(self, states: dict[str, Hash], *, twins: tuple[str, str] | None = None) -> None:
        self._states = states
        self._twins = twins
        self._pending: queue.Queue[tuple[str, bytes] | threading.Event | None] = queue.Queue(
            MAX_PENDING
        )
        self._thread = threading.Thread(target=self._work, name="digests", daemon=True)
        self._thread.start()

    def __enter__(self) -> "Digests":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pending.put(None)
        self._thread.join()

    def has(self, name: str) -> bool:
        """Whether a digest is taken of this stream."""
        return name in self._states

    def feed(self, name: str, content: bytes) -> None:
        """Add bytes to one stream."""
        if content:
            self._part(name)
            self._pending.put((name, content))

    def feed_equal(self, content: bytes, first: str, second: str) -> None:
        """Add the same bytes to two streams, hashing them once while the two have been equal."""
        self._pending.put((first, content))
        if self._twins != (first, second):
            self._pending.put((second, content))

    def _part(self, name: str) -> None:
        if self._twins is not None and name in self._twins:
            first, second = self._twins
            self._drain()
            self._states[second] = self._states[first].copy()
            self._twins = None

    def snapshot(self) -> dict[str, str]:
        """The digests of everything fed so far, hexadecimal."""
        self._drain()
        digests = {name: state.hexdigest() for name, state in self._states.items()}
        if self._twins is not None:
            digests[self._twins[1]] = digests[self._twins[0]]
        return digests

    def _drain(self) -> None:
        done = threading.Event()
        self._pending.put(done)
        done.wait()

    def _work(self) -> None:
        while (item := self._pending.get()) is not None:
            if isinstance(item, threading.Event):
                item.set()
            else:
                self._states[item[0]].update(item[1])


def new_digest() -> Hash:
    """The digest of nothing yet."""
    return hashlib.sha256()
