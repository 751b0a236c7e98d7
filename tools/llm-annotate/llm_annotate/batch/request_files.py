"""Request files: numbered, each within the limits of a provider, complete under their names."""

import fcntl
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson
from affectory_protocol.durable import disk_errors, sync_folder, write_all, write_durably
from affectory_protocol.errors import TemporaryError, UsageError
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.job import UpToDate

from llm_annotate.config import BatchConfig

NAMES = "requests-*.jsonl"
_OWN = re.compile(r"requests-\d{3,}\.jsonl")
_UNFINISHED = "unfinished.part"
"""List of the files whose index is not there yet."""
_BUFFER_BYTES = 2**20


@dataclass
class RequestFile:
    """One file.

    Attributes:
        name: in its folder.
        requests: how many it holds.
        bytes: its size.
        sha256: of its content, hexadecimal, once it is finished.
    """

    name: str
    requests: int = 0
    bytes: int = 0
    sha256: str = ""


class _OpenFile:
    def __init__(self, folder: Path, number: int) -> None:
        self.told = RequestFile(f"requests-{number:03}.jsonl")
        self._digest = hashlib.sha256()
        self._waiting = bytearray()
        with disk_errors():
            part = folder / f"{self.told.name}.part"
            self._fd = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)

    def write(self, line: bytes) -> None:
        self.told.requests += 1
        self.told.bytes += len(line)
        self._waiting += line
        if len(self._waiting) >= _BUFFER_BYTES:
            self._flush()

    def _flush(self) -> None:
        block = bytes(self._waiting)
        self._waiting.clear()
        self._digest.update(block)
        with disk_errors():
            write_all(self._fd, block)

    def finish(self) -> RequestFile:
        self._flush()
        with disk_errors():
            os.fsync(self._fd)
        os.close(self._fd)
        self.told.sha256 = self._digest.hexdigest()
        return self.told

    def leave(self) -> None:
        os.close(self._fd)


class RequestFiles:
    """Files in a folder, in the place of those that an earlier run into the same index made.

    They get their names together, when all of them are whole; until then the earlier ones stay.

    Args:
        folder: made when it is not there.
        config: what a file may hold.
        index: that is to list the files; None is none that could be read again.

    Attributes:
        finished: files that are complete, in order.
    """

    def __init__(self, folder: Path, config: BatchConfig, index: Path | None) -> None:
        self.finished: list[RequestFile] = []
        self._folder = folder
        self._config = config
        self._index = index
        self._earlier: set[str] = set()
        self._open: _OpenFile | None = None
        self._lock = ExitStack()

    def __enter__(self) -> Self:
        try:
            with disk_errors():
                self._folder.mkdir(exist_ok=True)
        except (FileNotFoundError, FileExistsError) as error:
            raise UsageError(
                f"the folder of the request files cannot be made: {self._folder}: {error.strerror}",
                hint="Name another one with --requests.",
            ) from None
        with ExitStack() as lock:
            lock.enter_context(_locked(self._folder))
            self._earlier = _read_unfinished(self._folder)
            if self._index is not None:
                self._earlier |= _find_names(self._index)
            _refuse_others(self._folder, self._earlier)
            self._lock = lock.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            if error is None:
                self._finish()
                self._name()
            elif self._open is not None:
                self._open.leave()

    def _name(self) -> None:
        """Take the earlier files away and give the new ones their names.

        A run that dies here, or whose index has to wait, finds in a list of its own which are its.
        """
        names = {one.name for one in self.finished}
        listing = orjson.dumps(sorted(self._earlier | names))
        write_durably(
            self._folder / _UNFINISHED, listing, temporary=self._folder / f"{_UNFINISHED}.new"
        )
        with disk_errors():
            for name in self._earlier - names:
                (self._folder / name).unlink(missing_ok=True)
            for name in names:
                (self._folder / f"{name}.part").replace(self._folder / name)
            for part in self._folder.glob(f"{NAMES}.part"):  # of a run that had more of them
                if _OWN.fullmatch(part.stem):
                    part.unlink()
        sync_folder(self._folder)

    def write(self, line: bytes) -> None:
        """Add a line, to a new file when the last one is full.

        Raises:
            UsageError: no file can hold it.
        """
        most = self._config.max_bytes_per_file
        if len(line) > most:
            raise UsageError(f"a request has {len(line)} bytes: --max-bytes-per-file {most}")
        if self._open is not None and (
            self._open.told.requests == self._config.max_requests_per_file
            or self._open.told.bytes + len(line) > most
        ):
            self._finish()
        if self._open is None:
            self._open = _OpenFile(self._folder, len(self.finished) + 1)
        self._open.write(line)

    def _finish(self) -> None:
        if self._open is not None:
            self.finished.append(self._open.finish())
            self._open = None


@contextmanager
def until_published(folder: Path) -> Iterator[None]:
    """Forget which files are not in the index yet, once it is there."""
    try:
        yield
    except UpToDate:
        _forget(folder)
        raise
    _forget(folder)


def _forget(folder: Path) -> None:
    for name in (_UNFINISHED, f"{_UNFINISHED}.new"):
        with disk_errors():
            (folder / name).unlink(missing_ok=True)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold a folder, so that no two runs write the same names; the lock leaves no file behind."""
    with disk_errors():
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise TemporaryError(
            f"another run writes request files into this folder: {folder}",
            hint="Wait for it and repeat the same command, or name another one with --requests.",
        ) from None
    finally:
        os.close(fd)


def _read_unfinished(folder: Path) -> set[str]:
    """Names that a run was about to give, or had given, when it ended before its index."""
    try:
        return {name for name in orjson.loads((folder / _UNFINISHED).read_bytes()) if _is_own(name)}
    except (FileNotFoundError, orjson.JSONDecodeError, TypeError):
        return set()


def _refuse_others(folder: Path, own: set[str]) -> None:
    """Refuse a folder with request files that are not to be replaced.

    Raises:
        UsageError: there are some.
    """
    others = {path.name for path in folder.glob(NAMES)} - own
    if others:
        raise UsageError(
            f"{len(others)} files {NAMES} in the folder are not of this --output: {folder}",
            hint="Name another folder with --requests, one for each round, or move them away.",
        )


def check_files(index: Path, folder: Path) -> None:
    """Refuse to call an index up to date whose files are not what it says.

    Args:
        index: of an earlier run.
        folder: of its files.

    Raises:
        UsageError: a file is missing, was changed, or came in beside them.
    """
    try:
        told = [(one["name"], one["sha256"]) for one in orjson.loads(index.read_bytes())["files"]]
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return  # not of this verb: the run itself refuses to replace it
    if not all(_is_whole(folder / name, sha256) for name, sha256 in told):
        raise UsageError(
            f"request files of this index are gone, or were changed: {index.name}",
            hint="Write them again with --restart always, or name another --output.",
        )
    _refuse_others(folder, {name for name, _ in told} | _read_unfinished(folder))


def _find_names(index: Path) -> set[str]:
    """Names of request files in an index, also in one that was damaged since."""
    try:
        return set(_OWN.findall(index.read_text("utf-8", errors="replace")))
    except FileNotFoundError:
        return set()


def _is_own(name: object) -> bool:
    return isinstance(name, str) and _OWN.fullmatch(name) is not None


def _is_whole(path: Path, sha256: str) -> bool:
    return path.is_file() and digest_file(path) == sha256
