"""What was done to the lines of a file since its receipt recorded a sum of each."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.line_sums import LineSums, LineSumsRecord
from affectory_protocol.receipt import OutputRecord
from affectory_protocol.streams import whole_line_blocks

_SUM_BYTES = 4


@dataclass(frozen=True)
class Edit:
    """The shortest run of lines whose exchange makes one file of another.

    Attributes:
        at: the first line concerned, from 0.
        removed: how many lines of before are gone.
        added: how many lines of now have come.
        origin: where the first of the added lines stood before, from 0; None when it is new.
    """

    at: int
    removed: int
    added: int
    origin: int | None

    def explain(self) -> str | None:
        """What was done, in words about the line at `at`; None when its content changed."""
        if not self.added:
            gone = "a line" if self.removed == 1 else f"{self.removed} lines"
            return f"{gone} that stood here before {'is' if self.removed == 1 else 'are'} gone"
        if not self.removed:
            return "it was added" if self.origin is None else f"a copy of line {self.origin + 1}"
        return None if self.origin is None else f"it was line {self.origin + 1}"


def find_edit(before: Sequence[bytes], now: Sequence[bytes]) -> Edit | None:
    """Find what was done to the lines of a file; None when they are the same.

    Args:
        before: a sum of each line as it was written.
        now: a sum of each line as it is.
    """
    shorter = min(len(before), len(now))
    head = next((i for i in range(shorter) if before[i] != now[i]), shorter)
    if head == len(before) == len(now):
        return None
    rest = shorter - head
    tail = next((i for i in range(rest) if before[-1 - i] != now[-1 - i]), rest)
    gone, come = before[head : len(before) - tail], now[head : len(now) - tail]
    origin = before.index(come[0]) if come and come[0] in before else None
    return Edit(head, len(gone), len(come), origin)


def find_line_edit(path: Path, stream: OutputRecord) -> Edit | None:
    """Find what was done to a file; None when no line differs or the receipt has no sum of each.

    Args:
        path: the file.
        stream: what its receipt says of it.
    """
    now, _ = sum_lines(path)
    if stream.line_sums is None or stream.line_sums.every > 1 or now.every > 1:
        return None
    return find_edit(_split(stream.line_sums), _split(now))


def sum_lines(path: Path) -> tuple[LineSumsRecord, int]:
    """The sums of a file's lines, as a receipt holds them, and how many lines there are."""
    sums, count = LineSums(), 0
    for block in whole_line_blocks(path, path.stat().st_size):
        lines = block.removesuffix(b"\n").split(b"\n")
        sums.extend(lines)
        count += len(lines)
    return sums.record(), count


def _split(record: LineSumsRecord) -> list[bytes]:
    raw = base64.b64decode(record.values)
    return [raw[i : i + _SUM_BYTES] for i in range(0, len(raw), _SUM_BYTES)]
