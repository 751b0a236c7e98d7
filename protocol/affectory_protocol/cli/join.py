"""Sections of further manifests put into the records of one, found by id."""

import logging
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from affectory_protocol.cli.right import Right
from affectory_protocol.cli.transfer import IDENTITY, KEYED, transfer_sections
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.processing import Processor
from affectory_protocol.reading import Chunk
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import SECTIONS
from affectory_protocol.result import BatchResult

log = logging.getLogger(__name__)


class On(StrEnum):
    """Which member of a record names the one it is joined with."""

    ID = "id"
    PARENT = "parent"


class How(StrEnum):
    """What becomes of a record that has none to be joined with, in the words of SQL."""

    LEFT = "left"
    INNER = "inner"


@dataclass(frozen=True)
class Choices:
    """What a person chooses.

    Attributes:
        sections: that are joined; empty for all that a record lacks.
        on: member that names the other record.
        how: what becomes of a record without another.
    """

    sections: Sequence[str]
    on: On
    how: How

    def __post_init__(self) -> None:
        """Refuse members that are no sections."""
        for name in IDENTITY:
            if name in self.sections:
                raise UsageError(f"--sections names a member that is no section: {name}")

    @property
    def touched(self) -> tuple[str, ...]:
        """Members that may not stand twice in a record that gets sections."""
        return (*(self.sections or KEYED), self.on)


class Joiner:
    """Joins the records of one manifest with those of others.

    Args:
        paths: of the others, each joined with what came out of the one before.
        choices: of a person.
        processor: of the run; its gate looks at `choices.touched`.
    """

    def __init__(self, paths: Sequence[Path], choices: Choices, processor: Processor) -> None:
        self._paths = paths
        self._choices = choices
        self._processor = processor
        self._rights: list[Right] = []
        self._cleanup = ExitStack()
        self._left_behind = 0
        self._resumed = False

    def __enter__(self) -> "Joiner":
        return self

    def __exit__(self, *_: object) -> None:
        self._cleanup.close()

    def recall(self, written: Iterable[bytes]) -> None:
        """Read the further manifests; remember what records were joined before an interruption.

        Args:
            written: lines that an interrupted run had written.

        Raises:
            ManifestError: one of the manifests is not valid.
            UsageError: a section has no model, and none of the manifests has it.
        """
        for path in self._paths:
            limit = self._processor.settings.max_line_bytes
            right = Right(path, limit, asked=self._choices.sections)
            self._cleanup.callback(right.close)
            self._rights.append(right)
        self._refuse_unknown()
        for line in written:
            self._resumed = True
            with suppress(RecordError):
                key = self._key(Record.parse(line))
                if key is not None:
                    self._remember(key)

    def _refuse_unknown(self) -> None:
        known = set(SECTIONS).union(*(right.found for right in self._rights))
        unknown = [name for name in self._choices.sections if name not in known]
        if unknown and not all(right.is_empty for right in self._rights):
            raise UsageError(
                f"--sections names what no record of --with has: {', '.join(unknown)}",
                hint=f"Sections of the protocol: {', '.join(SECTIONS)}.",
            )

    def handle(self, chunk: Chunk) -> BatchResult:
        """Join a chunk of records."""
        result = BatchResult(chunk.end, chunk.raw)
        for number, gated in enumerate(self._processor.admit(chunk, result)):
            if isinstance(gated, Record):
                try:
                    result.pass_on(self._join(gated, result))
                except RecordError as error:
                    self._processor.reject(chunk, number, error.bare(), result)
            elif isinstance(gated, RecordError):
                self._processor.reject(chunk, number, gated, result)
        return result

    def _key(self, record: Record) -> str | None:
        """The id of the record that this one is joined with."""
        key = record.members.get(self._choices.on)
        return key if isinstance(key, str) else None

    def _join(self, record: Record, result: BatchResult) -> bytes:
        key = self._key(record)
        matches = [right.find(key) if key is not None else None for right in self._rights]
        if self._choices.how is How.INNER and None in matches:
            raise RecordError(
                Reason.NO_MATCH, f"--with has no record of the id: /{self._choices.on}"
            )
        replaced = left_behind = 0
        for match in filter(None, matches):
            done = transfer_sections(record, match, self._choices.sections, self._processor.policy)
            record = done.record
            replaced += done.replaced
            left_behind += done.left_behind
        if key is not None and any(matches):
            self._remember(key)
        result.counts.replaced += replaced
        self._left_behind += left_behind
        return record.line

    def _remember(self, key: str) -> None:
        for right in self._rights:
            right.match(key)

    def describe(self) -> str:
        """What had no match and what was left behind, for people."""
        unmatched = ", ".join(str(right.count_unmatched()) for right in self._rights)
        told = f"records of --with that none was joined with: {unmatched}"
        if self._left_behind:
            told += f"; measures of other assets left behind: {self._left_behind}"
            told += " since the run went on" if self._resumed else ""
        return told
