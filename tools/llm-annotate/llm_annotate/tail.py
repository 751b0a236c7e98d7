"""Answers on their way into a store: on the disk at once, in the store many at a time.

A transaction of SQLite costs more than the few answers of one turn of an event loop. These are
appended to a file beside the store first, the tail of the process that received them, and go into
the store together. It outlives a SIGKILL; whoever opens the store next brings its answers in.
"""

import errno
import fcntl
import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import NamedTuple

from affectory_protocol.durable import disk_errors
from affectory_protocol.errors import TemporaryError

_INFIX = "-tail-"
_END = b"\n"


class KeptAnswer(NamedTuple):
    """An answer and what it answers.

    Attributes:
        request: digest of the request, hexadecimal.
        body: as the server sent it.
    """

    request: str
    body: bytes


class Tail:
    """The tail of this process; made with the first answer.

    Args:
        store: file that it lies beside.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._path: Path | None = None
        self._fd = -1
        self._length = 0

    def append(self, answers: Sequence[KeptAnswer]) -> None:
        """Put answers on the disk; they outlive this process when this returns.

        Raises:
            TemporaryError: the disk is full, or fails; none of them is in the file then.
            ManifestError: the place may not be written.
        """
        content = b"".join(map(_pack, answers))
        with _beside_the_store():
            if self._path is None:
                self._path, self._fd = _create(self._store)
            if os.write(self._fd, content) < len(content):
                os.ftruncate(self._fd, self._length)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._length += len(content)

    def clear(self) -> None:
        """Forget what it holds: it is in the store now."""
        if self._path is not None:
            with _beside_the_store():
                os.ftruncate(self._fd, 0)
        self._length = 0

    def close(self) -> None:
        """Let go of the file; an empty one is removed."""
        if self._path is None:
            return
        if self._length == 0:
            self._path.unlink(missing_ok=True)
        os.close(self._fd)
        self._path = None


@contextmanager
def _beside_the_store() -> Iterator[None]:
    """Say of a tail that fails what can be done about it."""
    try:
        with disk_errors():
            yield
    except OSError as error:
        raise TemporaryError(
            f"nothing can be kept beside the store: {error.strerror}",
            hint="Look after its folder, and repeat the same command.",
        ) from error


def _create(store: Path) -> tuple[Path, int]:
    """A new tail, and its descriptor, which holds its lock."""
    while True:
        path = store.with_name(f"{store.name}{_INFIX}{secrets.token_hex(8)}")
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o666)
        fcntl.flock(fd, fcntl.LOCK_EX)
        if os.fstat(fd).st_nlink:  # else taken for one without a process, before it was locked
            return path, fd
        os.close(fd)


def take_left(store: Path) -> Iterator[list[KeptAnswer]]:
    """The answers of each tail whose process is gone; it is removed once the next one is asked for.

    Args:
        store: file that they lie beside.
    """
    for path in sorted(_list_tails(store)):
        with suppress(FileNotFoundError), path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # its process brings them in
            yield list(_unpack(file.read()))
            path.unlink(missing_ok=True)


def has_tail(store: Path) -> bool:
    """Whether any tail lies beside a store, with a process or without."""
    return next(_list_tails(store), None) is not None


def _list_tails(store: Path) -> Iterator[Path]:
    return store.parent.glob(f"{escape(store.name)}{_INFIX}*")


def _pack(answer: KeptAnswer) -> bytes:
    return b"%s %d\n%s\n" % (answer.request.encode(), len(answer.body), answer.body)


def _unpack(content: bytes) -> Iterator[KeptAnswer]:
    """The whole answers of a tail; what a kill or a power cut has left after them is none."""
    position = 0
    while (end := content.find(_END, position)) >= 0:
        request, _, length = content[position:end].partition(b" ")
        if not (request.isalnum() and length.isdigit()):
            return
        begin, position = end + 1, end + 1 + int(length)
        if content[position : position + 1] != _END:
            return
        yield KeptAnswer(request.decode("ascii"), content[begin:position])
        position += 1
