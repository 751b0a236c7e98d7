"""What an earlier run into the same output left, and what follows from it.

Nothing: begin. The same command, stopped: go on. The same command, finished: there is nothing to
do. Another command: refuse and say what differs, or begin again when told to.
"""

import hashlib
import logging
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.digests import Hash, new_digest
from affectory_protocol.errors import ManifestError, UsageError
from affectory_protocol.fingerprint import name_changes
from affectory_protocol.job import Job, UpToDate
from affectory_protocol.journal import Journal, Progress, StreamState
from affectory_protocol.opening import list_files
from affectory_protocol.reading import LineReader
from affectory_protocol.receipt import OutputRecord, Receipt, read_receipt
from affectory_protocol.settings import Restart
from affectory_protocol.streams import PartFile
from affectory_protocol.workplace import Paths, is_wire

log = logging.getLogger(__name__)

_EMPTY = StreamState(sha256=hashlib.sha256().hexdigest())


@dataclass(frozen=True)
class Continuation:
    """Where to go on.

    Attributes:
        progress: the point that counts.
        digests: running digest of each output stream up to there.
        prefix: running digest of the input up to there.
    """

    progress: Progress
    digests: dict[str, Hash]
    prefix: Hash


def find_continuation(
    job: Job, paths: Paths, journal: Journal, reader: LineReader | None, parts: dict[str, PartFile]
) -> Continuation | None:
    """Decide whether to go on, and from where; None means to begin.

    Raises:
        UpToDate: the output is there and is what this command would write.
        UsageError: an earlier run was another one, and `--restart` forbids to begin again.
        ManifestError: the part files are not what their journal says.
    """
    if job.settings.restart is Restart.ALWAYS:
        return None
    earlier = _EarlierRun(job, paths, journal, reader)
    slots = journal.read()
    receipt = read_receipt(paths.receipt) if paths.output.exists() else None
    if receipt is not None and receipt.fingerprint == job.fingerprint:
        earlier.leave_if_up_to_date(receipt)
    elif slots and slots[0].fingerprint == job.fingerprint:
        return earlier.go_on(slots, parts)
    elif receipt is not None or slots or paths.output.exists():
        before = slots[0].fingerprint if slots else receipt.fingerprint if receipt else {}
        earlier.refuse_change(name_changes(before, job.fingerprint))
    return None


class _EarlierRun:
    def __init__(self, job: Job, paths: Paths, journal: Journal, reader: LineReader | None) -> None:
        self._job = job
        self._paths = paths
        self._journal = journal
        self._reader = reader

    def leave_if_up_to_date(self, receipt: Receipt) -> None:
        """Leave by `UpToDate` when output and input are what the receipt says."""
        changed = [
            name
            for name, path in list_files(self._job, self._paths).items()
            if not is_wire(str(path)) and not _is_file(path, receipt.output(name))
        ]
        if receipt.counts.assets and not self._has_assets():
            changed.append("assets")
        changed += self._find_absent()
        if changed:
            self.refuse_change([f"the {name} it left" for name in changed])
        elif self._reader is None or self._is_whole_input(receipt, self._reader):
            if not self._job.settings.dry_run:
                self._journal.remove()
            raise UpToDate
        else:
            self._refuse_input(self._reader)

    def _find_absent(self) -> list[str]:
        """What a sink is to write beside its output, and is not there."""
        return [name for name, path in self._job.beside.items() if not path.is_file()]

    def _has_assets(self) -> bool:
        """Whether there is a folder of assets; what is in it is for an audit to say."""
        return (self._job.settings.assets or self._paths.assets).is_dir()

    def _is_whole_input(self, receipt: Receipt, reader: LineReader) -> bool:
        recorded = receipt.inputs[0]
        prefix = reader.skip_prefix(recorded.bytes)
        return (
            prefix is not None
            and prefix.hexdigest() == recorded.sha256
            and reader.first == recorded.offset
            and (reader.at_end() or receipt.counts.read == self._job.settings.limit)
        )

    def go_on(self, slots: list[Progress], parts: dict[str, PartFile]) -> Continuation | None:
        """Go on from the newest point that the part files bear out."""
        if slots[0].whole and (absent := self._find_absent()):
            self.refuse_change([f"the {name} it left" for name in absent])
            return None
        for progress in slots:
            digests: dict[str, Hash] = {}
            for name, part in parts.items():
                digest = part.matches(progress.outputs.get(name, _EMPTY))
                if digest is not None:
                    digests[name] = digest
            if len(digests) == len(parts):
                return self._go_on_from(progress, digests)
        raise ManifestError(
            "the part files of an earlier run are not what its journal says",
            hint="Begin again with --restart always.",
        )

    def _go_on_from(self, progress: Progress, digests: dict[str, Hash]) -> Continuation | None:
        prefix: Hash | None = new_digest()
        if self._reader is not None:
            prefix = self._reader.skip_prefix(progress.input.bytes)
            changed = prefix is None or prefix.hexdigest() != progress.input.sha256
            if changed or self._is_overtaken(progress, self._reader):
                self._refuse_input(self._reader)
                return None
        return Continuation(progress, digests, prefix or new_digest())

    def _is_overtaken(self, progress: Progress, reader: LineReader) -> bool:
        """Whether a sink wrote its file from less than there is now."""
        if not progress.whole:
            return False
        return progress.counts.read != self._job.settings.limit and not reader.at_end()

    def _refuse_input(self, reader: LineReader) -> None:
        self.refuse_change(["input"], consumed=not reader.is_file)
        reader.start = reader.first

    def refuse_change(self, names: list[str], *, consumed: bool = False) -> None:
        """Refuse to mix two runs, unless told to begin again.

        Args:
            names: what differs.
            consumed: the pipe that would have to be read again is read already.
        """
        what = ", ".join(names) or "nothing that is recorded"
        if self._job.settings.restart is Restart.NEVER:
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


def _is_file(path: Path, recorded: OutputRecord | None) -> bool:
    if recorded is None or not path.is_file() or path.stat().st_size != recorded.bytes:
        return False
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest() == recorded.sha256
