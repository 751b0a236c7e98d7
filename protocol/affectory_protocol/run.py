"""What a verb calls, once: hand a function over, and every record is accounted for.

The function gets a batch of records and gives one outcome for each, in order. Reading, validation,
rejects, resume, publishing and the receipt happen here.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path
from typing import TypeAlias

from affectory_protocol.driving import Driver, Waits
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.fingerprint import shorten
from affectory_protocol.job import Job
from affectory_protocol.journal import Counts
from affectory_protocol.opening import open_reader
from affectory_protocol.outcomes import (
    Consumed,
    Derived,
    DeriveOutcome,
    Dropped,
    FilterOutcome,
    Imported,
    Made,
    MapOutcome,
    NewAsset,
    Restored,
    Row,
)
from affectory_protocol.places import AssetStore, Places, parse_roots
from affectory_protocol.processing import BatchFunction, BatchWork, OutcomeT, Processor
from affectory_protocol.reading import (
    Chunk,
    LineReader,
    batched,
    clean_line,
    clean_lines,
    limited,
    placed_lines,
)
from affectory_protocol.record import Gate, Record
from affectory_protocol.records import AnySection, Verdict, Verdicts
from affectory_protocol.result import BatchHandler, BatchResult, RejectWriter
from affectory_protocol.session import Session
from affectory_protocol.settings import Existing, Settings
from affectory_protocol.settling import (
    Deriving,
    Judging,
    Mapping,
    judge_in_turn,
    judge_unjudged,
    recall_written,
)
from affectory_protocol.sink_store import SinkStore
from affectory_protocol.verb import Determinism, Verb
from affectory_protocol.writing import Signature, store_assets, write_new

ROWS_A_BATCH = 512
ASSET_BYTES_A_BATCH = 16 * 2**20
"""New files of this size together end a batch of rows: they wait in memory to be stored."""

TakesLines: TypeAlias = Callable[[Iterable[bytes]], None]
"""Takes lines of records: to remember them, or to say why they may not be published."""


@dataclass
class Position:
    """Input offset behind the last batch that was committed, bytes."""

    end: int = 0


class Run:
    """One run of a verb, with the shared options parsed.

    Args:
        job: what runs.
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._session: Session | None = None
        self._sign()

    def _sign(self) -> None:
        self._signature = Signature.of(self._job.maker())

    def use_model(self, name: str, licence: str | None) -> None:
        """Say which weights are used, once that is known; before any record is looked at.

        `made_by`, the receipt and the fingerprint then tell this name, whatever the command line
        called them: two folders that hold the same weights are no two models.

        Args:
            name: that follows from what they are, such as ID@COMMIT.
            licence: of theirs, where it is known.
        """
        result = {**self._job.options.result, "model": name}
        self._job = replace(
            self._job,
            options=self._job.options.model_copy(update={"result": result}),
            fingerprint={**self._job.fingerprint, "--model": shorten(name)},
            model=name,
            licence=licence,
        )
        self._sign()

    def use_prompt(self, digest: str) -> None:
        """Say what a language model is told; `made_by` then tells it.

        Args:
            digest: of the prompt, 16 hexadecimal digits.
        """
        self._job = replace(self._job, prompt=digest)
        self._sign()

    def expect_beside(self, files: dict[str, Path]) -> None:
        """Say which files the function of a sink writes itself, before any record is looked at.

        A finished run that lacks one of them is not up to date: it is refused, or begun again.

        Args:
            files: by what they are called, such as the option that names them.
        """
        self._job = replace(self._job, beside=dict(files))

    @property
    def settings(self) -> Settings:
        """The shared options."""
        return self._job.settings

    @property
    def backend(self) -> str:
        """The backend asked for.

        Raises:
            UsageError: the verb has none.
        """
        if self.settings.backend is None:
            raise UsageError("the verb has no backends")
        return self.settings.backend

    @property
    def verb(self) -> Verb:
        """What runs."""
        return self._job.verb

    @property
    def signature(self) -> Signature:
        """Writes `made_by`, for a verb that edits lines itself."""
        return self._signature

    @property
    def seed(self) -> int:
        """The seed of the run; a record's own is `record.seed(run.seed)`."""
        return self.settings.seed

    @property
    def places(self) -> Places:
        """Where the files lie that records name."""
        return Places(
            parse_roots(self.settings.roots), follow_symlinks=self.settings.follow_symlinks
        )

    def references(self) -> list[Record]:
        """The records of `--references`, in file order; empty when the option is not given.

        Raises:
            UsageError: one of them is no valid record.
        """
        path = self.settings.references
        if path is None:
            return []
        gate = Gate(self._job.verb.references)
        with path.open("rb") as file:
            return list(_references(file.fileno(), gate, self.settings.max_line_bytes))

    def records(self) -> Iterator[Record]:
        """The records of the input that the verb could read, without a run: for a plan of one."""
        gate = Gate([*self.verb.needs, *self.verb.reads])
        needs = [section.name for section in self.verb.needs]
        with ExitStack() as cleanup:
            chunks = open_reader(self.settings, cleanup, lambda _: None).chunks()
            limit = self.settings.limit
            for chunk in chunks if limit is None else limited(chunks, limit):
                for line in clean_lines(chunk):
                    with suppress(RecordError):
                        record = gate.admit(line)
                        if all(record.members.get(name) is not None for name in needs):
                            yield record

    def map(
        self,
        function: BatchFunction[MapOutcome],
        *,
        entries: dict[type[AnySection], str] | None = None,
        waits: Waits | None = None,
    ) -> None:
        """Write sections into every record.

        Args:
            function: gives sections for each record.
            entries: key of the entry that is written into a section of entries, such as the role
                in `faces`; what is kept by `--existing keep` is then known before it is made again.
            waits: the function waits for others, and may be called for several batches at once.
        """
        processor = self._processor(entries=entries)
        session = Session(self._job)
        settle = Mapping(processor, session.store)
        self._process(BatchWork[MapOutcome](processor, function, settle), session, waits=waits)

    def filter(
        self,
        function: BatchFunction[FilterOutcome],
        *,
        name: str,
        members: Iterable[str] = (),
        recall: TakesLines | None = None,
    ) -> None:
        """Judge every record; those that fail leave to the dropped stream, or stay with `--mark`.

        Args:
            function: gives a verdict for each record.
            name: the verdict's name in `verdicts`.
            members: names of members the function reads besides the declared sections.
            recall: of a verb that remembers what it has passed: given the lines that an
                interrupted run had written, before the first batch, and those that
                `--existing keep` leaves as they were judged, each in its turn.

        Raises:
            UsageError: the name is not one.
        """
        try:
            Verdicts({name: Verdict(passed=True)})
        except ValueError:
            raise UsageError(
                f"a verdict cannot have this name: {name}",
                hint="Use lower-case letters, digits, - and _, a letter first.",
            ) from None
        processor = self._processor(members=members)
        if self.settings.existing is Existing.KEEP:
            function = (
                judge_unjudged(function, name)
                if recall is None
                else judge_in_turn(function, name, recall)
            )
        work = BatchWork[FilterOutcome](processor, function, Judging(processor, name))
        self._process(work, Session(self._job), recall=recall)

    def derive(self, function: BatchFunction[DeriveOutcome]) -> None:
        """Make new records from every record; the parent is not repeated."""
        processor = self._processor()
        session = Session(self._job)
        work = BatchWork[DeriveOutcome](processor, function, Deriving(processor, session.store))
        self._process(work, session)

    def _process(
        self,
        work: BatchWork[OutcomeT],
        session: Session,
        *,
        waits: Waits | None = None,
        recall: TakesLines | None = None,
    ) -> None:
        sync = session.store.sync if session.store else None
        driving = Driver(
            work,
            self.settings,
            work.processor.rejects,
            sync=sync,
            waits=waits,
            stateful=self.verb.stateful,
        )
        with driving as driver, session.running():
            if recall is not None:
                recall_written(recall, chain.from_iterable(session.written_lines()))
            driver.drive(session, self._batches(session))
            session.finish()

    def source(self, rows: Iterable[Row], *, review: TakesLines | None = None) -> None:
        """Write the records that rows of foreign files became.

        Args:
            rows: in an order that depends on the files alone.
            review: given every line of a file that was written, read back before it is published.
        """
        verb = self._job.verb
        rejects = RejectWriter(verb.tool, verb.name)
        with Session(self._job).running() as session:
            fresh = islice(iter(rows), session.rows_done, self.settings.limit)
            done = session.rows_done
            for batch in batch_rows(fresh):
                done += len(batch)
                session.commit(import_rows(batch, done, rejects, self._signature, session.store))
            if review is not None:
                review(chain.from_iterable(session.written_lines()))
            session.finish()

    def sink(
        self,
        function: Callable[[Iterator[Record]], bytes | Iterator[bytes]],
        *,
        check: Callable[[Record], None] | None = None,
        store: SinkStore | None = None,
    ) -> None:
        """Write one foreign file from all records.

        Args:
            function: reads the records and gives back the whole file, or its pieces in order, none
                of which is held once it is written.
            check: raises the RecordError that rejects a record which the file cannot hold.
            store: for the files that the file names, when it names some.
        """
        processor = self._processor()
        with Session(self._job).running() as session:
            self._session = session
            if not session.is_written:
                position = Position()
                records = self._consume(session, processor, position, check)
                content = function(records)
                for piece in () if isinstance(content, bytes) else content:
                    session.commit(BatchResult(position.end, passed_raw=piece))
                for _ in records:  # what the function had no use for is accounted for all the same
                    pass
                if store is not None:
                    store.tidy()
                    stored = Counts(assets=store.count)
                    session.commit(BatchResult(position.end, counts=stored))
                session.write_whole(content if isinstance(content, bytes) else b"")
            session.finish()

    def show_work(self, done: int, total: int, words: str) -> None:
        """Show how far the function of a sink has come with what takes long.

        Args:
            done: steps that are done.
            total: steps in all.
            words: what it does; nothing that a record holds.
        """
        if self._session is not None:
            self._session.show_work(done, total, words)

    def _consume(
        self,
        session: Session,
        processor: Processor,
        position: "Position",
        check: Callable[[Record], None] | None,
    ) -> Iterator[Record]:
        for batch in self._batches(session):
            result = BatchResult(batch.end, batch.raw)
            for number, gated in enumerate(processor.admit(batch, result)):
                outcome = _check(gated, check) if check and isinstance(gated, Record) else gated
                if isinstance(outcome, RecordError):
                    processor.reject(batch, number, outcome, result)
                elif isinstance(outcome, Record):
                    result.counts.consumed += 1
                    yield outcome
            session.commit(result)
            position.end = batch.end

    def pass_lines(self, handler: BatchHandler, *, recall: TakesLines | None = None) -> None:
        """Run a handler that does everything about a batch itself, as `manifest validate` does.

        Args:
            handler: turns a chunk of lines into a result.
            recall: given the lines that an interrupted run had written, also if there are none,
                before the first chunk.
        """
        with Session(self._job).running() as session:
            if recall is not None:
                recall(chain.from_iterable(session.written_lines()))
            for chunk in session.chunks():
                session.commit(handler(chunk))
            session.finish()

    def _processor(
        self,
        *,
        members: Iterable[str] = (),
        entries: dict[type[AnySection], str] | None = None,
    ) -> Processor:
        keys = {section.name: key for section, key in (entries or {}).items()}
        return Processor(self.verb, self.settings, self._signature, members=members, entries=keys)

    def _batches(self, session: Session) -> Iterator[Chunk]:
        backends = {b.name: b for b in self._job.verb.backends}
        chosen = backends.get(self.settings.backend or "")
        fixed = chosen is not None and chosen.determinism is not Determinism.BYTES
        fixed = fixed or session.reads_file  # nobody waits for what is not yet a whole batch
        return batched(session.chunks(), self.settings.batch_size, fixed=fixed)


