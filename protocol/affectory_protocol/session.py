"""One run from its first look at the disk to its last rename.

A run into a file works on `.part` files and a journal. SIGKILL at any instant and the same command again end
in the same bytes as one run without interruption; the existence of FILE is the commit.
"""

import hashlib
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from affectory_protocol.digests import Digests, Hash, new_digest
from affectory_protocol.durable import sync_folder, write_durably
from affectory_protocol.errors import (
    AffectoryError,
    ManifestError,
    TooManyRejectsError,
    UsageError,
)
from affectory_protocol.fingerprint import PROTOCOL_PACKAGE, name_changes
from affectory_protocol.journal import Counts, Journal, Progress, StreamState
from affectory_protocol.places import AssetStore
from affectory_protocol.reading import Chunk, LineReader, limited
from affectory_protocol.receipt import (
    InputRecord,
    OptionRecords,
    OutputRecord,
    Receipt,
    encode_receipt,
    interpreter,
    peak_memory_bytes,
    read_receipt,
)
from affectory_protocol.result import BatchResult
from affectory_protocol.settings import STANDARD, Restart, Settings
from affectory_protocol.streams import (
    NoStream,
    OutputStream,
    PartFile,
    PipeStream,
    whole_line_blocks,
)
from affectory_protocol.terminal import Signals, Stopped, open_progress
from affectory_protocol.verb import Kind, Verb
from affectory_protocol.workplace import Lock, Paths, is_wire, refuse_overlap

log = logging.getLogger(__name__)

INPUT, OUTPUT, REJECTS, DROPPED = "input", "output", "rejects", "dropped"
_DROPPING = frozenset({Kind.FILTER, Kind.SOURCE})


@dataclass(frozen=True)
class Job:
    """Everything that is known about a run before it looks at the disk.

    Attributes:
        verb: what runs.
        settings: the shared options.
        options: all options by class, as the receipt shows them.
        fingerprint: what a run that goes on must have in common with the one that stopped.
        files: further inputs by the option they came by, with their digests.
        protocol_version: of the protocol package.
        wire: descriptor of the real standard output.
    """

    verb: Verb
    settings: Settings
    options: OptionRecords
    fingerprint: Mapping[str, str]
    files: tuple[InputRecord, ...]
    protocol_version: str
    wire: int
    paths: tuple[Path, ...] = field(default=())


class UpToDate(Exception):  # noqa: N818 - good news, not an error
    """The output is there and is what this command would write."""


