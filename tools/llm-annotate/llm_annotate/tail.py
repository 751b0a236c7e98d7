"""Answers on their way into a store: on the disk at once, in the store many at a time.

A transaction of SQLite costs more than the few answers of one turn of an event loop. These are
appended to a file beside the store first, the tail of the process that received them, and go into
the store together. It outlives a SIGKILL; whoever opens the store next brings its answers in.
"""

import errno
import fcntl
import os
import re
import secrets
import stat
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO, NamedTuple, Self

from affectory_protocol.durable import disk_errors, write_all
from affectory_protocol.errors import TemporaryError

_MAGIC = b"affectory answers 1\n"
"""Begins a tail: a file without it is somebody else's, whatever its name."""
_INFIX = "-tail-"
_NAME = re.compile(r"[0-9a-f]{16}")
_HEAD = re.compile(rb"([0-9A-Za-z]{1,128}) ([0-9]{1,12}) ([0-9]{1,10})")
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
    """The tail of this process; it is there before anything is asked.

    Args:
        store: file that it lies beside, links followed.

    Raises:
        TemporaryError: there is no room for it.
        ManifestError: the place may not be written.
    """

    def __init__(self, store: Path) -> None:
        self._store = store
        self._length = len(_MAGIC)
        self._is_torn = False
        self._open()

    def append(self, answers: Sequence[KeptAnswer]) -> None:
        """Put answers on the disk; they outlive this process when this returns.

        Raises:
            TemporaryError: the disk is full, or fails; none of them is in the file then.
            ManifestError: the place may not be written.
        """
        content = b"".join(map(_pack, answers))
        with _beside_the_store():
            if self._is_torn:
                os.close(self._fd)  # what it holds is brought in by whoever opens the store next
                self._open()
            try:
                _write_at_once(self._fd, content)
            except OSError:
                self._is_torn = True
                os.ftruncate(self._fd, self._length)
                self._is_torn = False
                raise
        self._length += len(content)

    def clear(self) -> None:
        """Forget what it holds: it is in the store now."""
        with _beside_the_store():
            os.ftruncate(self._fd, len(_MAGIC))
        self._length = len(_MAGIC)

    def close(self) -> None:
        """Let go of the file; one that holds nothing is removed."""
        try:
            if self._length == len(_MAGIC):
                with _beside_the_store():
                    self._path.unlink(missing_ok=True)
        finally:
            os.close(self._fd)

    def _open(self) -> None:
        with _beside_the_store():
            self._path, self._fd = _create(self._store)
        self._length, self._is_torn = len(_MAGIC), False


@contextmanager
def _beside_the_store() -> Iterator[None]:
    """Say of a tail that fails what can be done about it."""
    try:
        with disk_errors():
            yield
    except OSError as error:
        raise TemporaryError(
            f"nothing can be kept beside the store: {error.strerror}",
            hint="Look after its folder and its name, and repeat the same command.",
        ) from error


def _write_at_once(fd: int, content: bytes) -> None:
    if os.write(fd, content) < len(content):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _create(store: Path) -> tuple[Path, int]:
    """A new tail, as private as the store, and its descriptor, which holds its lock."""
    while True:
        path = store.with_name(f"{store.name}{_INFIX}{secrets.token_hex(8)}")
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX)
            os.fchmod(fd, stat.S_IMODE(store.stat().st_mode))
            write_all(fd, _MAGIC)
            if os.fstat(fd).st_nlink:  # else one without a process, to who came before the lock
                return path, fd
        except BaseException:
            path.unlink(missing_ok=True)
            os.close(fd)
            raise
        os.close(fd)


class LeftTails:
    """The tails of processes that are gone, held until their answers are in the store.

    Used in a transaction of the store, so that those who come at the same time wait, and then find
    the answers there.

    Args:
        store: file that they lie beside, links followed.
    """

    def __init__(self, store: Path) -> None:
        self._stack = ExitStack()
        self._held: list[tuple[Path, IO[bytes]]] = []
        with _beside_the_store():
            for path in _list_tails(store):
                self._hold(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of them."""
        self._stack.close()

    def read(self) -> Iterator[KeptAnswer]:
        """All their answers."""
        for _, file in self._held:
            with _beside_the_store():
                content = file.read()
            yield from _unpack(content)

    def remove(self) -> None:
        """Their answers are in the store: they are done with."""
        for path, _ in self._held:
            with _beside_the_store():
                path.unlink(missing_ok=True)

    def _hold(self, path: Path) -> None:
        with suppress(FileNotFoundError):  # another has brought it in meanwhile
            file = self._stack.enter_context(path.open("r+b"))
            with suppress(BlockingIOError):  # its process is alive
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _is_ours(file):
                    self._held.append((path, file))


def _is_ours(file: IO[bytes]) -> bool:
    """Whether it begins as a tail does, or was to begin so when its process was killed."""
    begin = file.read(len(_MAGIC))
    file.seek(0)
    return _MAGIC.startswith(begin)


def read_tails(store: Path) -> Iterator[KeptAnswer]:
    """The answers of all tails, of living processes too; nothing is changed.

    Args:
        store: file that they lie beside, links followed.
    """
    for path in _list_tails(store):
        with suppress(FileNotFoundError), _beside_the_store():
            yield from _unpack(path.read_bytes())


def has_tail(store: Path) -> bool:
    """Whether any tail lies beside a store, with a process or without."""
    return any(True for _ in _list_tails(store))


def _list_tails(store: Path) -> Iterable[Path]:
    begin = f"{store.name}{_INFIX}"
    found = (path for path in store.parent.iterdir() if path.name.startswith(begin))
    return sorted(
        path
        for path in found
        if _NAME.fullmatch(path.name.removeprefix(begin))
        and path.is_file()
        and not path.is_symlink()
    )


def _pack(answer: KeptAnswer) -> bytes:
    body = answer.body
    return b"%s %d %d\n%s\n" % (answer.request.encode(), len(body), zlib.crc32(body), body)


def _unpack(content: bytes) -> Iterator[KeptAnswer]:
    """The whole answers of a tail; what a kill or a power cut has left after them is none."""
    if not content.startswith(_MAGIC):
        return
    position = len(_MAGIC)
    while (end := content.find(_END, position)) >= 0:
        head = _HEAD.fullmatch(content, position, end)
        if head is None:
            return
        body = content[end + 1 : end + 1 + int(head[2])]
        position = end + 1 + int(head[2]) + 1
        is_whole = content[position - 1 : position] == _END
        if not is_whole or zlib.crc32(body) != int(head[3]):
            return
        yield KeptAnswer(head[1].decode("ascii"), body)
