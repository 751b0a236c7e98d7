"""Records that did not make it: rejects with their reasons, and records that were left out."""

import base64
import binascii
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import orjson
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Source, Text, Verdict, Verdicts

from report.distributions import Distributions
from report.gallery import CardMaker, Measured
from report.tally import Tally
from report.thumbnail import Thumbnail

EXAMPLES = 25
"""Records of one reason that are listed one by one; all of them are counted."""

EXCERPT = 100
"""Characters of a lost record that the page shows."""

MAX_LINE_BYTES = 64 * 2**20
"""Longest line read: a reject holds a line of 16 MiB and what escaping adds to it."""

MAX_REASONS = 100
"""Reasons kept apart, as files may come from anywhere."""


@dataclass(frozen=True, slots=True)
class RejectReason:
    """Why and where records were rejected."""

    tool: str
    verb: str
    reason: str


@dataclass(frozen=True, slots=True)
class Reject:
    """One rejected line, without its content but for a short excerpt."""

    id: str
    offset: int | None
    message: str
    excerpt: str


@dataclass(frozen=True, slots=True)
class DropReason:
    """Which filter or importer left records out, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Drop:
    """One record that was left out."""

    id: str
    text: str
    picture: Thumbnail | None
    numbers: tuple[Measured, ...]


@dataclass(slots=True)
class Rejects:
    """Rejects by reason, with the first of each.

    Args:
        max_examples: rejects of one reason that are kept.
    """

    max_examples: int = EXAMPLES
    unreadable: int = 0
    counts: Tally[RejectReason] = field(default_factory=lambda: Tally(max_keys=MAX_REASONS))
    examples: dict[RejectReason, list[Reject]] = field(default_factory=dict)

    def add(self, line: bytes) -> None:
        """Count one line of a rejects file."""
        entry = _parse(line)
        if entry is None:
            self.unreadable += 1
            return
        key = RejectReason(*(_text(entry.get(name)) for name in ("tool", "verb", "reason")))
        self.counts.add(key)
        kept = self.examples.setdefault(key, []) if self.counts.count(key) else []
        if len(kept) < self.max_examples:
            offset = entry.get("offset")
            content = _content(entry)
            kept.append(
                Reject(
                    id=_find_id(content),
                    offset=offset if isinstance(offset, int) else None,
                    message=_text(entry.get("message")),
                    excerpt=_shorten(content.decode(errors="replace")),
                )
            )


@dataclass(slots=True)
class Drops:
    """Records left out by reason, with the first of each.

    Args:
        cards: loads their pictures.
        distributions: told of their verdicts.
        max_examples: records of one reason that are kept.
    """

    cards: CardMaker
    distributions: Distributions
    max_examples: int = EXAMPLES
    unreadable: int = 0
    counts: Tally[DropReason] = field(default_factory=lambda: Tally(max_keys=MAX_REASONS))
    examples: dict[DropReason, list[Drop]] = field(default_factory=dict)

    def add(self, line: bytes) -> None:
        """Count one line of a dropped file."""
        try:
            record = Record.parse(line, sections=(Source, Text, Assets, Verdicts))
        except RecordError:
            self.unreadable += 1
            return
        self.distributions.add_verdicts(record.get(Verdicts), kept=False)
        name, verdict = _find_failed(record.get(Verdicts))
        key = DropReason(name, (verdict.reason or "") if verdict else "")
        self.counts.add(key)
        kept = self.examples.setdefault(key, []) if self.counts.count(key) else []
        if len(kept) < self.max_examples:
            text = record.get(Text)
            picture, _ = self.cards.load_picture(record)
            kept.append(
                Drop(record.id, _shorten(text.content) if text else "", picture, _number(verdict))
            )


def _find_failed(verdicts: Verdicts | None) -> tuple[str, Verdict | None]:
    judged = verdicts.root.items() if verdicts else ()
    return next(((name, v) for name, v in judged if not v.passed), ("", None))


def _number(verdict: Verdict | None) -> tuple[Measured, ...]:
    if verdict is None:
        return ()
    numbers = (Measured("measured", verdict.score), Measured("threshold", verdict.threshold))
    return tuple(number for number in numbers if number.value is not None)


def read_lines(paths: Iterable[Path]) -> Iterator[bytes]:
    """Yield the lines of some files; one that is too long comes as its beginning.

    Raises:
        UsageError: a file cannot be read.
    """
    for path in paths:
        try:
            with path.open("rb") as stream:
                yield from _cut_lines(iter(partial(stream.readline, MAX_LINE_BYTES), b""))
        except OSError as error:
            raise UsageError(f"a file cannot be read: {error.strerror}: {path}") from error


def _cut_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    is_rest = False
    for piece in pieces:
        line = piece.strip()
        if line and not is_rest:
            yield line
        is_rest = not piece.endswith(b"\n")


def _parse(line: bytes) -> dict[str, object] | None:
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return entry if isinstance(entry, dict) and "reason" in entry else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _content(entry: dict[str, object]) -> bytes:
    """The rejected bytes, or as much of them as was kept."""
    if isinstance(line := entry.get("line"), str):
        return line.encode()
    encoded = entry.get("line_base64", entry.get("head_base64"))
    try:
        return base64.b64decode(_text(encoded), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _find_id(content: bytes) -> str:
    try:
        record = orjson.loads(content)
    except orjson.JSONDecodeError:
        return ""
    return _shorten(_text(record.get("id"))) if isinstance(record, dict) else ""


def _shorten(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[:EXCERPT]}…"
