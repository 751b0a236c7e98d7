"""The names of a run's files and the lock that keeps a second run away from them."""

import errno
import fcntl
import os
import re
import stat
from pathlib import Path

from affectory_protocol import run_files
from affectory_protocol.durable import disk_errors
from affectory_protocol.errors import TemporaryError, UsageError
from affectory_protocol.settings import STANDARD, Settings

STANDARD_OUTPUT_NAMES = frozenset({"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"})
"""Names of standard output in the file system."""

_DESCRIPTOR = re.compile(r"/dev/(stdout|stderr|fd/\d+)|/proc/(self|\d+)/fd/\d+")
"""Names of what is open already; a file behind one is written to, never renamed over."""


def locate_receipt(manifest: Path) -> Path:
    """Where a run puts its receipt by default: beside what it wrote."""
    return manifest.with_name(manifest.name + run_files.RECEIPT)


def is_wire(target: str) -> bool:
    """Whether a target takes bytes as they come: standard output, a FIFO, a device."""
    if target == STANDARD or _DESCRIPTOR.fullmatch(target):
        return True
    try:
        mode = Path(target).stat().st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise UsageError(f"--output is a folder: {target}", hint="Name a file in it.")
    return not stat.S_ISREG(mode)


class Paths:
    """Where the streams of a run into a file go.

    Args:
        settings: with an output that is a file.
    """

    def __init__(self, settings: Settings) -> None:
        # Through a link: FILE is what the link leads to, and one FILE has one lock.
        given = Path(settings.output)
        self.output = given.resolve() if given.is_symlink() else given
        self.rejects = Path(settings.rejects or f"{settings.output}{run_files.REJECTS}")
        self.dropped = Path(settings.dropped or f"{settings.output}{run_files.DROPPED}")
        self.receipt = Path(settings.receipt or f"{settings.output}{run_files.RECEIPT}")
        self.journal = Path(f"{self.output}{run_files.JOURNAL}")
        self.mark = Path(f"{self.output}{run_files.MARK}")
        self.lock = Path(f"{self.output}{run_files.LOCK}")
        self.assets = Path(f"{settings.output}{run_files.ASSETS}")

    def folders(self) -> set[Path]:
        """Every folder in which a name changes when the run is published."""
        return {p.parent for p in (self.output, self.rejects, self.dropped, self.receipt)}


def refuse_overlap(settings: Settings, inputs: list[str]) -> None:
    """Refuse an output that is an input, or two outputs in one place.

    Raises:
        UsageError: two of the paths are the same file.
    """
    targets = _targets(settings)
    outputs = [Path(p).resolve() for p in targets if p != STANDARD and not _is_special(p)]
    if len(set(outputs)) < len(outputs) or targets.count(STANDARD) > 1:
        raise UsageError("two outputs have the same path", hint="Give each a path of its own.")
    for name in inputs:
        source = Path(name)
        for output in outputs:
            if source.exists() and (
                source.resolve() == output or (output.exists() and source.samefile(output))
            ):
                raise UsageError(
                    f"the output is also an input: {output.name}", hint="Choose another --output."
                )


def _targets(settings: Settings) -> list[str]:
    """Every path the run may write to; into a file also those that were not named."""
    if is_wire(settings.output):
        given = [settings.output, settings.rejects, settings.dropped, settings.receipt]
        return [target for target in given if target]
    paths = Paths(settings)
    return [str(p) for p in (paths.output, paths.rejects, paths.dropped, paths.receipt)]


def _is_special(target: str) -> bool:
    path = Path(target)
    return path.exists() and not path.is_file() and not path.is_dir()


class Lock:
    """An advisory lock on `FILE.lock`, gone with the process that holds it.

    Args:
        path: of the lock file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None

    def acquire(self) -> None:
        """Take the lock.

        Raises:
            TemporaryError: another process holds it.
        """
        while self._fd is None:
            with disk_errors():
                fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                holder = os.pread(fd, 64, 0).decode(errors="replace").strip()
                os.close(fd)
                if error.errno not in {errno.EAGAIN, errno.EACCES}:
                    raise
                raise TemporaryError(
                    f"another run is writing this output: process {holder or 'unknown'}",
                    hint="Wait for it, or stop it, and repeat the same command.",
                ) from None
            if _is_current(fd, self._path):
                self._fd = fd
            else:  # the holder before us removed the file between our open and our lock
                os.close(fd)
        with disk_errors():
            os.ftruncate(self._fd, 0)
            os.pwrite(self._fd, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give the lock back and remove its file."""
        if self._fd is not None:
            with disk_errors():
                self._path.unlink(missing_ok=True)
            os.close(self._fd)
            self._fd = None


def _is_current(fd: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(fd), path.stat())
    except FileNotFoundError:
        return False
