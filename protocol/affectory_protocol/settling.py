"""How an outcome becomes lines, for each kind of verb that reads records and writes records."""

from collections.abc import Callable, Iterable, Sequence

from affectory_protocol.errors import ManifestError, RecordError
from affectory_protocol.lines import edit_members
from affectory_protocol.outcomes import Derived, DeriveOutcome, FilterOutcome, Made, MapOutcome
from affectory_protocol.places import AssetStore
from affectory_protocol.processing import BatchFunction, Processor
from affectory_protocol.record import Record
from affectory_protocol.result import BatchResult
from affectory_protocol.writing import (
    encode_sections,
    stored_verdict,
    write_derived,
    write_made,
    write_verdict,
)


class Mapping:
    """Writes sections into a record.

    Args:
        processor: of the run.
        store: for new files; None of a verb that makes none.
    """

    def __init__(self, processor: Processor, store: AssetStore | None) -> None:
        self._processor = processor
        self._store = store

    def __call__(self, record: Record, outcome: MapOutcome, result: BatchResult) -> None:
        """Settle one record."""
        made_by = self._processor.sign(record)
        if isinstance(outcome, Made):
            line, replaced = write_made(
                record, outcome, made_by, self._processor.policy, self._store
            )
            result.counts.assets += len(outcome.assets)
            result.counts.replaced += replaced
            result.pass_on(line)
            return
        sections = outcome if isinstance(outcome, tuple) else (outcome,)
        changes, replaced = encode_sections(record, sections, made_by, self._processor.policy)
        result.counts.replaced += replaced
        result.pass_on(edit_members(record.line, changes, present=record.members))


def judge_unjudged(
    function: BatchFunction[FilterOutcome], name: str
) -> BatchFunction[FilterOutcome]:
    """A filter's function for those records only that have no verdict of this name yet."""

    def judge(records: Sequence[Record]) -> list[FilterOutcome | RecordError]:
        stored = [stored_verdict(record, name) for record in records]
        unjudged = [r for r, verdict in zip(records, stored, strict=True) if verdict is None]
        fresh = iter(function(unjudged) if unjudged else ())
        return [next(fresh) if verdict is None else verdict for verdict in stored]

    return judge


def judge_in_turn(
    function: BatchFunction[FilterOutcome], name: str, recall: Callable[[Iterable[bytes]], None]
) -> BatchFunction[FilterOutcome]:
    """The same for a filter that remembers: records that are judged already are recalled.

    One at a time, so that each is known to those behind it and to none before it. One that can no
    longer be recalled is rejected: those behind it could repeat it unseen.
    """

    def judge(records: Sequence[Record]) -> list[FilterOutcome | RecordError]:
        outcomes: list[FilterOutcome | RecordError] = []
        for record in records:
            verdict = stored_verdict(record, name)
            outcomes += function([record]) if verdict is None else [recall_one(record, verdict)]
        return outcomes

    def recall_one(record: Record, verdict: FilterOutcome) -> FilterOutcome | RecordError:
        try:
            recall([record.line])
        except RecordError as error:
            return error
        return verdict

    return judge


def recall_written(recall: Callable[[Iterable[bytes]], None], lines: Iterable[bytes]) -> None:
    """Have a filter remember what an interrupted run had written.

    Raises:
        ManifestError: it cannot be recalled, and it is written already.
    """
    try:
        recall(lines)
    except RecordError as error:
        raise ManifestError(
            f"a record that was kept can no longer be recalled: {error.message}",
            hint="Bring its file back, or begin again with --restart always.",
        ) from error


class Judging:
    """Writes a verdict into a record, and passes or drops it.

    Args:
        processor: of the run.
        name: of the verdict.
    """

    def __init__(self, processor: Processor, name: str) -> None:
        self._processor = processor
        self._name = name
        self._marks = processor.settings.mark

    def __call__(self, record: Record, outcome: FilterOutcome, result: BatchResult) -> None:
        """Settle one record."""
        verdict = outcome
        made_by = self._processor.sign(record)
        line, replaced = write_verdict(record, self._name, verdict, made_by, self._processor.policy)
        if replaced:
            result.counts.replaced += replaced
        if verdict.passed or self._marks:
            result.pass_on(line)
        else:
            result.drop(line, verdict.reason or self._name)


class Deriving:
    """Writes the records derived from one.

    Args:
        processor: of the run.
        store: for their assets.
    """

    def __init__(self, processor: Processor, store: AssetStore | None) -> None:
        self._processor = processor
        self._store = store

    def __call__(self, record: Record, outcome: DeriveOutcome, result: BatchResult) -> None:
        """Settle one record."""
        made_by = self._processor.sign(record)
        result.produce([self._write(record, derived, made_by) for derived in outcome])
        result.counts.assets += sum(len(derived.assets) for derived in outcome)

    def _write(self, record: Record, derived: Derived, made_by: bytes) -> bytes:
        return write_derived(record, derived, made_by, self._store)
