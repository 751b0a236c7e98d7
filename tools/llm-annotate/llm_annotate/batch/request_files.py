"""Request files: numbered, each within the limits of a provider, complete under their names."""

import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson
from affectory_protocol.durable import disk_errors, sync_folder, write_all
from affectory_protocol.errors import UsageError
from affectory_protocol.fingerprint import digest_file

from llm_annotate.config import BatchConfig

NAMES = "requests-*.jsonl"
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
        self._path = folder / self.told.name
        self._part = folder / f"{self.told.name}.part"
        self._digest = hashlib.sha256()
        self._waiting = bytearray()
        with disk_errors():
            self._fd = os.open(
                self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666
            )

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
        with disk_errors():
            self._part.replace(self._path)
        self.told.sha256 = self._digest.hexdigest()
        return self.told

    def leave(self) -> None:
        os.close(self._fd)


@dataclass
class RequestFiles:
    """Files in a folder, the request files of an earlier run taken out of it first.

    Attributes:
        folder: made when it is not there.
        config: what a file may hold.
        finished: files that are complete, in order.
    """

    folder: Path
    config: BatchConfig
    finished: list[RequestFile] = field(default_factory=list)
    _open: _OpenFile | None = None

    def __enter__(self) -> Self:
        try:
            with disk_errors():
                self.folder.mkdir(exist_ok=True)
        except (FileNotFoundError, FileExistsError) as error:
            raise UsageError(
                f"the folder of the request files cannot be made: {self.folder}: {error.strerror}",
                hint="Name another one with --requests.",
            ) from None
        with disk_errors():
            for old in (*self.folder.glob(NAMES), *self.folder.glob(f"{NAMES}.part")):
                old.unlink()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._finish()
            sync_folder(self.folder)
        elif self._open is not None:
            self._open.leave()

    def write(self, line: bytes) -> None:
        """Add a line, to a new file when the last one is full.

        Raises:
            UsageError: no file can hold it.
        """
        most = self.config.max_bytes_per_file
        if len(line) > most:
            raise UsageError(f"a request has {len(line)} bytes: --max-bytes-per-file {most}")
        if self._open is not None and (
            self._open.told.requests == self.config.max_requests_per_file
            or self._open.told.bytes + len(line) > most
        ):
            self._finish()
        if self._open is None:
            self._open = _OpenFile(self.folder, len(self.finished) + 1)
        self._open.write(line)

    def _finish(self) -> None:
        if self._open is not None:
            self.finished.append(self._open.finish())
            self._open = None


def check_files(index: Path, folder: Path) -> None:
    """Refuse to call an index up to date whose files are not what it says.

    Args:
        index: of an earlier run.
        folder: of its files.

    Raises:
        UsageError: a file is missing or was changed.
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


def _is_whole(path: Path, sha256: str) -> bool:
    return path.is_file() and digest_file(path) == sha256
