"""One run from its first look at the disk to its last rename.

A run into a file works on `.part` files and a journal. SIGKILL at any instant and the same command
again end in the same bytes as one run without interruption; the existence of FILE is the commit.
"""

import errno
import hashlib
import logging
import os
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from affectory_protocol.digests import Digests, Hash, new_digest
from affectory_protocol.durable import sync_folder, write_durably
from affectory_protocol.earlier import Continuation, find_continuation
from affectory_protocol.errors import AffectoryError, TooManyRejectsError, UsageError
from affectory_protocol.job import DROPPED, INPUT, OUTPUT, REJECTS, DryRun, Job
from affectory_protocol.journal import Counts, Journal, Progress, StreamState
from affectory_protocol.places import AssetStore
from affectory_protocol.reading import Chunk, LineReader, limited
from affectory_protocol.receipt import encode_receipt
from affectory_protocol.records import Assets
from affectory_protocol.result import BatchResult
from affectory_protocol.settings import STANDARD
from affectory_protocol.streams import (
    NoStream,
    OutputStream,
    PartFile,
    PipeStream,
    whole_line_blocks,
)
from affectory_protocol.summary import build_receipt, say_counts, say_reasons
from affectory_protocol.terminal import Signals, Stopped, open_progress, rare_collection
from affectory_protocol.verb import Kind
from affectory_protocol.workplace import Lock, Paths, is_wire, refuse_overlap

log = logging.getLogger(__name__)

_DROPPING = frozenset({Kind.FILTER, Kind.SOURCE})


