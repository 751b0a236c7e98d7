"""What became of one batch: lines for each stream and the counts that go with them."""

import base64
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.journal import Counts
from affectory_protocol.reading import Chunk, LongLine
from affectory_protocol.reasons import Reason


@dataclass(slots=True)
class BatchResult:
    """Lines without newlines, in order.

    Attributes:
        end: input offset behind the batch, bytes; for a source the number of rows.
        raw: the input bytes of the batch, for the running digest.
        passed_raw: the output is these bytes: the whole batch went through unchanged.
        output: lines of the output.
        rejects: reject lines.
        dropped: lines of the dropped stream.
        endings: how the backend fared, in order: a reason where it failed; None stands for one or
            more records on which it did not.
        counts: where the records went; lines of the three streams are counted as they are written.
        rejected_by_reason: how many rejects a reason.
        dropped_by_reason: how many dropped a reason.
    """

    end: int
    raw: bytes = b""
    passed_raw: bytes | None = None
    output: list[bytes] = field(default_factory=list)
    rejects: list[bytes] = field(default_factory=list)
    dropped: list[bytes] = field(default_factory=list)
    counts: Counts = field(default_factory=Counts)
    endings: list[Reason | None] = field(default_factory=list)
    rejected_by_reason: Counter[str] = field(default_factory=Counter)
    dropped_by_reason: Counter[str] = field(default_factory=Counter)

    def extend(self, other: "BatchResult") -> None:
        """Add what became of a part of the batch."""
        self.output += other.output
        self.rejects += other.rejects
        self.dropped += other.dropped
        self.endings += other.endings
        self.counts.add(other.counts)
        self.rejected_by_reason.update(other.rejected_by_reason)
        self.dropped_by_reason.update(other.dropped_by_reason)

    def pass_on(self, line: bytes) -> None:
        """Add a record that goes on."""
        self.output.append(line)
        self.counts.passed += 1

    def produce(self, texts: list[bytes]) -> None:
        """Add what one record or row was turned into.

        Args:
            texts: each a line; a row of a foreign file that is given back may be several.
        """
        lines = [line for text in texts for line in text.split(b"\n")]
        self.output += lines
        self.counts.consumed += 1
        self.counts.produced += len(lines)

    def reject(self, line: bytes, reason: str) -> None:
        """Add a reject line."""
        self.rejects.append(line)
        self.rejected_by_reason[reason] += 1

    def drop(self, line: bytes, reason: str) -> None:
        """Add a dropped record."""
        self.dropped.append(line)
        self.dropped_by_reason[reason] += 1


BatchHandler: TypeAlias = Callable[[Chunk], BatchResult]
"""Does one batch of consecutive lines."""


@dataclass(frozen=True, slots=True)
class RejectWriter:
    """Writes reject lines of one verb."""

    tool: str
    verb: str

    def encode(self, error: RecordError, line: bytes, offset: int) -> bytes:
        """A reject line that gives the original bytes back."""
        try:
            original = {"line": line.decode()}
        except UnicodeDecodeError:
            original = {"line_base64": base64.b64encode(line).decode()}
        return self._encode(error, offset, len(line), original)

    def encode_long(self, error: RecordError, line: LongLine, offset: int) -> bytes:
        """A reject line for a line that was not held: its digest and its beginning."""
        head = base64.b64encode(line.head).decode()
        return self._encode(
            error, offset, line.length, {"sha256": line.sha256, "head_base64": head}
        )

    def _encode(
        self, error: RecordError, offset: int, length: int, original: dict[str, str]
    ) -> bytes:
        return orjson.dumps(
            {
                "reason": error.reason.value,
                "message": error.message,
                "offset": offset,
                "length": length,
                "tool": self.tool,
                "verb": self.verb,
                **original,
            }
        )