class Session:
    """The files, the position and the counts of a run.

    Args:
        job: what runs.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.progress = Progress(fingerprint=dict(job.fingerprint))
        self.reader: LineReader | None = None
        self.store: AssetStore | None = None
        self._signals = Signals()
        self._cleanup = ExitStack()
        self._to_file = not is_wire(job.settings.output)
        self._paths = Paths(job.settings)
        self._journal = Journal(self._paths.journal)
        self._streams: dict[str, OutputStream] = {}
        self._digests: Digests | None = None
        self._rejected: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._counts = Counts()
        self._end = 0
        self._begun = self._last_checkpoint = time.monotonic()
        self._persisting: Future[None] | None = None
        self._persister = ThreadPoolExecutor(1, thread_name_prefix="journal")

    # Opening -----------------------------------------------------------------------------------

    @contextmanager
    def running(self) -> Iterator["Session"]:
        """Open everything, run the block, keep what is done if it is stopped.

        Raises:
            UpToDate: there is nothing to do.
        """
        with self._cleanup, self._signals.watch():
            self._cleanup.callback(self._persister.shutdown)
            self._open()
            try:
                yield self
            except BrokenPipeError:
                self._finish_without_reader()
            except (Stopped, AffectoryError):
                self._keep()
                raise

    def _open(self) -> None:
        settings = self.job.settings
        inputs = [] if settings.input == STANDARD else [settings.input]
        refuse_overlap(settings, [*inputs, *map(str, self.job.paths)])
        if self.job.verb.has_input:
            self.reader = self._open_reader()
        if self._to_file:
            self._open_files()
        else:
            self._open_wire()
        self._progress_bar = open_progress(
            settings.progress,
            label=self.job.verb.name,
            total=self.reader.size if self.reader else None,
            wire=self.job.wire,
        )
        self._cleanup.callback(self._progress_bar.close)

    def _open_reader(self) -> LineReader:
        settings = self.job.settings
        fd = 0
        if settings.input != STANDARD:
            try:
                fd = os.open(settings.input, os.O_RDONLY | os.O_CLOEXEC)
            except OSError as error:
                raise UsageError(
                    f"--input cannot be read: {settings.input}: {error.strerror}"
                ) from None
            self._cleanup.callback(os.close, fd)
        return LineReader(
            fd,
            max_line_bytes=settings.max_line_bytes,
            absorb=lambda content: self.digests.feed(INPUT, content),
            shard=settings.shard,
        )

    @property
    def digests(self) -> Digests:
        """The running digests of this run."""
        if self._digests is None:
            raise RuntimeError("the run is not open")
        return self._digests

    def _start_digests(self, states: dict[str, Hash]) -> None:
        equal = states[INPUT].hexdigest() == states[OUTPUT].hexdigest()
        twins = (INPUT, OUTPUT) if equal else None
        self._digests = self._cleanup.enter_context(Digests(states, twins=twins))

    def _open_wire(self) -> None:
        settings = self.job.settings
        if not settings.max_rejects.is_zero and settings.rejects is None:
            raise UsageError(
                "--max-rejects needs --rejects when the output is a pipe",
                hint="Name a file for the rejects, or they are lost.",
            )
        self._streams[OUTPUT] = PipeStream(self._open_target(settings.output))
        for name, target in ((REJECTS, settings.rejects), (DROPPED, settings.dropped)):
            self._streams[name] = self._side_stream(target)
        self._make_store()
        self._start_digests({name: new_digest() for name in (INPUT, *self._streams)})

    def _open_target(self, target: str) -> int:
        if target == STANDARD:
            return self.job.wire
        fd = os.open(target, os.O_WRONLY | os.O_CLOEXEC)
        self._cleanup.callback(os.close, fd)
        return fd

    def _side_stream(self, target: str | None) -> OutputStream:
        if target is None:
            return NoStream()
        if is_wire(target):
            return PipeStream(self._open_target(target))
        part = PartFile(Path(target))
        part.begin()
        self._cleanup.callback(part.close)
        return part

    def _open_files(self) -> None:
        if not self._paths.output.parent.is_dir():
            raise UsageError(
                f"the folder of --output does not exist: {self._paths.output.parent}",
                hint="Make it first.",
            )
        lock = Lock(self._paths.lock)
        lock.acquire()
        self._cleanup.callback(lock.release)
        self._cleanup.callback(self._journal.close)
        names = {OUTPUT: self._paths.output, REJECTS: self._paths.rejects}
        if self.job.verb.kind in _DROPPING:
            names[DROPPED] = self._paths.dropped
        parts = {name: PartFile(path) for name, path in names.items()}
        self._streams.update(parts)
        self._make_store()
        for part in parts.values():
            self._cleanup.callback(part.close)
        if not self._resume(parts):
            self._begin(parts)

    def _make_store(self) -> None:
        folder = self.job.settings.assets
        if folder is not None:
            key = self._paths.output.resolve() if self._to_file else os.getpid()
            self.store = AssetStore(folder, hashlib.sha256(str(key).encode()).hexdigest()[:16])
            self.store.clear_partial()
            self._cleanup.callback(self.store.clear_partial)

    def _begin(self, parts: dict[str, PartFile]) -> None:
        if self.job.settings.dry_run:
            raise DryRun("would begin")
        self._journal.remove()
        for part in parts.values():
            part.begin()
        self._start_digests({name: new_digest() for name in (INPUT, *parts)})
        self._journal.write(self.progress)

    def _resume(self, parts: dict[str, PartFile]) -> bool:
        """Go on where an earlier run stopped; False when there is none, or it does not count."""
        if self.job.settings.restart is Restart.ALWAYS:
            return False
        slots = self._journal.read()
        receipt = read_receipt(self._paths.receipt) if self._paths.output.exists() else None
        if receipt is not None and receipt.fingerprint == self.job.fingerprint:
            self._refuse_unless_up_to_date(receipt, parts[OUTPUT])
        elif slots and slots[0].fingerprint == self.job.fingerprint:
            return self._go_on(slots, parts)
        elif receipt is not None or slots or self._paths.output.exists():
            before = slots[0].fingerprint if slots else receipt.fingerprint if receipt else {}
            self._changed(name_changes(before, self.job.fingerprint))
        return False

    def _refuse_unless_up_to_date(self, receipt: Receipt, output: PartFile) -> None:
        recorded = receipt.output(OUTPUT)
        if recorded is None or not _is_file(self._paths.output, recorded):
            self._changed(["the output itself"])
            return
        if self.reader is not None:
            first = receipt.inputs[0]
            start = self.reader.start
            prefix = self.reader.skip_prefix(first.bytes)
            if (
                prefix is None
                or prefix.hexdigest() != first.sha256
                or start != first.offset
                or not self.reader.at_end()
            ):
                self._changed(["input"], consumed=not self.reader.is_file)
                self.reader.start = start
                return
        self._journal.remove()
        raise UpToDate

    def _go_on(self, slots: list[Progress], parts: dict[str, PartFile]) -> bool:
        for progress in slots:
            states: dict[str, Hash] = {}
            for name, part in parts.items():
                digest = part.matches(progress.outputs.get(name, StreamState(sha256=_EMPTY)))
                if digest is not None:
                    states[name] = digest
            if len(states) == len(parts):
                return self._go_on_from(progress, states, parts)
        raise ManifestError(
            "the part files of an earlier run are not what its journal says",
            hint="Begin again with --restart always.",
        )

    def _go_on_from(
        self, progress: Progress, states: dict[str, Hash], parts: dict[str, PartFile]
    ) -> bool:
        prefix: Hash | None = new_digest()
        if self.reader is not None:
            start = self.reader.start
            prefix = self.reader.skip_prefix(progress.input.bytes)
            if prefix is None or prefix.hexdigest() != progress.input.sha256:
                self._changed(["input"], consumed=not self.reader.is_file)
                self.reader.start = start
                return False
        if self.job.settings.dry_run:
            raise DryRun(f"would go on after {progress.counts.read} records")
        for part in parts.values():
            part.resume()
        self._start_digests({INPUT: prefix or new_digest(), **states})
        self._counts = progress.counts.model_copy()
        self._rejected.update(progress.rejected_by_reason)
        self._dropped.update(progress.dropped_by_reason)
        self._end = progress.input.bytes + (self.reader.first if self.reader else 0)
        resumed = progress.resumed + 1
        self.progress = progress.model_copy(update={"resumed": resumed})
        log.info("going on after %d records", progress.counts.read)
        return True

    def _changed(self, names: list[str], *, consumed: bool = False) -> None:
        """Refuse to mix two runs, unless told to begin again."""
        what = ", ".join(names) or "nothing that is recorded"
        if self.job.settings.restart is Restart.NEVER:
            raise UsageError(
                f"an earlier run into this output differs in: {what}",
                hint="Choose another --output, or begin again with --restart if-changed.",
            )
        if consumed:
            raise UsageError(
                f"an earlier run into this output differs in: {what}; the pipe is read already",
                hint="Repeat the command with --restart always.",
            )
        log.info("beginning again: changed: %s", what)

    # Working -----------------------------------------------------------------------------------

    def chunks(self) -> Iterator[Chunk]:
        """Lines not yet dealt with, as far as `--limit` allows."""
        if self.reader is None:
            raise RuntimeError("a source has no manifest to read")
        chunks = self.reader.chunks()
        limit = self.job.settings.limit
        return chunks if limit is None else limited(chunks, limit - self._counts.read)

    def written_lines(self) -> Iterator[list[bytes]]:
        """What an interrupted run had written to the output, for verbs that remember it."""
        part = self._streams[OUTPUT]
        if isinstance(part, PartFile) and part.length:
            for block in whole_line_blocks(part.part, part.length):
                yield block.split(b"\n")[:-1]

    @property
    def rows_done(self) -> int:
        """Rows of a source that an earlier part of this run has dealt with."""
        return self._counts.read

    def commit(self, result: BatchResult) -> None:
        """Write what became of a batch; a signal waits until it is whole."""
        with self._signals.shield():
            self._write(result)
            self._counts.add(result.counts)
            self._rejected.update(result.rejected_by_reason)
            self._dropped.update(result.dropped_by_reason)
            self._end = result.end
            self._progress_bar.update(self._end, self._counts)
            interval = self.job.settings.checkpoint_seconds
            if self._to_file and time.monotonic() - self._last_checkpoint >= interval:
                self._checkpoint(wait=interval == 0)

    def _write(self, result: BatchResult) -> None:
        if result.passed_raw is not None:
            self._streams[OUTPUT].write(result.passed_raw, result.output)
            if result.passed_raw is result.raw:
                self.digests.feed_equal(result.raw, INPUT, OUTPUT)
            else:
                self.digests.feed(INPUT, result.raw)
                self.digests.feed(OUTPUT, result.passed_raw)
        else:
            self.digests.feed(INPUT, result.raw)
            self._write_lines(OUTPUT, result.output)
        self._write_lines(REJECTS, result.rejects)
        if DROPPED in self._streams:
            self._write_lines(DROPPED, result.dropped)

    def _write_lines(self, name: str, lines: list[bytes]) -> None:
        if lines:
            raw = b"\n".join(lines) + b"\n"
            self._streams[name].write(raw, lines)
            self.digests.feed(name, raw)

    def write_whole(self, content: bytes) -> None:
        """Write the foreign file of a sink."""
        with self._signals.shield():
            self._streams[OUTPUT].write(content, [])
            self.digests.feed(OUTPUT, content)

    def _checkpoint(self, *, wait: bool) -> None:
        if self._persisting is not None:
            if not wait and not self._persisting.done():
                return
            self._persisting.result()
        self._persisting = self._persister.submit(self._persist, self._point())
        if wait:
            self._persisting.result()
        self._last_checkpoint = time.monotonic()

    def _persist(self, point: Progress) -> None:
        """Put everything a point speaks of on the disk, then the point itself."""
        for stream in self._streams.values():
            stream.sync()
        if self.store is not None:
            self.store.sync()
        self._journal.write(point)

    def _point(self) -> Progress:
        digests = self.digests.snapshot()
        first = self.reader.first if self.reader else 0
        return Progress(
            fingerprint=dict(self.job.fingerprint),
            input=StreamState(bytes=self._end - first, sha256=digests[INPUT]),
            outputs={
                name: StreamState(bytes=s.length, lines=s.lines, sha256=digests[name])
                for name, s in self._streams.items()
            },
            counts=self._counts.model_copy(),
            rejected_by_reason=dict(self._rejected),
            dropped_by_reason=dict(self._dropped),
            seconds=self.progress.seconds + time.monotonic() - self._begun,
            resumed=self.progress.resumed,
        )

    # Ending ------------------------------------------------------------------------------------

    def finish(self) -> None:
        """Check the sums, judge the rejects, publish.

        Raises:
            TooManyRejectsError: the output is held back until more rejects are tolerated.
        """
        if (unbalanced := self._counts.unbalanced()) is not None:
            raise RuntimeError(f"records are unaccounted for: {unbalanced}")
        with self._signals.shield():
            if self._to_file:
                self._checkpoint(wait=True)
            self._judge_rejects()
            self._publish("finished")
        self._summarise()

    def _judge_rejects(self) -> None:
        tolerance = self.job.settings.max_rejects
        if tolerance.allows(self._counts.rejected, self._counts.read):
            return
        self._streams[REJECTS].sync()
        self._streams[REJECTS].publish()
        if self._to_file:
            sync_folder(self._paths.rejects.parent)
        self._summarise()
        raise TooManyRejectsError(
            f"{self._counts.rejected} of {self._counts.read} records were rejected:"
            f" {_say(self._rejected)}",
            hint="Look at the rejects."
            + (
                f" The same command with --max-rejects {self._counts.rejected} publishes at once."
                if self._to_file
                else " Name a file with --rejects and allow more with --max-rejects."
            ),
        )

    def _publish(self, ended: str) -> None:
        point = self._point()
        self._progress_bar.update(self._end, self._counts)
        receipt = encode_receipt(self._receipt(point, ended))
        if not self._to_file:
            self._publish_sides(receipt)
            return
        if self._paths.output.exists():  # of an earlier run: the commit must not outlive its receipt
            self._paths.output.unlink()
            sync_folder(self._paths.output.parent)
        for name in (REJECTS, DROPPED):
            if name in self._streams:
                self._streams[name].publish()
        receipt_part = self._paths.receipt.with_name(self._paths.receipt.name + ".part")
        write_durably(self._paths.receipt, receipt, temporary=receipt_part)
        for folder in self._paths.folders():
            sync_folder(folder)
        self._streams[OUTPUT].publish()
        sync_folder(self._paths.output.parent)
        self._journal.remove()

    def _publish_sides(self, receipt: bytes) -> None:
        for stream in self._streams.values():
            stream.sync()
            stream.publish()
        if self.store is not None:
            self.store.sync()
        target = self.job.settings.receipt
        if target is not None:
            path = Path(target)
            write_durably(path, receipt, temporary=path.with_name(path.name + ".part"))

    def _finish_without_reader(self) -> None:
        """The reader of the pipe has had enough: that is its right."""
        with self._signals.shield():
            self._publish("reader-gone")

    def _keep(self) -> None:
        """Make the work so far durable, as far as the disk allows."""
        if not self._to_file or self._digests is None:
            return
        with self._signals.shield():
            try:
                self._checkpoint(wait=True)
            except (AffectoryError, OSError):
                log.warning("the last second of work could not be kept")

    def _receipt(self, point: Progress, ended: str) -> Receipt:
        verb = self.job.verb
        backend = next((b for b in verb.backends if b.name == self.job.settings.backend), None)
        return Receipt(
            tool=verb.tool,
            verb=verb.name,
            kind=verb.kind.value,
            behaviour=verb.behaviour,
            backend=backend.name if backend else None,
            model=backend.model if backend else None,
            licence=backend.licence if backend else None,
            versions={
                verb.tool: verb.version,
                PROTOCOL_PACKAGE.replace("_", "-"): self.job.protocol_version,
                "python": interpreter(),
            },
            fingerprint=dict(self.job.fingerprint),
            options=self.job.options,
            counts=point.counts,
            rejected_by_reason=dict(sorted(point.rejected_by_reason.items())),
            dropped_by_reason=dict(sorted(point.dropped_by_reason.items())),
            inputs=[*self._input_records(point), *self.job.files],
            outputs=self._output_records(point),
            seconds=round(point.seconds, 3),
            records_per_second=round(point.counts.read / max(point.seconds, 1e-9), 1),
            peak_memory_bytes=peak_memory_bytes(),
            ended=ended,
            resumed=point.resumed,
        )

    def _input_records(self, point: Progress) -> list[InputRecord]:
        if self.reader is None:
            return []
        read = point.input
        return [
            InputRecord(
                name=INPUT, sha256=read.sha256, bytes=read.bytes, offset=self.reader.first
            )
        ]

    def _output_records(self, point: Progress) -> list[OutputRecord]:
        return [
            OutputRecord(
                name=name,
                sha256=state.sha256,
                bytes=state.bytes,
                lines=state.lines,
                line_sums=self._streams[name].sums.record()
                if isinstance(self._streams[name], PartFile)
                else None,
            )
            for name, state in point.outputs.items()
            if not isinstance(self._streams[name], NoStream)
        ]

    def _summarise(self) -> None:
        counts = self._counts
        seconds = self.progress.seconds + time.monotonic() - self._begun
        parts = [f"read {counts.read}", f"written {counts.written}"]
        if counts.dropped:
            parts.append(f"dropped {counts.dropped} ({_say(self._dropped)})")
        if counts.rejected:
            parts.append(f"rejected {counts.rejected} ({_say(self._rejected)})")
        rate = counts.read / max(seconds, 1e-9)
        verb = self.job.verb
        log.info(
            "%s %s: %s; %.1f s, %.0f records/s", verb.tool, verb.name, ", ".join(parts), seconds, rate
        )


class DryRun(Exception):  # noqa: N818 - the end of a dry run, not an error
    """What a run would do."""


_EMPTY = hashlib.sha256().hexdigest()


def _is_file(path: Path, recorded: OutputRecord) -> bool:
    if path.stat().st_size != recorded.bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == recorded.sha256


def _say(reasons: Mapping[str, int]) -> str:
    return ", ".join(f"{reason} {number}" for reason, number in sorted(reasons.items()))
