"""What a run has done so far, on the disk, so that the same command goes on after any death.

The journal is a file of constant size with two slots. A checkpoint overwrites the older slot and
fsyncs it; a slot torn by a crash fails its checksum and the other one counts. Before a slot is
written, everything it speaks of is on the disk already.
"""

import errno
import os
import struct
import zlib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Annotated

from affectory_protocol.durable import disk_errors
from affectory_protocol.errors import ManifestError
from affectory_protocol.run_files import JOURNAL_MAGIC, JOURNAL_SLOT_BYTES
from pydantic import BaseModel, ConfigDict, Field, ValidationError

_HEADER = struct.Struct("<8sQII")
"""Magic, sequence number, length of the payload, CRC-32 of sequence and payload."""


class StreamState(BaseModel):
    """How far one stream of the run has come."""

    model_config = ConfigDict(frozen=True)

    bytes: Annotated[int, Field(ge=0)] = 0
    sha256: str = ""
    lines: Annotated[int, Field(ge=0)] = 0


@dataclass(slots=True)
class Counts:
    """Where the records went; the sums of protocol section 4 hold over them."""

    read: Annotated[int, Field(description="Records or rows read.")] = 0
    passed: Annotated[int, Field(description="Records that went on.")] = 0
    consumed: Annotated[int, Field(description="Records that others were made from.")] = 0
    dropped: Annotated[int, Field(description="Records left out for a reason.")] = 0
    rejected: Annotated[int, Field(description="Lines or rows that could not be processed.")] = 0
    produced: Annotated[int, Field(description="Records made from those consumed.")] = 0
    written: Annotated[int, Field(description="Records in the output.")] = 0
    replaced: Annotated[int, Field(description="Sections that were there and were replaced.")] = 0
    retried: Annotated[int, Field(description="Records tried one by one after their batch.")] = 0
    assets: Annotated[int, Field(description="Files made for derived records.")] = 0

    def add(self, other: "Counts") -> None:
        """Add the counts of a batch."""
        for field in fields(self):
            setattr(self, field.name, getattr(self, field.name) + getattr(other, field.name))

    def unbalanced(self) -> str | None:
        """The sum that does not hold, or None."""
        out = self.passed + self.consumed + self.dropped + self.rejected
        if self.read != out:
            return f"read {self.read}, but passed, consumed, dropped and rejected make {out}"
        made = self.passed + self.produced
        if self.written != made:
            return f"written {self.written}, but passed and produced make {made}"
        return None


class Progress(BaseModel):
    """A consistent point of a run: everything before it is done, nothing after it counts.

    `whole` says that a sink has written its foreign file: an empty manifest makes one, too, so that
    neither counts nor lengths could tell.
    """

    fingerprint: dict[str, str] = {}
    input: StreamState = StreamState()
    outputs: dict[str, StreamState] = {}
    counts: Counts = Counts()
    rejected_by_reason: dict[str, int] = {}
    dropped_by_reason: dict[str, int] = {}
    seconds: float = 0.0
    resumed: int = 0
    whole: bool = False


class Journal:
    """The two slots of one run.

    Args:
        path: of the journal file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._sequence = 0
        self._fd: int | None = None

    def read(self) -> list[Progress]:
        """The valid slots, newest first; empty when there is none."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return []
        slots = [_decode(content[at : at + JOURNAL_SLOT_BYTES]) for at in (0, JOURNAL_SLOT_BYTES)]
        valid = sorted((s for s in slots if s is not None), key=lambda s: s[0], reverse=True)
        self._sequence = valid[0][0] if valid else 0
        return [progress for _, progress in valid]

    def write(self, progress: Progress) -> None:
        """Make a point of the run durable."""
        payload = progress.model_dump_json().encode()
        if len(payload) > JOURNAL_SLOT_BYTES - _HEADER.size:
            raise ManifestError(
                f"the options of this run do not fit its journal: {len(payload)} bytes",
                hint="Shorten the values of its options.",
            )
        self._sequence += 1
        checksum = _checksum(self._sequence, payload)
        slot = _HEADER.pack(JOURNAL_MAGIC, self._sequence, len(payload), checksum) + payload
        with disk_errors():
            fd = self._open()
            slot = slot.ljust(JOURNAL_SLOT_BYTES, b"\0")
            if os.pwrite(fd, slot, JOURNAL_SLOT_BYTES * (self._sequence % 2)) < JOURNAL_SLOT_BYTES:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))  # as the next call would
            os.fsync(fd)

    def _open(self) -> int:
        if self._fd is None:
            self._fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        return self._fd

    def close(self) -> None:
        """Let go of the file; it stays."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def remove(self) -> None:
        """Forget the run: it is published, or begins again."""
        self.close()
        with disk_errors():
            self.path.unlink(missing_ok=True)
        self._sequence = 0


def _checksum(sequence: int, payload: bytes) -> int:
    return zlib.crc32(payload, zlib.crc32(sequence.to_bytes(8, "little")))


def _decode(slot: bytes) -> tuple[int, Progress] | None:
    if len(slot) < _HEADER.size:
        return None
    magic, sequence, length, checksum = _HEADER.unpack_from(slot)
    payload = slot[_HEADER.size : _HEADER.size + length]
    if magic != JOURNAL_MAGIC or len(payload) != length:
        return None
    if _checksum(sequence, payload) != checksum:
        return None
    try:
        return sequence, Progress.model_validate_json(payload)
    except ValidationError:
        return None
