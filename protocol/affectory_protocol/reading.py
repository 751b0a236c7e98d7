"""Lines of a manifest from a file or a pipe, in memory that does not grow with it.

Lines come in chunks: whole lines, in order, with the bytes they were cut from, so that the running
digest of the input can be taken over exactly what was processed. A line over the limit is never
held: its bytes go through the digests and only its first 4 kB stay.
"""

import hashlib
import os
import select
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from affectory_protocol.digests import Hash, new_digest
from affectory_protocol.errors import ManifestError, UsageError

BLOCK_BYTES = 2**20
HEAD_BYTES = 4096
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class LongLine:
    """A line that was over the limit: what is left of it.

    Attributes:
        length: bytes without the newline.
        size: bytes with its newline, when there is one.
        sha256: of the bytes without the newline, hexadecimal.
        head: its first 4,096 bytes.
    """

    length: int
    size: int
    sha256: str
    head: bytes


@dataclass(frozen=True, slots=True)
class Chunk:
    """Consecutive lines.

    Attributes:
        offset: of the first line, bytes from the start of the file.
        lines: without newlines; a carriage return before a newline and a BOM are still there.
        raw: the bytes of these lines with their newlines; empty when a long line was absorbed
            already.
        long_line: the over-long line this chunk stands for, and then the only one.
        closed: batches end here: an over-long line follows, or the input has ended.
    """

    offset: int
    lines: list[bytes]
    raw: bytes
    long_line: LongLine | None = None
    closed: bool = False

    @property
    def end(self) -> int:
        """Offset behind the last of its bytes."""
        return self.offset + (len(self.raw) if self.long_line is None else self.long_line.size)

    def offset_of(self, number: int) -> int:
        """Offset of the line of this number, from 0."""
        return self.offset + number + sum(map(len, self.lines[:number]))

    def singles(self) -> Iterator["Chunk"]:
        """Its lines, each in a chunk of its own, without the bytes they were cut from."""
        offset = self.offset
        for line in self.lines:
            yield Chunk(offset, [line], b"", closed=True)
            offset += len(line) + 1


class TruncatedInputError(ManifestError):
    """A pipe ended in the middle of a line."""


