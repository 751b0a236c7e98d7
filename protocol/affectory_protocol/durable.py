"""Files that are on the disk when we say so: written, fsynced, renamed, their folder fsynced.

A full disk is a reason to come back later, not a defect: it leaves here as a TemporaryError.
"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from affectory_protocol.errors import ManifestError, TemporaryError

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn what the operating system says about writing into words and an exit status.

    Raises:
        TemporaryError: the disk, the quota or the size limit of a file is used up.
        ManifestError: the place may not be written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise TemporaryError(
                f"no room to write: {os.strerror(error.errno)}",
                hint="The work so far is kept. Make room and repeat the same command.",
            ) from error
        if isinstance(error, PermissionError) or error.errno == errno.EROFS:
            raise ManifestError(
                f"a place may not be written: {error.filename or os.strerror(error.errno or 0)}",
                hint="Choose another --output or --assets, or change its permissions.",
            ) from error
        raise


def write_all(fd: int, content: bytes | memoryview) -> None:
    """Write every byte to a file descriptor."""
    view = memoryview(content)
    while view:
        view = view[os.write(fd, view) :]


def write_durably(path: Path, content: bytes, *, temporary: Path) -> None:
    """Write a file so that its name never stands for less than its whole content."""
    with disk_errors():
        fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
        try:
            write_all(fd, content)
            os.fsync(fd)
        finally:
            os.close(fd)
        temporary.replace(path)


def sync_folder(folder: Path) -> None:
    """Make renames and removals in a folder durable."""
    with disk_errors():
        fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)
