"""From a batch of lines to what became of each: the gate, the verb's function, the writing."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from affectory_protocol.errors import ManifestError, RecordError, TemporaryError
from affectory_protocol.reading import Chunk, clean_line, is_blank
from affectory_protocol.reasons import BACKEND_REASONS, Reason
from affectory_protocol.record import Gate, Record
from affectory_protocol.records import Section
from affectory_protocol.result import BatchResult, RejectWriter
from affectory_protocol.settings import Settings
from affectory_protocol.verb import Verb
from affectory_protocol.writing import Policy, Signature

OutcomeT = TypeVar("OutcomeT")
BatchFunction: TypeAlias = Callable[[Sequence[Record]], Iterable[OutcomeT | RecordError]]

MAX_CONSECUTIVE_FAILURES = 100
"""So many backend rejects in a row with one reason mean that the backend is broken, no record."""


_READ_NOTHING = Record(b"", {"id": ""}, {}).digest_of(())


@dataclass(slots=True)
class Entry:
    """One line on its way through a batch.

    Attributes:
        line: as it came.
        offset: in the input, bytes.
        record: what the gate made of it.
        error: why it is rejected.
        passes: it goes through unchanged.
    """

    line: bytes
    offset: int
    record: Record | None = None
    error: RecordError | None = None
    passes: bool = False


class Processor:
    """What all kinds of verbs that read a manifest do with a batch.

    Args:
        verb: what runs.
        settings: the shared options.
        signature: of the run.
        members: names of further members that the verb's function looks at.
    """

    def __init__(
        self,
        verb: Verb,
        settings: Settings,
        signature: Signature,
        *,
        members: Iterable[str] = (),
    ) -> None:
        self.verb = verb
        self.settings = settings
        self.signature = signature
        self.policy = Policy(settings.existing, overwrite_human=settings.overwrite_human)
        self.rejects = RejectWriter(verb.tool, verb.name)
        sections = dict.fromkeys([*verb.needs, *verb.reads])
        self.read_names = (*(section.name for section in sections), *members)
        written = [section.name for section in verb.writes]
        self._gate = Gate(sections, touched=[*written, *members])
        self._whole = [s.name for s in verb.writes if issubclass(s, Section)]
        self._failures = 0
        self._failing: Reason | None = None

    @classmethod
    def of(cls, verb: Verb, settings: Settings) -> "Processor":
        """A processor for a verb that writes no sections."""
        return cls(verb, settings, Signature(b""))

    def admit(self, batch: Chunk, result: BatchResult) -> list[Entry]:
        """Put every line of a batch through the gate; over-long lines are rejected at once."""
        if batch.long_line is not None:
            result.counts.read += 1
            error = RecordError(
                Reason.LINE_TOO_LONG, f"the line has {batch.long_line.length} bytes"
            )
            line = self.rejects.encode_long(error, batch.long_line, batch.offset)
            result.reject(line, error.reason.value)
            return []
        entries: list[Entry] = []
        offset = batch.offset
        odd = offset == 0 or b"\r" in batch.raw or not batch.raw
        for line in batch.lines:
            cleaned = clean_line(line, offset) if odd else line
            if not is_blank(cleaned):
                entries.append(self._admit(cleaned, line, offset))
            offset += len(line) + 1
        result.counts.read += len(entries)
        return entries

    def _admit(self, cleaned: bytes, line: bytes, offset: int) -> Entry:
        entry = Entry(line, offset)
        try:
            record = self._gate.admit(cleaned)
            entry.record = record
            entry.passes = self._passes(record)
        except RecordError as error:
            entry.error = error
        return entry

    def _passes(self, record: Record) -> bool:
        """Whether a record goes through unchanged: it lacks a section, or keeps what it has."""
        for section in self.verb.needs:
            if record.members.get(section.name) is None:
                if self.settings.pass_missing:
                    return True
                raise RecordError(Reason.MISSING_SECTION, f"the section is absent: /{section.name}")
        return bool(self._whole) and all(
            self.policy.keeps(record.members.get(name), name) for name in self._whole
        )

    def apply(
        self, function: BatchFunction[OutcomeT], entries: list[Entry], result: BatchResult
    ) -> list[OutcomeT]:
        """Run the verb's function over the records of a batch, one by one where the batch fails.

        Returns:
            Outcomes of the entries that have neither an error nor pass; errors go into the entries.
        """
        waiting = [e for e in entries if e.error is None and not e.passes]
        records = [e.record for e in waiting if e.record is not None]
        try:
            outcomes = _collect(function, records)
        except (RecordError, MemoryError):
            outcomes = [_try_one(function, record) for record in records]
            result.counts.retried += len(records)
        good: list[OutcomeT] = []
        for entry, outcome in zip(waiting, outcomes, strict=True):
            if isinstance(outcome, RecordError):
                entry.error = outcome
                self._count_failure(outcome.reason)
            else:
                good.append(outcome)
                self._failures = 0
        return good

    def _count_failure(self, reason: Reason) -> None:
        if reason not in BACKEND_REASONS:
            self._failures = 0
            return
        self._failures = self._failures + 1 if reason is self._failing else 1
        self._failing = reason
        if self._failures >= MAX_CONSECUTIVE_FAILURES:
            raise ManifestError(
                f"the backend failed on {self._failures} records in a row: {reason.value}",
                hint="Look at the backend; the work so far is kept.",
            )

    def sign(self, record: Record) -> bytes:
        """The maker of what is made from this record."""
        read = record.digest_of(self.read_names) if self.read_names else _READ_NOTHING
        return self.signature.sign(read)

    def reject(self, entry: Entry, error: RecordError, result: BatchResult) -> None:
        """Write a reject line."""
        result.reject(self.rejects.encode(error, entry.line, entry.offset), error.reason.value)


def _collect(
    function: BatchFunction[OutcomeT], records: list[Record]
) -> list[OutcomeT | RecordError]:
    outcomes = list(function(records)) if records else []
    if len(outcomes) != len(records):
        raise RuntimeError(f"{len(records)} records went in and {len(outcomes)} outcomes came out")
    return outcomes


def _try_one(function: BatchFunction[OutcomeT], record: Record) -> OutcomeT | RecordError:
    try:
        return _collect(function, [record])[0]
    except RecordError as error:
        return error
    except MemoryError:
        raise TemporaryError(
            "out of memory, with one record at a time",
            hint="The work so far is kept. Free memory and repeat the same command.",
        ) from None


@dataclass(frozen=True)
class BatchWork(Generic[OutcomeT]):
    """Takes batches through the gate, the verb's function and the writing.

    Attributes:
        processor: of the run.
        function: the verb's.
        settle: writes one outcome; what it raises as a RecordError becomes a reject.
    """

    processor: Processor
    function: BatchFunction[OutcomeT]
    settle: Callable[[Record, OutcomeT, BatchResult], None]

    def __call__(self, batch: Chunk) -> BatchResult:
        """Do one batch of consecutive lines."""
        result = BatchResult(batch.end, batch.raw)
        entries = self.processor.admit(batch, result)
        outcomes = iter(self.processor.apply(self.function, entries, result))
        for entry in entries:
            record = entry.record
            if entry.error is None and record is not None:
                if entry.passes:
                    result.pass_on(record.line)
                    continue
                try:
                    self.settle(record, next(outcomes), result)
                except RecordError as error:
                    entry.error = error
            if entry.error is not None:
                self.processor.reject(entry, entry.error, result)
        return result
