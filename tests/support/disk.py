"""Calls to the disk, watched in a process of its own: written down, died at, or made to fail.

A command is not told: the functions of `os` that it calls, and the files that it opens for reading,
are exchanged before it starts. A test sends a `Plan`, and `watch` obeys it.
"""

import fnmatch
import io
import json
import os
import signal
import threading
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from errno import ENOSPC
from pathlib import Path
from typing import Any

READS = ("read",)
WRITES = ("write", "pwrite")
NAMES = ("rename", "link", "unlink", "mkdir", "rmdir")
CHANGES = ("create", *WRITES, "truncate", "sync", *NAMES)
"""Every call that alters what a process after this one finds."""

NEED_ROOM = ("create", *WRITES, "sync", "rename", "mkdir")
"""Calls to which a full disk answers ENOSPC; a sync where blocks are found late."""

KILL = 0
"""In the place of an error number: the process ends by SIGKILL."""

BEFORE, HALFWAY, AFTER = "before", "halfway", "after"


@dataclass(frozen=True)
class Fault:
    """Where a process dies or a call fails.

    Attributes:
        calls: which functions count.
        path: pattern of the paths that count, as in fnmatch; `*` crosses folders.
        number: of the call among those that count, from 0.
        when: before it is made, after it, or when half of its bytes are written.
        error: what it fails with; KILL ends the process.
        lasting: whether the later calls that count fail too, as on a disk that stays full.
    """

    calls: Collection[str] = CHANGES
    path: str = "*"
    number: int = 0
    when: str = BEFORE
    error: int = KILL
    lasting: bool = False

    def concerns(self, call: str, path: str) -> bool:
        """Whether a call counts."""
        return call in self.calls and fnmatch.fnmatchcase(path, self.path)


def full_disk(number: int, *, when: str = BEFORE) -> Fault:
    """A disk without room from the call of this number on."""
    return Fault(NEED_ROOM, number=number, when=when, error=ENOSPC, lasting=True)


@dataclass(frozen=True)
class Plan:
    """What happens to the calls of one process.

    Attributes:
        faults: that are waited for.
        log: file that every call is written to, as a line of JSON: call, path and, of a rename,
            where from.
        read_bytes: the most that one read gives, so that a small file takes several.
    """

    faults: Sequence[Fault] = ()
    log: str | None = None
    read_bytes: int | None = None


def watch(sent: Mapping[str, Any]) -> None:
    """Exchange the functions of this process.

    Args:
        sent: a `Plan` as `asdict` makes it.
    """
    _Watch([Fault(**fault) for fault in sent["faults"]], sent["log"], sent["read_bytes"]).install()


