"""From a batch of lines to what became of each: the gate, the verb's function, the writing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeAlias, TypeVar

from affectory_protocol.errors import RecordError, TemporaryError
from affectory_protocol.reading import Chunk, clean_lines, is_blank
from affectory_protocol.reasons import BACKEND_REASONS, Reason
from affectory_protocol.record import Gate, Record
from affectory_protocol.records import Section
from affectory_protocol.result import BatchResult, RejectWriter
from affectory_protocol.settings import Settings
from affectory_protocol.verb import Verb
from affectory_protocol.writing import Policy, Signature

OutcomeT = TypeVar("OutcomeT")
BatchFunction: TypeAlias = Callable[[Sequence[Record]], Iterable[OutcomeT | RecordError]]

_READ_NOTHING = Record(b"", {"id": ""}, {}).digest_of(())


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A record that goes on as it is: it lacks a section, or keeps what it has."""

    line: bytes


Gated: TypeAlias = Record | Unchanged | RecordError | None
"""What the gate made of a line; None of a blank one, which is no record."""


class Processor:
    """What all kinds of verbs that read a manifest do with a batch.

    Args:
        verb: what runs.
        settings: the shared options.
        signature: of the run.
        members: names of further members that the verb's function looks at.
        entries: section to the key of the entry that is written into it.
    """

    def __init__(
        self,
        verb: Verb,
        settings: Settings,
        signature: Signature,
        *,
        members: Iterable[str] = (),
        entries: Mapping[str, str] | None = None,
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
        self._entries = entries or {}
        self._may_pass = bool(verb.needs or self._whole or self._entries)

    @classmethod
    def of(cls, verb: Verb, settings: Settings) -> "Processor":
        """A processor for a verb that writes no sections."""
        return cls(verb, settings, Signature(b""))

    def admit(self, batch: Chunk, result: BatchResult) -> list[Gated]:
        """Put every line of a batch through the gate; over-long lines are rejected at once.

        Returns:
            One entry for each of the batch's lines.
        """
        if batch.long_line is not None:
            result.counts.read += 1
            error = RecordError(
                Reason.LINE_TOO_LONG, f"the line has {batch.long_line.length} bytes"
            )
            line = self.rejects.encode_long(error, batch.long_line, batch.offset)
            result.reject(line, error.reason.value)
            return []
        gated = [self._admit(line) for line in clean_lines(batch)]
        result.counts.read += len(gated) - gated.count(None)
        return gated

    def _admit(self, line: bytes) -> Gated:
        try:
            record = self._gate.admit(line)
            return self._pass(record) if self._may_pass else record
        except RecordError as error:
            return None if is_blank(line) else error.bare()

    def _pass(self, record: Record) -> Record | Unchanged:
        """Let a record through unchanged when it lacks a section, or keeps what it has.

        Raises:
            RecordError: it lacks a section and may not.
        """
        for section in self.verb.needs:
            if record.members.get(section.name) is None:
                if self.settings.pass_missing:
                    return Unchanged(record.line)
                raise RecordError(Reason.MISSING_SECTION, f"the section is absent: /{section.name}")
        written = [(record.members.get(name), name) for name in self._whole]
        written += [(record.entry(n, key), f"{n}/{key}") for n, key in self._entries.items()]
        keeps = [self.policy.keeps(present, where) for present, where in written]
        return Unchanged(record.line) if keeps and all(keeps) else record

    def apply(
        self, function: BatchFunction[OutcomeT], records: list[Record], result: BatchResult
    ) -> list[OutcomeT | RecordError]:
        """Run the verb's function over the records of a batch, one by one where the batch fails."""
        try:
            outcomes = _collect(function, records)
        except (RecordError, MemoryError) as error:
            if self.verb.stateful:  # tried again, a record would meet what is remembered of itself
                raise _stop_stateful(error) from None
            outcomes = [_try_one(function, record) for record in records]
            result.counts.retried += len(records)
        result.endings += _list_endings(outcomes)
        return [one.bare() if isinstance(one, RecordError) else one for one in outcomes]

    def sign(self, record: Record) -> bytes:
        """The maker of what is made from this record."""
        read = record.digest_of(self.read_names) if self.read_names else _READ_NOTHING
        return self.signature.sign(read)

    def reject(self, batch: Chunk, number: int, error: RecordError, result: BatchResult) -> None:
        """Write a reject line for the line of this number in its batch, from 0."""
        line = self.rejects.encode(error, batch.lines[number], batch.offset_of(number))
        result.reject(line, error.reason.value)


def _list_endings(outcomes: list[OutcomeT | RecordError]) -> list[Reason | None]:
    reasons = [one.reason if isinstance(one, RecordError) else None for one in outcomes]
    if not any(reasons):
        return [None] if reasons else []
    return [reason if reason in BACKEND_REASONS else None for reason in reasons]


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
        raise _lack_memory("one record at a time") from None


def _stop_stateful(error: RecordError | MemoryError) -> Exception:
    if isinstance(error, MemoryError):
        return _lack_memory("one batch at a time")
    return RuntimeError(f"a verb with a memory failed on a whole batch: {error.message}")


def _lack_memory(share: str) -> TemporaryError:
    return TemporaryError(
        f"out of memory, with {share}",
        hint="The work so far is kept. Free memory and repeat the same command.",
    )


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
        gated = self.processor.admit(batch, result)
        records = [one for one in gated if type(one) is Record]
        outcomes = iter(self.processor.apply(self.function, records, result))
        for number, one in enumerate(gated):
            if type(one) is Record:
                error = self._settle(one, next(outcomes), result)
                if error is not None:
                    self.processor.reject(batch, number, error, result)
            elif isinstance(one, RecordError):
                self.processor.reject(batch, number, one, result)
            elif isinstance(one, Unchanged):
                result.pass_on(one.line)
        return result

    def _settle(
        self, record: Record, outcome: OutcomeT | RecordError, result: BatchResult
    ) -> RecordError | None:
        if isinstance(outcome, RecordError):
            return outcome
        try:
            self.settle(record, outcome, result)
        except RecordError as error:
            return error.bare()
        return None
