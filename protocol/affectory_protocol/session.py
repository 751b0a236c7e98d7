"""One run from its first look at the disk to its last rename.

A run into a file works on `.part` files and a journal. SIGKILL at any instant and the same command
again end in the same bytes as one run without interruption; the existence of FILE is the commit.
"""

import logging
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace

import orjson
from affectory_protocol.digests import Digests, Hash, new_digest
from affectory_protocol.earlier import Continuation, find_continuation
from affectory_protocol.errors import AffectoryError, TooManyRejectsError, UsageError
from affectory_protocol.job import DROPPED, INPUT, OUTPUT, REJECTS, DryRun, Job
from affectory_protocol.journal import Counts, Journal, Progress, StreamState
from affectory_protocol.mark import Mark
from affectory_protocol.opening import (
    list_files,
    make_store,
    open_pipe,
    open_pipes,
    open_reader,
    refuse_bad_targets,
)
from affectory_protocol.publishing import publish_files, publish_rejects, publish_sides
from affectory_protocol.reading import Chunk, LineReader, limited
from affectory_protocol.receipt import encode_receipt
from affectory_protocol.result import BatchResult
from affectory_protocol.settings import STANDARD
from affectory_protocol.streams import OutputStream, PartFile, whole_line_blocks
from affectory_protocol.summary import build_receipt, say_counts, say_reasons
from affectory_protocol.terminal import Signals, Stopped, open_progress, rare_collection
from affectory_protocol.verb import Kind
from affectory_protocol.workplace import Lock, Paths, is_wire, refuse_overlap

log = logging.getLogger(__name__)


