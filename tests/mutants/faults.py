"""Faults to be planted in the protocol package, each with the tests that must notice it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One way to break the protocol package.

    Attributes:
        name: what the fault does.
        file: in the package.
        old: text that stands in the file exactly once.
        new: text in its place.
        tests: modules of the suite that are run, in the order of their hope to notice.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


ACCOUNTS = "tests/contract/test_accounts.py"
CULPRITS = "tests/contract/test_culprits.py"
DETERMINISM = "tests/contract/test_determinism.py"
JOIN = "tests/protocol/test_cli_join.py"
KILLS = "tests/contract/test_kills.py"
LINES = "tests/contract/test_lines.py"
OPTIONS = "tests/contract/test_options.py"
ORDER = "tests/contract/test_order.py"
PRIVACY = "tests/contract/test_privacy.py"
REPEATS = "tests/contract/test_repeats.py"
SPLIT = "tests/protocol/test_cli_split.py"
STOPS = "tests/contract/test_stops.py"
STREAMS = "tests/contract/test_streams.py"
TARGETS = "tests/contract/test_targets.py"
TORN = "tests/contract/test_torn.py"

FAULTS = [
    # --- Records that vanish or change -----------------------------------------------------------
    Fault(
        "lose a reject",
        "result.py",
        "        self.rejects.append(line)\n",
        "        if not self.rejects:\n            self.rejects.append(line)\n",
        (ACCOUNTS,),
    ),
    Fault(
        "drop the tail of a batch",
        "reading.py",
        "        while len(waiting) >= size or (flush and waiting):\n",
        "        while len(waiting) >= size:\n",
        (ACCOUNTS, LINES),
    ),
    Fault(
        "count a reject as passed",
        "result.py",
        "        self.rejected_by_reason[reason] += 1\n",
        "        self.rejected_by_reason[reason] += 1\n        self.counts.passed += 1\n",
        (ACCOUNTS,),
    ),
    Fault(
        "reject a whole batch for one record",
        "processing.py",
        "            outcomes = [_try_one(function, record) for record in records]\n",
        "            outcomes = [_try_one(function, records[0]) for _ in records]\n",
        (STOPS,),
    ),
    Fault(
        "re-encode a line",
        "settling.py",
        "        result.pass_on(edit_members(record.line, changes, present=record.members))\n",
        "        import orjson\n\n"
        "        line = orjson.dumps(record.members)\n"
        "        result.pass_on(edit_members(line, changes, present=record.members))\n",
        (LINES,),
    ),
    Fault(
        "keep a carriage return",
        "reading.py",
        '    line = line.removesuffix(b"\\r")\n',
        "",
        (LINES,),
    ),
    Fault(
        "write a byte order mark",
        "reading.py",
        "    return line.removeprefix(BOM) if offset == 0 else line\n",
        "    return line\n",
        (LINES,),
    ),
    Fault(
        "accept a duplicate key",
        "lines.py",
        "        if found.count(name) > 1:\n",
        "        if found.count(name) > 2:\n",
        (LINES, ACCOUNTS),
    ),
    Fault(
        "forget whose section it is",
        "writing.py",
        "    if not isinstance(made_by, dict):\n        return True\n",
        "    if not isinstance(made_by, dict):\n        return False\n",
        (OPTIONS,),
    ),
    Fault(
        "take imported sections for a machine's",
        "writing.py",
        '    return str(made_by.get("verb", "")).split(" ")[0] == IMPORT_VERBS\n',
        "    return False\n",
        (OPTIONS,),
    ),
    Fault(
        "replace a section that is to be kept",
        "writing.py",
        "        if self.existing is Existing.KEEP:\n            return True\n",
        "",
        (OPTIONS,),
    ),
    Fault(
        "make the digest of what was read a constant",
        "record.py",
        "        return hashlib.sha256(canonical).hexdigest()[:16]\n",
        '        return hashlib.sha256(b"").hexdigest()[:16] if canonical else ""\n',
        (ACCOUNTS,),
    ),
    Fault(
        "seed every record alike",
        "record.py",
        '        digest = hashlib.sha256(f"{seed}:{self.id}".encode()).digest()\n',
        '        digest = hashlib.sha256(f"{seed}".encode()).digest()\n',
        (DETERMINISM,),
    ),
    Fault(
        "put the batch size into the digest of options",
        "options.py",
        "        default=256,\n        option_class=EXECUTION,\n",
        "        default=256,\n        option_class=RESULT,\n",
        (DETERMINISM,),
    ),
    Fault(
        "cut a shard one byte late",
        "reading.py",
        "        at = position - 1\n",
        "        at = position\n",
        (DETERMINISM,),
    ),
    Fault(
        "let batches of a tolerant backend depend on the arrival of lines",
        "reading.py",
        "        flush = chunk.closed or not fixed\n",
        "        flush = True\n",
        (DETERMINISM,),
    ),
    # --- Rejects and options ---------------------------------------------------------------------
    Fault(
        "tolerate any number of rejects",
        "settings.py",
        "        return rejected <= self.records\n",
        "        return rejected <= self.records or rejected > 0\n",
        (OPTIONS,),
    ),
    Fault(
        "publish no rejects of an output that is held back",
        "publishing.py",
        "    rejects.sync()\n    rejects.publish()\n",
        "",
        (OPTIONS,),
    ),
    Fault(
        "take a result option from the environment",
        "options.py",
        '            _option(\n                "--existing",\n                env=False,\n',
        '            _option(\n                "--existing",\n',
        (OPTIONS,),
    ),
    Fault(
        "drop records although they are to be marked",
        "settling.py",
        "        self._marks = processor.settings.mark\n",
        "        self._marks = False\n",
        (OPTIONS,),
    ),
    # --- Streams ---------------------------------------------------------------------------------
    Fault(
        "let libraries print on the wire",
        "terminal.py",
        "    os.dup2(2, 1)\n",
        "",
        (STREAMS,),
    ),
    Fault(
        "print on standard output",
        "session.py",
        "        verb = self.job.verb\n        reasons = {",
        '        os.write(self.job.wire, b"done\\n")\n'
        "        verb = self.job.verb\n        reasons = {",
        (STREAMS,),
    ),
    Fault(
        "swallow the truncated end of a pipe",
        "reading.py",
        "        if carry and not self.is_file:\n            raise _truncated(position)\n",
        "",
        (STREAMS,),
    ),
    Fault(
        "make a noise when the reader goes away",
        "session.py",
        "            except BrokenPipeError:  # the reader of the pipe has had enough",
        "            except BlockingIOError:  # the reader of the pipe has had enough",
        (STREAMS,),
    ),
    Fault(
        "leak the line into an error",
        "lines.py",
        '        f"{_without_content(error.msg)} at character {error.pos} of the line",\n',
        '        f"{error.msg} at character {error.pos}: {error.doc[:40]}",\n',
        (PRIVACY,),
    ),
    Fault(
        "leak a key into a pointer",
        "record.py",
        "    known = _field_names()\n",
        "    known = {*_field_names(), *path}\n",
        (PRIVACY,),
    ),
    Fault(
        "leave a temporary file behind",
        "places.py",
        "                leftover.unlink()\n",
        "                pass\n",
        (ACCOUNTS, KILLS),
    ),
    # --- Exactly once ----------------------------------------------------------------------------
    Fault(
        "skip the fsync of a part file",
        "streams.py",
        "            os.fsync(self._descriptor())\n",
        "            self._descriptor()\n",
        (ORDER,),
    ),
    Fault(
        "skip the fsync of the journal",
        "journal.py",
        "            os.fsync(fd)\n",
        "",
        (ORDER,),
    ),
    Fault(
        "skip the fsync of the receipt and the assets",
        "durable.py",
        "            write_all(fd, content)\n            os.fsync(fd)\n",
        "            write_all(fd, content)\n",
        (ORDER,),
    ),
    Fault(
        "skip the fsync of the folders of assets",
        "places.py",
        "            self._touched.update((path.parent, self._folder))\n",
        "",
        (ORDER,),
    ),
    Fault(
        "skip the fsync of the folder after the commit",
        "publishing.py",
        "    streams[OUTPUT].publish()\n    sync_folder(output.parent)\n",
        "    streams[OUTPUT].publish()\n",
        (ORDER,),
    ),
    Fault(
        "publish FILE first",
        "publishing.py",
        "    for name in (REJECTS, DROPPED):\n        if name in streams:\n"
        "            streams[name].publish()\n",
        "    streams[OUTPUT].publish()\n    streams = {**streams, OUTPUT: streams[REJECTS]}\n"
        "    if DROPPED in streams:\n        streams[DROPPED].publish()\n",
        (ORDER,),
    ),
    Fault(
        "write the point before what it speaks of",
        "session.py",
        "        for stream in self._streams.values():\n            stream.sync()\n"
        "        if self.store is not None:\n            self.store.sync()\n"
        "        self._journal.write(point)\n",
        "        self._journal.write(point)\n"
        "        for stream in self._streams.values():\n            stream.sync()\n"
        "        if self.store is not None:\n            self.store.sync()\n",
        (ORDER,),
    ),
    Fault(
        "resume one record late",
        "reading.py",
        "        self.start = position\n        return digest\n",
        "        self.start = position\n"
        "        if length:\n            self.start = self._line_start(position + 1)\n"
        "        return digest\n",
        (REPEATS, STOPS, KILLS),
    ),
    Fault(
        "resume one record early",
        "earlier.py",
        "        return Continuation(progress, digests, prefix or new_digest())\n",
        "        if self._reader is not None:\n"
        "            self._reader.start = max(self._reader.start - 40, self._reader.first)\n"
        "        return Continuation(progress, digests, prefix or new_digest())\n",
        (STOPS, KILLS),
    ),
    Fault(
        "resume a source one row late",
        "session.py",
        '        """Rows of a source that an earlier part of this run has dealt with."""\n'
        "        return self._counts.read\n",
        '        """Rows of a source that an earlier part of this run has dealt with."""\n'
        "        return self._counts.read and self._counts.read + 1\n",
        (STOPS, KILLS),
    ),
    Fault(
        "go on behind what a crash left in a part file",
        "streams.py",
        "            os.ftruncate(self._descriptor(), self.length)\n"
        "            os.lseek(self._descriptor(), self.length, os.SEEK_SET)\n",
        "            os.lseek(self._descriptor(), 0, os.SEEK_END)\n",
        (TORN, KILLS),
    ),
    Fault(
        "go on with a sink in the middle",
        "session.py",
        "        self._keeps = job.verb.kind is not Kind.SINK\n",
        "        self._keeps = True\n",
        (STOPS, KILLS),
    ),
    Fault(
        "write the file of a sink twice",
        "run.py",
        "            if not session.is_written:\n",
        "            if session is not None:\n",
        (OPTIONS,),
    ),
    Fault(
        "write the file of a sink of nothing twice",
        "session.py",
        "        return self._is_whole\n",
        "        return self._counts.read > 0 and self._resumed > 0\n",
        (KILLS,),
    ),
    Fault(
        "believe a journal with another checksum",
        "journal.py",
        "    if _checksum(sequence, payload) != checksum:\n        return None\n",
        "",
        (TORN,),
    ),
    Fault(
        "believe a part file without looking",
        "streams.py",
        "        if digest.hexdigest() != state.sha256:\n            return None\n",
        "",
        (TORN,),
    ),
    Fault(
        "ignore the fingerprint",
        "earlier.py",
        "    if receipt is not None and receipt.fingerprint == job.fingerprint:\n",
        "    if receipt is not None:\n",
        (REPEATS,),
    ),
    Fault(
        "ignore a changed input",
        "earlier.py",
        "            and prefix.hexdigest() == recorded.sha256\n",
        "",
        (REPEATS,),
    ),
    Fault(
        "ignore a changed input of an interrupted run",
        "earlier.py",
        "prefix.hexdigest() != progress.input.sha256\n",
        "not progress.input.sha256\n",
        (REPEATS,),
    ),
    Fault(
        "let a full disk set one stream before the others",
        "session.py",
        "                stream.length, stream.lines = length, lines\n",
        "                stream.lines = lines if length else lines\n",
        (STOPS,),
    ),
    Fault(
        "let go of a lock that is another's",
        "workplace.py",
        "            if _is_current(fd, self._path):\n",
        "            if _is_current(fd, self._path) or fd >= 0:\n",
        (REPEATS,),
    ),
    Fault(
        "take no lock",
        "workplace.py",
        "                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)\n",
        "                fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)\n",
        (REPEATS,),
    ),
    Fault(
        "write over an input",
        "workplace.py",
        "            if source.exists() and (\n",
        "            if not source.exists() and (\n",
        (REPEATS,),
    ),
    Fault(
        "stop in the middle of a batch",
        "terminal.py",
        "        if not self._shielded and not again:",
        "        if not again:",
        (STOPS, "tests/protocol"),
    ),
    # --- Processes apart -------------------------------------------------------------------------
    Fault(
        "take results in the order in which they are done",
        "workers.py",
        "                idle.append(owing.popleft())\n"
        "                result = self._take(idle[0])\n",
        "                idle.append(owing.pop())\n                result = self._take(idle[0])\n",
        (DETERMINISM,),
    ),
    Fault(
        "convict the whole batch of a worker that died",
        "workers.py",
        "        for single in batch.singles():\n            worker.give(single)\n",
        "        for single in batch.singles():\n            worker.give(batch)\n",
        (CULPRITS,),
    ),
    Fault(
        "never do a batch apart in which starts died",
        "driving.py",
        "            if session.enter(batch) <= MAX_STARTS:\n",
        "            if session.enter(batch) > 0:\n",
        (CULPRITS,),
    ),
    Fault(
        "go on without keeping what was made of a record that ends its process",
        "driving.py",
        "            session.keep_now()  # the mark of the next record forgets this one\n",
        "",
        (CULPRITS,),
    ),
    Fault(
        "leave the mark of a run that was stopped",
        "session.py",
        "                self._checkpoint(wait=True)\n                self._mark.remove()\n"
        "            except",
        "                self._checkpoint(wait=True)\n            except",
        (CULPRITS,),
    ),
    Fault(
        "let a worker outlive its run",
        "workers.py",
        "        ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)\n",
        "",
        (CULPRITS,),
    ),
    Fault(
        "wait for the next line before handing on what is done",
        "workers.py",
        "            while owing and not is_input_waiting():\n",
        "            while False:\n",
        (CULPRITS,),
    ),
    # --- Places ----------------------------------------------------------------------------------
    Fault(
        "rename over a device beside the output",
        "session.py",
        "            if is_wire(str(path)):\n",
        "            if str(path) == OUTPUT:\n",
        (TARGETS,),
    ),
    Fault(
        "call an output up to date whatever lies beside it",
        "earlier.py",
        "            if not is_wire(str(path)) and not _is_file(path, receipt.output(name))\n",
        "            if name == 'output' and not _is_file(path, receipt.output(name))\n",
        (TARGETS,),
    ),
    Fault(
        "trust a stored asset by its size",
        "places.py",
        "        return path.stat().st_size == len(content) and path.read_bytes() == content\n",
        "        return path.stat().st_size == len(content)\n",
        (TARGETS,),
    ),
    # --- Splits and joins ------------------------------------------------------------------------
    Fault(
        "part records that a split must keep together",
        "cli/components.py",
        "            self._parents[self._find(other)] = self._find(first)\n",
        "            self._find(other)\n",
        (SPLIT,),
    ),
    Fault(
        "publish a split whatever the proof says",
        "cli/split.py",
        "        if found.values:\n",
        "        if found.values > 9:\n",
        (SPLIT,),
    ),
    Fault(
        "forget in a join what was matched before an interruption",
        "cli/join.py",
        "                key = self._key(Record.parse(line))\n",
        "                key = None\n",
        (JOIN,),
    ),
    Fault(
        "join measures of an asset that the record does not have",
        "cli/transfer.py",
        "            self._stale = other\n",
        "            self._stale = set()\n",
        (JOIN,),
    ),
]