@dataclass
class _Watch:
    faults: list[Fault]
    log: str | None
    read_bytes: int | None
    paths: dict[int, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._seen = [0] * len(self.faults)
        self._write, self._pread, self._read = os.write, os.pread, os.read
        self._log = -1
        if self.log is not None:
            self._log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def install(self) -> None:
        """Exchange everything."""
        for name, call in (("fsync", "sync"), ("fdatasync", "sync"), ("ftruncate", "truncate")):
            setattr(os, name, self._of_descriptor(call, getattr(os, name)))
        for name in ("replace", "rename", "link", "unlink", "mkdir", "rmdir"):
            call = "rename" if name == "replace" else name
            setattr(os, name, self._of_path(call, getattr(os, name)))
        for name in WRITES:
            setattr(os, name, self._of_bytes(name, getattr(os, name)))
        os.open = self._open(os.open)
        os.read = self._reads(os.read)
        os.pread = self._reads(os.pread)
        io.open = self._open_file(io.open)

    # The calls -----------------------------------------------------------------------------------

    def _of_descriptor(self, call: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def make(fd: int, *more: Any) -> Any:
            path = self._name(fd)
            with self._event(call, path):
                return function(fd, *more)

        return make

    def _of_path(self, call: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def make(path: Any, *more: Any, **settings: Any) -> Any:
            names = [_absolute(p) for p in (path, *more[:1]) if _is_path(p)]
            with self._event(call, names[-1], *names[:-1]):
                return function(path, *more, **settings)

        return make

    def _of_bytes(self, call: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def make(fd: int, content: Any, *more: Any) -> Any:
            half = memoryview(content)[: len(content) // 2]
            event = self._event(call, self._name(fd), halfway=lambda: function(fd, half, *more))
            with event:
                return function(fd, half if event.is_short else content, *more)

        return make

    def _open(self, function: Callable[..., int]) -> Callable[..., int]:
        def make(path: Any, flags: int, *more: Any, **settings: Any) -> int:
            name = _absolute(path) if _is_path(path) else str(path)
            if flags & os.O_CREAT and not Path(name).exists():
                with self._event("create", name):
                    fd = function(path, flags, *more, **settings)
            else:
                fd = function(path, flags, *more, **settings)
            self.paths[fd] = name
            return fd

        return make

    def _reads(self, function: Callable[..., bytes]) -> Callable[..., bytes]:
        def make(fd: int, wanted: int, *more: Any) -> bytes:
            with self._event("read", self._name(fd)):
                return function(fd, min(wanted, self.read_bytes or wanted), *more)

        return make

    def _open_file(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def make(file: Any, mode: str = "r", buffering: int = -1, *more: Any, **rest: Any) -> Any:
            if mode != "rb" or not _is_path(file) or buffering == 0:
                return function(file, mode, buffering, *more, **rest)
            return io.BufferedReader(_WatchedFile(_absolute(file), self))

        return make

    def _name(self, fd: int) -> str:
        return self.paths.get(fd, f"descriptor {fd}")

    # What becomes of them ------------------------------------------------------------------------

    def _event(
        self, call: str, path: str, *origin: str, halfway: Callable[[], object] | None = None
    ) -> "_Event":
        if self._log >= 0:
            self._write(self._log, json.dumps([call, path, *origin]).encode() + b"\n")
        with self.lock:
            due = [self._when_due(number, call, path) for number in range(len(self.faults))]
        return _Event([fault for fault in due if fault is not None], path, halfway)

    def _when_due(self, number: int, call: str, path: str) -> Fault | None:
        fault = self.faults[number]
        if not fault.concerns(call, path):
            return None
        self._seen[number] += 1
        passed = self._seen[number] - 1 - fault.number
        if passed == 0:
            return fault
        return replace(fault, when=BEFORE) if passed > 0 and fault.lasting else None


@dataclass(frozen=True)
class _Event:
    """One call, with the faults that are due at it."""

    due: list[Fault]
    path: str
    halfway: Callable[[], object] | None

    @property
    def is_short(self) -> bool:
        """Whether half of the bytes are written and that is said, as the last room is used up."""
        return any(fault.when == HALFWAY and fault.error != KILL for fault in self.due)

    def __enter__(self) -> None:
        for fault in self.due:
            if fault.when == BEFORE:
                self._strike(fault)
            if fault.when == HALFWAY and fault.error == KILL:
                if self.halfway is not None:
                    self.halfway()
                self._strike(fault)

    def __exit__(self, kind: object, *_: object) -> None:
        for fault in self.due:
            if fault.when == AFTER and kind is None:
                self._strike(fault)

    def _strike(self, fault: Fault) -> None:
        if fault.error == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(fault.error, os.strerror(fault.error), self.path)


class _WatchedFile(io.FileIO):
    """A file opened for reading, whose reads are seen and may be short."""

    def __init__(self, path: str, watch: _Watch) -> None:
        super().__init__(path, "rb")
        self._path = path
        self._watch = watch

    def readinto(self, buffer: Any) -> int | None:
        """Read once."""
        view = memoryview(buffer)
        with self._watch._event("read", self._path):
            return super().readinto(view[: self._watch.read_bytes or len(view)])

    def readall(self) -> bytes:
        """Read to the end."""
        with self._watch._event("read", self._path):
            return super().readall() or b""


def _is_path(path: object) -> bool:
    return isinstance(path, (str, bytes, os.PathLike))


def _absolute(path: Any) -> str:
    return str(Path(os.fsdecode(path)).absolute())
