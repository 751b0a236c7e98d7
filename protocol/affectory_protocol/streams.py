"""The streams a run writes: into part files published at the end, or straight into a pipe."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from affectory_protocol.digests import Hash, new_digest
from affectory_protocol.durable import disk_errors, write_all
from affectory_protocol.journal import StreamState
from affectory_protocol.line_sums import LineSums

BLOCK_BYTES = 2**20


class OutputStream(Protocol):
    """One stream of a run: output, rejects or dropped."""

    length: int
    lines: int
    sums: LineSums

    @property
    def is_open(self) -> bool:
        """Whether lines can still be written."""

    def write(self, raw: bytes, lines: Sequence[bytes]) -> None:
        """Write lines; `raw` is the same lines with their newlines."""

    def sync(self) -> None:
        """Put what was written on the disk, where there is one."""

    def publish(self) -> None:
        """Give the finished stream its name, where it has one."""

    def close(self) -> None:
        """Let go of the file."""


class PipeStream:
    """A stream whose reader takes the bytes as they come: standard output, a FIFO, a device."""

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self.length = 0
        self.lines = 0
        self.sums = LineSums()

    def write(self, raw: bytes, lines: Sequence[bytes]) -> None:
        """Write lines at once."""
        with disk_errors():
            write_all(self._fd, raw)
        self.length += len(raw)
        self.lines += len(lines)

    def sync(self) -> None:
        """Nothing: a pipe keeps nothing."""

    is_open = True

    def publish(self) -> None:
        """Nothing: the bytes are with their reader."""

    def close(self) -> None:
        """Leave the descriptor to whoever opened it."""


class NoStream:
    """A stream nobody asked for; its lines are counted and gone."""

    def __init__(self) -> None:
        self.length = 0
        self.lines = 0
        self.sums = LineSums()

    def write(self, raw: bytes, lines: Sequence[bytes]) -> None:
        """Count lines."""
        self.length += len(raw)
        self.lines += len(lines)

    def sync(self) -> None:
        """Nothing."""

    is_open = True

    def publish(self) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


class PartFile:
    """A stream into `PATH.part`, which becomes PATH when the run is complete.

    Args:
        path: the name it will have.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.part = path.with_name(path.name + ".part")
        self.length = 0
        self.lines = 0
        self.sums = LineSums()
        self._fd: int | None = None

    def begin(self) -> None:
        """Start with nothing."""
        self.length = self.lines = 0
        self.sums = LineSums()
        self._open(os.O_TRUNC)

    def matches(self, state: StreamState) -> Hash | None:
        """Whether the part begins with what the journal speaks of.

        A stream that was published before its run died has its final name already.

        Returns:
            The running digest of that beginning, or None.
        """
        path = self.part if self.part.exists() else self.path
        if not path.exists():
            return None
        digest, sums, lines = new_digest(), LineSums(), 0
        for block in whole_line_blocks(path, state.bytes):
            digest.update(block)
            split = block.split(b"\n")[:-1]
            sums.extend(split)
            lines += len(split)
        if digest.hexdigest() != state.sha256:
            return None
        self.sums, self.lines, self.length = sums, lines, state.bytes
        return digest

    def resume(self) -> None:
        """Go on behind what `matches` found; whatever lies there is cut off."""
        if not self.part.exists() and self.path.exists():
            self.path.replace(self.part)
        self._open(0)
        with disk_errors():
            os.ftruncate(self._descriptor(), self.length)
            os.lseek(self._descriptor(), self.length, os.SEEK_SET)

    def _open(self, flags: int) -> None:
        with disk_errors():
            self._fd = os.open(self.part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | flags, 0o666)

    def _descriptor(self) -> int:
        if self._fd is None:
            raise RuntimeError("the part file is not open")
        return self._fd

    def write(self, raw: bytes, lines: Sequence[bytes]) -> None:
        """Append lines."""
        with disk_errors():
            write_all(self._descriptor(), raw)
        self.sums.extend(lines)
        self.length += len(raw)
        self.lines += len(lines)

    def remove(self) -> None:
        """Leave nothing behind."""
        self.close()
        with disk_errors():
            self.part.unlink(missing_ok=True)

    def sync(self) -> None:
        """Put what was written on the disk."""
        with disk_errors():
            os.fsync(self._descriptor())

    @property
    def is_open(self) -> bool:
        """Whether lines can be written: not yet published."""
        return self._fd is not None and self.part.exists()

    def publish(self) -> None:
        """Give the part its final name; the caller has synced it and syncs the folder."""
        with disk_errors():
            self.part.replace(self.path)

    def close(self) -> None:
        """Let go of the file; it stays."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None


def whole_line_blocks(path: Path, length: int) -> Iterator[bytes]:
    """The first `length` bytes of a file in blocks that end with a line."""
    carry = b""
    left = length
    with path.open("rb") as file:
        while left and (block := file.read(min(BLOCK_BYTES, left))):
            left -= len(block)
            cut = block.rfind(b"\n") + 1
            if cut:
                yield carry + block[:cut]
                carry = block[cut:]
            else:
                carry += block
    if carry:
        yield carry