class Session:
    """The files, the position and the counts of a run.

    Args:
        job: what runs.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self.store: AssetStore | None = None
        self._reader: LineReader | None = None
        self._signals = Signals()
        self._cleanup = ExitStack()
        self._to_file = not is_wire(job.settings.output)
        self._paths = Paths(job.settings)
        self._journal = Journal(self._paths.journal)
        self._streams: dict[str, OutputStream] = {}
        self._digests: Digests | None = None
        self._counts = Counts()
        self._rejected: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._end = 0
        self._resumed = 0
        # A sink remembers what it read, and a new process does not: all of its file or nothing.
        self._keeps = job.verb.kind is not Kind.SINK
        self._seconds_before = 0.0
        self._begun = self._last_checkpoint = time.monotonic()
        self._persister = ThreadPoolExecutor(1, thread_name_prefix="journal")
        self._persisting: Future[None] | None = None

    # Opening -----------------------------------------------------------------------------------

    @contextmanager
    def running(self) -> Iterator["Session"]:
        """Open everything, run the block, keep what is done if it is stopped.

        Raises:
            UpToDate: there is nothing to do.
        """
        with self._cleanup, self._signals.watch():
            self._cleanup.callback(self._persister.shutdown)
            self._cleanup.enter_context(rare_collection())
            self._open()
            try:
                yield self
            except BrokenPipeError:  # the reader of the pipe has had enough: that is its right
                with self._signals.shield():
                    self._publish("reader-gone")
            except (Stopped, AffectoryError):
                self._keep()
                raise

    def _open(self) -> None:
        settings = self.job.settings
        inputs = [] if settings.input == STANDARD else [settings.input]
        refuse_overlap(settings, [*inputs, *map(str, self.job.paths)])
        if self.job.verb.has_input:
            self._reader = self._open_reader()
        if self._to_file:
            self._open_files()
        else:
            self._open_wire()
        self._progress = open_progress(
            settings.progress,
            label=self.job.verb.name,
            total=self._reader.size if self._reader else None,
            wire=self.job.wire,
        )
        self._cleanup.callback(self._progress.close)

    def _open_reader(self) -> LineReader:
        settings = self.job.settings
        fd = 0
        if settings.input != STANDARD:
            try:
                if Path(settings.input).is_dir():
                    raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
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

    def _open_wire(self) -> None:
        settings = self.job.settings
        if not settings.max_rejects.is_zero and settings.rejects is None:
            raise UsageError(
                "--max-rejects needs --rejects when the output is a pipe",
                hint="Name a file for the rejects, or they are lost.",
            )
        if settings.dry_run:
            raise DryRun("would begin")
        self._streams[OUTPUT] = PipeStream(self._open_target(settings.output))
        for name, target in ((REJECTS, settings.rejects), (DROPPED, settings.dropped)):
            self._streams[name] = self._open_side(target)
        self._open_store(str(os.getpid()))
        self._start_digests({name: new_digest() for name in (INPUT, *self._streams)})

    def _open_target(self, target: str) -> int:
        if target == STANDARD:
            return self.job.wire
        fd = os.open(target, os.O_WRONLY | os.O_CLOEXEC)
        self._cleanup.callback(os.close, fd)
        return fd

    def _open_side(self, target: str | None) -> OutputStream:
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
        if not self.job.settings.dry_run:
            lock = Lock(self._paths.lock)
            lock.acquire()
            self._cleanup.callback(lock.release)
        self._cleanup.callback(self._journal.close)
        names = {OUTPUT: self._paths.output, REJECTS: self._paths.rejects}
        if self.job.verb.kind in _DROPPING:
            names[DROPPED] = self._paths.dropped
        parts = {name: PartFile(path) for name, path in names.items()}
        self._streams.update(parts)
        for part in parts.values():
            self._cleanup.callback(part.close)
        found = find_continuation(self.job, self._paths, self._journal, self._reader, parts)
        if self.job.settings.dry_run:
            raise DryRun(
                f"would go on after {found.progress.counts.read}" if found else "would begin"
            )
        self._open_store(str(self._paths.output.resolve()))
        if found is None:
            self._begin(parts)
        else:
            self._go_on(found, parts)

    def _begin(self, parts: dict[str, PartFile]) -> None:
        self._journal.remove()
        for part in parts.values():
            part.begin()
        self._start_digests({name: new_digest() for name in (INPUT, *parts)})
        self._journal.write(self._point())

    def _go_on(self, found: Continuation, parts: dict[str, PartFile]) -> None:
        for part in parts.values():
            part.resume()
        self._start_digests({INPUT: found.prefix, **found.digests})
        progress = found.progress
        self._counts = replace(progress.counts)
        self._rejected.update(progress.rejected_by_reason)
        self._dropped.update(progress.dropped_by_reason)
        self._end = progress.input.bytes + self._first
        self._resumed = progress.resumed + 1
        self._seconds_before = progress.seconds
        log.info("going on after %d records", progress.counts.read)

    def _open_store(self, key: str) -> None:
        if Assets not in self.job.verb.writes or self.job.verb.kind is not Kind.DERIVE:
            return
        folder = self.job.settings.assets
        if folder is None and not self._to_file:
            raise UsageError("new assets need a folder", hint="Name one with --assets.")
        digest = hashlib.sha256(key.encode()).hexdigest()[:16]
        self.store = AssetStore(folder or self._paths.assets, digest)
        self.store.clear_partial()
        self._cleanup.callback(self.store.clear_partial)

    def _start_digests(self, states: dict[str, Hash]) -> None:
        equal = states[INPUT].hexdigest() == states[OUTPUT].hexdigest()
        twins = (INPUT, OUTPUT) if equal else None
        self._digests = self._cleanup.enter_context(Digests(states, twins=twins))

    # Working -----------------------------------------------------------------------------------

    @property
    def digests(self) -> Digests:
        """The running digests of this run."""
        if self._digests is None:
            raise RuntimeError("the run is not open")
        return self._digests

    @property
    def _first(self) -> int:
        return self._reader.first if self._reader else 0

    def chunks(self) -> Iterator[Chunk]:
        """Lines not yet dealt with, as far as `--limit` allows."""
        if self._reader is None:
            raise RuntimeError("a source has no manifest to read")
        chunks = self._reader.chunks()
        limit = self.job.settings.limit
        return chunks if limit is None else limited(chunks, limit - self._counts.read)

    def written_lines(self) -> Iterator[list[bytes]]:
        """What an interrupted run had written to the output, for verbs that remember it."""
        part = self._streams[OUTPUT]
        if isinstance(part, PartFile) and part.length:
            for block in whole_line_blocks(part.part, part.length):
                yield block.split(b"\n")[:-1]

    @property
    def is_written(self) -> bool:
        """Whether a sink had written its file before it was stopped or held back."""
        return self._counts.read > 0 and self._resumed > 0

    @property
    def rows_done(self) -> int:
        """Rows of a source that an earlier part of this run has dealt with."""
        return self._counts.read

    def commit(self, result: BatchResult) -> None:
        """Write what became of a batch; a signal waits until it is whole."""
        with self._signals.shield():
            self._write(result)
            self._counts.add(result.counts)
            self._counts.written += len(result.output)
            self._counts.rejected += len(result.rejects)
            self._counts.dropped += len(result.dropped)
            self._rejected.update(result.rejected_by_reason)
            self._dropped.update(result.dropped_by_reason)
            self._end = result.end
            self._progress.update(self._end, self._counts)
            interval = self.job.settings.checkpoint_seconds
            due = time.monotonic() - self._last_checkpoint >= interval
            if due and self._keeps and self._to_file:
                self._checkpoint(wait=interval == 0)

    def _write(self, result: BatchResult) -> None:
        lines = {OUTPUT: result.output, REJECTS: result.rejects, DROPPED: result.dropped}
        raws = {n: b"\n".join(given) + b"\n" for n, given in lines.items() if given}
        if result.passed_raw is not None:
            raws[OUTPUT] = result.passed_raw
        with self._all_or_nothing():
            for name, raw in raws.items():
                self._streams[name].write(raw, lines[name])
        if result.passed_raw is not None and result.passed_raw is result.raw:
            self.digests.feed_equal(raws.pop(OUTPUT), INPUT, OUTPUT)
        else:
            self.digests.feed(INPUT, result.raw)
        for name, raw in raws.items():
            self.digests.feed(name, raw)

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        """Let no stream get further than the others when the disk fills up in a batch."""
        before = [(stream, stream.length, stream.lines) for stream in self._streams.values()]
        try:
            yield
        except BaseException:
            for stream, length, lines in before:
                stream.length, stream.lines = length, lines
            raise

    def write_whole(self, content: bytes) -> None:
        """Write the foreign file of a sink."""
        with self._signals.shield():
            self._streams[OUTPUT].write(content, [])
            self.digests.feed(OUTPUT, content)
            self._keeps = True

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
        return Progress(
            fingerprint=dict(self.job.fingerprint),
            input=StreamState(bytes=max(self._end - self._first, 0), sha256=digests[INPUT]),
            outputs={
                name: StreamState(bytes=s.length, lines=s.lines, sha256=digests[name])
                for name, s in self._streams.items()
            },
            counts=replace(self._counts),
            rejected_by_reason=dict(self._rejected),
            dropped_by_reason=dict(self._dropped),
            seconds=self._seconds(),
            resumed=self._resumed,
        )

    def _seconds(self) -> float:
        return self._seconds_before + time.monotonic() - self._begun

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
            self._say()
            self._judge_rejects()
            self._publish("finished")

    def _say(self) -> None:
        verb = self.job.verb
        reasons = {DROPPED: self._dropped, "rejected": self._rejected}
        say_counts(f"{verb.tool} {verb.name}", self._counts, reasons, self._seconds())

    def _judge_rejects(self) -> None:
        rejected, read = self._counts.rejected, self._counts.read
        if self.job.settings.max_rejects.allows(rejected, read):
            return
        self._streams[REJECTS].sync()
        self._streams[REJECTS].publish()
        if self._to_file:
            sync_folder(self._paths.rejects.parent)
            way_out = f"The same command with --max-rejects {rejected} publishes at once."
        else:
            way_out = "Name a file with --rejects and allow more with --max-rejects."
        raise TooManyRejectsError(
            f"{rejected} of {read} records were rejected: {say_reasons(self._rejected)}",
            hint=f"Look at the rejects. {way_out}",
        )

    def _publish(self, ended: str) -> None:
        point = self._point()
        receipt = build_receipt(self.job, point, self._streams, first=self._first, ended=ended)
        if self._to_file:
            self._publish_files(encode_receipt(receipt))
        else:
            self._publish_sides(encode_receipt(receipt))

    def _publish_files(self, receipt: bytes) -> None:
        """Rename everything into place, FILE last: its existence is the commit."""
        output = self._paths.output
        if output.exists():  # of an earlier run: a commit must not stand beside another's receipt
            output.unlink()
            sync_folder(output.parent)
        for name in (REJECTS, DROPPED):
            if name in self._streams:
                self._streams[name].publish()
        _write_receipt(self._paths.receipt, receipt)
        for folder in self._paths.folders():
            sync_folder(folder)
        self._streams[OUTPUT].publish()
        sync_folder(output.parent)
        self._journal.remove()

    def _publish_sides(self, receipt: bytes) -> None:
        for stream in self._streams.values():
            stream.sync()
            stream.publish()
        if self.store is not None:
            self.store.sync()
        if self.job.settings.receipt is not None:
            _write_receipt(Path(self.job.settings.receipt), receipt)

    def _keep(self) -> None:
        """Make the work so far durable, as far as the disk allows."""
        if (
            self._to_file
            and self._keeps
            and self._digests is not None
            and self._streams[OUTPUT].is_open
        ):
            with self._signals.shield():
                try:
                    self._checkpoint(wait=True)
                except (AffectoryError, OSError):
                    log.warning("the last second of work could not be kept")


def _write_receipt(path: Path, receipt: bytes) -> None:
    write_durably(path, receipt, temporary=path.with_name(path.name + ".part"))