class LineReader:
    """Cuts a file descriptor into chunks of lines.

    Args:
        fd: open for reading.
        max_line_bytes: longer lines become a `LongLine`.
        absorb: called with the bytes of over-long lines as they stream by, newline included.
        shard: (k, n), 1 to n: only the lines that start in this part of a seekable file.
        first: where a seekable file is begun, bytes.
    """

    def __init__(
        self,
        fd: int,
        *,
        max_line_bytes: int,
        absorb: Callable[[bytes], None],
        shard: tuple[int, int] | None = None,
        first: int = 0,
    ) -> None:
        status = os.fstat(fd)
        self._fd = fd
        self.max_line_bytes = max_line_bytes
        self._absorb = absorb
        self.is_file = stat.S_ISREG(status.st_mode)
        self.start = first if self.is_file else 0
        self.end = max(status.st_size, self.start) if self.is_file else None
        if shard is not None:
            self.start, self.end = self._slice(shard)
        self.first = self.start

    @property
    def size(self) -> int | None:
        """Bytes to read in all; None for a pipe."""
        return None if self.end is None else self.end - self.first

    def is_ready(self) -> bool:
        """Whether reading would not wait for a writer."""
        return self.is_file or bool(select.select([self._fd], [], [], 0)[0])

    def at_end(self) -> bool:
        """Whether nothing follows what was read so far; a pipe loses a byte if something does."""
        return not self._read(self.start, 1)

    def _slice(self, shard: tuple[int, int]) -> tuple[int, int]:
        if self.end is None:
            raise UsageError("--shard needs a file as --input", hint="A pipe has no known size.")
        k, n = shard
        return self._line_start(self.end * (k - 1) // n), self._line_start(self.end * k // n)

    def _line_start(self, position: int) -> int:
        """The first offset at or after a position at which a line starts."""
        if position == 0 or self.end is None:
            return 0
        at = position - 1
        while at < self.end:
            block = os.pread(self._fd, BLOCK_BYTES, at)
            if not block:
                break
            newline = block.find(b"\n")
            if newline >= 0:
                return at + newline + 1
            at += len(block)
        return self.end

    def skip_prefix(self, length: int) -> Hash | None:
        """Read past what an earlier run processed.

        Args:
            length: bytes from the start of the slice.

        Returns:
            The running digest of those bytes; None when the input is shorter.
        """
        digest = new_digest()
        position = self.start
        while position < self.start + length:
            block = self._read(position, min(BLOCK_BYTES, self.start + length - position))
            if not block:
                return None
            digest.update(block)
            position += len(block)
        self.start = position
        return digest

    def _read(self, position: int, wanted: int = BLOCK_BYTES) -> bytes:
        if not self.is_file:
            return os.read(self._fd, wanted)
        if self.end is not None:
            wanted = min(wanted, self.end - position)
        return os.pread(self._fd, wanted, position)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the lines of the slice.

        Raises:
            TruncatedInputError: a pipe ended without a newline.
        """
        offset = position = self.start
        carry = b""
        while block := self._read(position):
            position += len(block)
            cut = block.rfind(b"\n") + 1
            if cut:
                raw = carry + block[:cut]
                yield from self._split(raw, offset)
                offset += len(raw)
                carry = block[cut:]
            else:
                carry += block
            while len(carry) > self.max_line_bytes:
                yield Chunk(offset, [], b"", closed=True)
                long_line, carry, position = self._absorb_long_line(carry, position)
                yield Chunk(offset, [], b"", long_line, closed=True)
                offset += long_line.size
                cut = carry.rfind(b"\n") + 1
                yield from self._split(carry[:cut], offset)
                offset, carry = offset + cut, carry[cut:]
        if carry and not self.is_file:
            raise _truncated(position)
        if carry:
            yield Chunk(offset, [carry], carry, closed=True)
        yield Chunk(position, [], b"", closed=True)

    def _split(self, raw: bytes, offset: int) -> Iterator[Chunk]:
        lines = raw.split(b"\n")
        lines.pop()
        limit = self.max_line_bytes
        if len(raw) <= limit or max(map(len, lines), default=0) <= limit:
            yield Chunk(offset, lines, raw)
            return
        short: list[bytes] = []
        for line in lines:
            if len(line) <= limit:
                short.append(line)
                continue
            joined = b"".join(b"%s\n" % one for one in short)
            yield Chunk(offset, short, joined, closed=True)
            offset += len(joined)
            short = []
            self._absorb(line + b"\n")
            digest = hashlib.sha256(line).hexdigest()
            remains = LongLine(len(line), len(line) + 1, digest, line[:HEAD_BYTES])
            yield Chunk(offset, [], b"", remains, closed=True)
            offset += len(line) + 1
        yield Chunk(offset, short, b"".join(b"%s\n" % one for one in short))

    def _absorb_long_line(self, begun: bytes, position: int) -> tuple[LongLine, bytes, int]:
        """Let the rest of an over-long line stream by; return what lies behind its newline."""
        digest = hashlib.sha256(begun)
        self._absorb(begun)
        length = len(begun)
        head = begun[:HEAD_BYTES]
        while block := self._read(position):
            position += len(block)
            newline = block.find(b"\n")
            piece = block if newline < 0 else block[:newline]
            digest.update(piece)
            length += len(piece)
            head += piece[: HEAD_BYTES - len(head)]
            if newline >= 0:
                self._absorb(block[: newline + 1])
                return (
                    LongLine(length, length + 1, digest.hexdigest(), head),
                    block[newline + 1 :],
                    position,
                )
            self._absorb(block)
        if not self.is_file:
            raise _truncated(position)
        return LongLine(length, length, digest.hexdigest(), head), b"", position


def _truncated(position: int) -> TruncatedInputError:
    return TruncatedInputError(
        f"the input ends in the middle of a line, at byte {position}",
        hint="The command before the pipe was cut off: look at how it ended.",
    )


def placed_lines(reader: LineReader, option: str) -> Iterator[tuple[int, bytes]]:
    """Yield every line that is not blank, as it is, with its offset.

    Args:
        reader: of the whole file.
        option: that the file came by.

    Raises:
        ManifestError: a line is too long to be held.
    """
    for chunk in reader.chunks():
        offset = chunk.offset
        if chunk.long_line is not None:
            raise ManifestError(
                f"{option} has a line over {reader.max_line_bytes} bytes, at byte {offset}",
                hint="Take it out first, with `manifest validate`.",
            )
        for line in chunk.lines:
            if not is_blank(line):
                yield offset, line
            offset += len(line) + 1


def batched(chunks: Iterator[Chunk], size: int, *, fixed: bool) -> Iterator[Chunk]:
    """Cut chunks into batches.

    Args:
        chunks: as the reader yields them.
        size: lines a batch.
        fixed: cut at fixed ordinals, so that a resumed run forms the same batches; otherwise lines
            are handed on as soon as they arrive.
    """
    waiting: list[bytes] = []
    offset = 0
    for chunk in chunks:
        if not waiting:
            offset = chunk.offset
        waiting += chunk.lines
        flush = chunk.closed or not fixed
        if chunk.closed and chunk.raw and not chunk.raw.endswith(b"\n") and chunk.long_line is None:
            yield from _cut_unterminated(waiting, offset, size)
            waiting = []
            continue
        while len(waiting) >= size or (flush and waiting):
            lines, waiting = waiting[:size], waiting[size:]
            raw = b"\n".join([*lines, b""])
            yield Chunk(offset, lines, raw)
            offset += len(raw)
        if chunk.long_line is not None:
            yield chunk


def limited(chunks: Iterator[Chunk], records: int) -> Iterator[Chunk]:
    """Stop after so many lines that are not blank."""
    left = records
    for chunk in chunks:
        if left <= 0:
            return
        if chunk.long_line is not None:
            left -= 1
            yield chunk
            continue
        size = 0
        for number, line in enumerate(chunk.lines):
            size += len(line) + 1
            left -= not is_blank(line)
            if left == 0:
                yield Chunk(chunk.offset, chunk.lines[: number + 1], chunk.raw[:size], closed=True)
                return
        yield chunk


def is_blank(line: bytes) -> bool:
    """Whether a line is no record, only white space."""
    return not line or line.isspace()


def _cut_unterminated(lines: list[bytes], offset: int, size: int) -> Iterator[Chunk]:
    """The last lines of a file whose last newline is missing."""
    for start in range(0, len(lines), size):
        piece = lines[start : start + size]
        last = start + size >= len(lines)
        raw = b"\n".join(piece) + (b"" if last else b"\n")
        yield Chunk(offset, piece, raw)
        offset += len(raw)


def clean_lines(chunk: Chunk) -> list[bytes]:
    """The lines without what is tolerated and never written: carriage returns, a BOM at the start.

    Args:
        chunk: its `raw` may be empty where the caller does not know it.
    """
    if chunk.offset and chunk.raw and b"\r" not in chunk.raw:
        return chunk.lines
    first = chunk.offset == 0
    return [clean_line(line, not first or number) for number, line in enumerate(chunk.lines)]


def clean_line(line: bytes, offset: int) -> bytes:
    """One line of this offset without what is tolerated and never written."""
    line = line.removesuffix(b"\r")
    return line.removeprefix(BOM) if offset == 0 else line