class Session:
    """The files, the position and the counts of a run.

    Args:
        job: what runs.
    """

    def __init__(self, job: Job) -> None:
        self.job = job
        self._reader: LineReader | None = None
        self._signals = Signals()
        self._cleanup = ExitStack()
        refuse_bad_targets(job.settings)
        paths = Paths(job.settings)
        self._paths = None if is_wire(job.settings.output) else paths
        self.store = make_store(job, self._paths)
        self._journal = Journal(paths.journal)
        self._mark = Mark(paths.mark)
        self._streams: dict[str, OutputStream] = {}
        self._digests: Digests | None = None
        self._counts = Counts()
        self._rejected: Counter[str] = Counter()
        self._dropped: Counter[str] = Counter()
        self._end = 0
        self._resumed = 0
        self._first_reject: str | None = None
        # A sink remembers what it read, and a new process does not: all of its file or nothing.
        self._keeps = job.verb.kind is not Kind.SINK
        self._is_whole = False
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
            except (Stopped, AffectoryError) as error:
                begun = self._counts.read or not isinstance(error, UsageError)
                if self._keeps and begun:
                    self._keep()
                elif isinstance(error, AffectoryError):
                    self._forget()
                raise

    def _open(self) -> None:
        settings = self.job.settings
        inputs = [] if settings.input == STANDARD else [settings.input]
        refuse_overlap(settings, [*inputs, *map(str, self.job.paths)])
        if self.job.verb.has_input:
            self._reader = open_reader(
                settings, self._cleanup, lambda content: self.digests.feed(INPUT, content)
            )
        if self._paths is not None:
            self._open_files(self._paths)
        else:
            self._open_wire()
        self._progress = open_progress(
            settings.progress,
            label=self.job.verb.name,
            total=self._reader.size if self._reader else None,
            wire=self.job.wire,
        )
        self._cleanup.callback(self._progress.close)

    def _open_wire(self) -> None:
        streams = open_pipes(self.job, self._cleanup)
        if self.job.settings.dry_run:
            raise DryRun("would begin")
        self._streams = streams
        self._clear_store()
        self._start_digests({name: new_digest() for name in (INPUT, *streams)})

    def _open_files(self, paths: Paths) -> None:
        if not self.job.settings.dry_run:
            lock = Lock(paths.lock)
            self._cleanup.callback(lock.release)
            lock.acquire()
        self._cleanup.callback(self._journal.close)
        self._cleanup.callback(self._mark.close)
        parts: dict[str, PartFile] = {}
        for name, path in list_files(self.job, paths).items():
            if is_wire(str(path)):
                self._streams[name] = open_pipe(str(path), self.job, self._cleanup)
            else:
                self._streams[name] = parts[name] = PartFile(path)
                self._cleanup.callback(parts[name].close)
        found = find_continuation(self.job, paths, self._journal, self._reader, parts)
        if self.job.settings.dry_run:
            raise DryRun(
                f"would go on after {found.progress.counts.read}" if found else "would begin"
            )
        self._clear_store()
        if found is None:
            self._begin(parts)
        else:
            self._go_on(found, parts)

    def _clear_store(self) -> None:
        if self.store is not None:
            self.store.clear_partial()
            self._cleanup.callback(self.store.clear_partial)

    def _begin(self, parts: dict[str, PartFile]) -> None:
        self._journal.remove()
        self._mark.remove()
        for part in parts.values():
            part.begin()
        self._start_digests({name: new_digest() for name in (INPUT, *parts)})
        self._journal.write(self._point())

    def _go_on(self, found: Continuation, parts: dict[str, PartFile]) -> None:
        self._mark.recall()
        for part in parts.values():
            part.resume()
        self._start_digests({INPUT: found.prefix, **found.digests})
        progress = found.progress
        self._counts = replace(progress.counts)
        self._rejected.update(progress.rejected_by_reason)
        self._dropped.update(progress.dropped_by_reason)
        self._end = progress.input.bytes + self._first
        self._resumed = progress.resumed + 1
        self._is_whole = progress.whole
        self._keeps |= progress.whole
        self._seconds_before = progress.seconds
        log.info("going on after %d records", progress.counts.read)

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

    def enter(self, batch: Chunk) -> int:
        """Remember which batch comes next, in case it ends the process.

        Returns:
            How many starts of this run have come to a batch there, this one included.
        """
        return 1 if self._paths is None else self._mark.enter(batch.offset, batch.end)

    def count_starts(self, batch: Chunk) -> int:
        """How many starts would have come to this batch, were it entered."""
        return 1 if self._paths is None else self._mark.count_starts(batch.offset, batch.end)

    def keep_now(self) -> None:
        """Make what was committed durable, before anything else may end the process."""
        with self._signals.shield():
            self._checkpoint(wait=True)

    @property
    def reads_file(self) -> bool:
        """Whether the whole input is there, so that reading never waits for a writer."""
        return self._reader is not None and self._reader.is_file

    def is_input_waiting(self) -> bool:
        """Whether more of the input can be read at once, be it its end."""
        return self._reader is None or self._reader.is_ready()

    @property
    def is_written(self) -> bool:
        """Whether a sink had written its file before it was stopped or held back."""
        return self._is_whole

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
            if result.rejects and self._first_reject is None:
                self._first_reject = str(orjson.loads(result.rejects[0])["message"])
            self._progress.update(self._end, self._counts)
            interval = self.job.settings.checkpoint_seconds
            due = time.monotonic() - self._last_checkpoint >= interval
            if due and self._keeps and self._paths is not None:
                self._checkpoint(wait=interval == 0)

    def show_work(self, done: int, total: int, words: str) -> None:
        """Show how far a long work on all records has come, once they are read."""
        self._progress.work(done, total, words)

    def _write(self, result: BatchResult) -> None:
        lines = {OUTPUT: result.output, REJECTS: result.rejects, DROPPED: result.dropped}
        raws = {} if result.passed_raw is None else {OUTPUT: result.passed_raw}
        raws |= {n: b"\n".join([*g, b""]) for n, g in lines.items() if g and n not in raws}
        with self._all_or_nothing():
            for name, raw in raws.items():
                self._streams[name].write(raw, lines[name])
        if result.passed_raw is not None and result.passed_raw is result.raw:
            self.digests.feed_equal(raws.pop(OUTPUT), INPUT, OUTPUT)
        else:
            self.digests.feed(INPUT, result.raw)
        for name, raw in raws.items():
            if self.digests.has(name):
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
            self._keeps = self._is_whole = True

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
                if name in digests
            },
            counts=replace(self._counts),
            rejected_by_reason=dict(self._rejected),
            dropped_by_reason=dict(self._dropped),
            seconds=self._seconds(),
            resumed=self._resumed,
            whole=self._is_whole,
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
            if self._paths is not None:
                self._checkpoint(wait=True)
                self._mark.remove()
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
        if self._paths is not None:
            publish_rejects(self._paths, self._streams[REJECTS])
            hint = (
                f"Look at the rejects. The same command with --max-rejects {rejected} publishes "
                "at once."
            )
        else:
            self._streams[REJECTS].sync()
            self._streams[REJECTS].publish()
            hint = f"Allow them with --rejects FILE --max-rejects {rejected}."
        if self._first_reject is not None:
            hint = f"The first of them: {self._first_reject}. {hint}"
        raise TooManyRejectsError(
            f"{rejected} of {read} records were rejected: {say_reasons(self._rejected)}", hint=hint
        )

    def _publish(self, ended: str) -> None:
        point = self._point()
        built = build_receipt(self.job, point, self._streams, first=self._first, ended=ended)
        receipt = encode_receipt(built)
        if self._paths is None:
            if self.store is not None:
                self.store.sync()
            publish_sides(self._streams, self.job.settings.receipt, receipt)
            return
        publish_files(self._paths, self._streams, receipt)
        self._journal.remove()

    def _keep(self) -> None:
        """Make the work so far durable, as far as the disk allows."""
        if self._paths is None or self._digests is None or not self._streams[OUTPUT].is_open:
            return
        with self._signals.shield():
            try:
                self._checkpoint(wait=True)
                self._mark.remove()
            except (AffectoryError, OSError):
                log.warning("the last second of work could not be kept")

    def _forget(self) -> None:
        """Leave nothing of a run without work: it would refuse the options that it asked for.

        That is a sink without its file, and any run that saw its options wrong before a record.
        """
        if self._paths is None:
            return
        with self._signals.shield():
            self._journal.remove()
            self._mark.remove()
            for stream in self._streams.values():
                if isinstance(stream, PartFile):
                    stream.remove()