def _check(record: Record, check: Callable[[Record], None]) -> Record | RecordError:
    try:
        check(record)
    except RecordError as error:
        return error.bare()
    return record


def _references(fd: int, gate: Gate, max_line_bytes: int) -> Iterator[Record]:
    reader = LineReader(fd, max_line_bytes=max_line_bytes, absorb=lambda _: None)
    for offset, line in placed_lines(reader, "--references"):
        try:
            yield gate.admit(clean_line(line, offset))
        except RecordError as error:
            raise UsageError(
                f"--references holds no valid record at byte {offset}: {error.message}",
                hint="Look at it with `manifest validate`.",
            ) from None


def batch_rows(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Cut rows into batches, none of which holds many files or large ones."""
    batch: list[Row] = []
    size = 0
    for row in rows:
        batch.append(row)
        if isinstance(row.outcome, Imported):
            size += sum(len(asset.content) for asset in row.outcome.assets.values())
        if len(batch) == ROWS_A_BATCH or size >= ASSET_BYTES_A_BATCH:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def import_rows(
    rows: Sequence[Row],
    done: int,
    rejects: RejectWriter,
    signature: Signature,
    store: AssetStore | None = None,
) -> BatchResult:
    """Turn rows into lines.

    Args:
        rows: of the foreign files.
        done: how many rows there are up to the last of these.
        rejects: writes reject lines.
        signature: of the run.
        store: for new files; None of a verb that makes none.
    """
    result = BatchResult(done)
    for row in rows:
        result.counts.read += 1
        outcome = row.outcome
        if isinstance(outcome, RecordError):
            line = rejects.encode(outcome.bare(), row.raw, row.offset)
            result.reject(line, outcome.reason.value)
            continue
        if isinstance(outcome, Consumed):
            result.counts.consumed += 1
            continue
        if isinstance(outcome, Restored):
            result.produce([outcome.line])
            result.counts.replaced += outcome.replaced
            continue
        made_by = signature.sign(hashlib.sha256(row.raw).hexdigest()[:16])
        if isinstance(outcome, Imported):
            stored = (store_assets(outcome.assets, store),) if outcome.assets else ()
            result.produce([write_new(outcome.id, (*outcome.sections, *stored), made_by)])
            result.counts.assets += len(outcome.assets)
        else:
            verdict = Verdicts({"import": Verdict(passed=False, reason=outcome.reason.value)})
            sections = (*outcome.sections, verdict)
            result.drop(write_new(outcome.id, sections, made_by), outcome.reason.value)
    return result


__all__ = ["Derived", "Dropped", "Imported", "Made", "NewAsset", "Row", "Run"]
