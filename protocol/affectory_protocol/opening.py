"""What a run opens before it does anything: its input, the places it writes to, its asset store."""

import errno
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.job import DROPPED, OUTPUT, REJECTS, Job
from affectory_protocol.places import AssetStore
from affectory_protocol.reading import LineReader
from affectory_protocol.settings import STANDARD, Settings
from affectory_protocol.sink_store import find_folder, open_store
from affectory_protocol.streams import NoStream, OutputStream, PartFile, PipeStream
from affectory_protocol.verb import DROPPING, Kind
from affectory_protocol.workplace import Paths, is_wire


def open_reader(
    settings: Settings, cleanup: ExitStack, absorb: Callable[[bytes], None]
) -> LineReader:
    """Open the manifest that is read.

    Args:
        settings: of the run.
        cleanup: closes it.
        absorb: takes the bytes of lines that are too long to be held.

    Raises:
        UsageError: it cannot be read.
    """
    try:
        fd = 0
        if settings.input != STANDARD:
            fd = os.open(settings.input, os.O_RDONLY | os.O_CLOEXEC)
            cleanup.callback(os.close, fd)
        if Path(settings.input).is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    except OSError as error:
        raise UsageError(f"--input cannot be read: {settings.input}: {error.strerror}") from None
    return LineReader(
        fd,
        max_line_bytes=settings.max_line_bytes,
        absorb=absorb,
        shard=settings.shard,
        first=_offset(fd),
    )


def _offset(fd: int) -> int:
    """Where a descriptor is: standard input may have been read from before it came to us."""
    try:
        return os.lseek(fd, 0, os.SEEK_CUR)
    except OSError:  # a pipe
        return 0


def refuse_bad_targets(settings: Settings) -> None:
    """Refuse places nothing can be written to, before any work is done.

    What is not named lies beside the output, and stands or falls with it.

    Raises:
        UsageError: a folder is missing, or a target is a folder.
    """
    for option, target in (
        ("--output", settings.output),
        ("--rejects", settings.rejects),
        ("--dropped", settings.dropped),
        ("--receipt", settings.receipt),
    ):
        if target is None or target == STANDARD:
            continue
        path = Path(target)
        if not path.parent.is_dir():
            raise UsageError(
                f"the folder of {option} does not exist: {path.parent}", hint="Make it first."
            )
        if path.is_dir():
            raise UsageError(f"{option} is a folder: {path}", hint="Name a file in it.")


def open_pipes(job: Job, cleanup: ExitStack) -> dict[str, OutputStream]:
    """Open the streams of a run whose output is a pipe; its sides go where they are named, or not.

    Raises:
        UsageError: rejects are tolerated and would be lost.
    """
    settings = job.settings
    if not settings.max_rejects.is_zero and settings.rejects is None:
        raise UsageError(
            "--max-rejects needs --rejects when the output is a pipe",
            hint="Name a file for the rejects, or they are lost.",
        )
    streams: dict[str, OutputStream] = {}
    for name, target in (
        (OUTPUT, settings.output),
        (REJECTS, settings.rejects),
        (DROPPED, settings.dropped),
    ):
        streams[name] = _open_side(target, job, cleanup)
    return streams


def _open_side(target: str | None, job: Job, cleanup: ExitStack) -> OutputStream:
    if target is None:
        return NoStream()
    if is_wire(target):
        return open_pipe(target, job, cleanup)
    part = PartFile(Path(target))
    part.begin()
    cleanup.callback(part.close)
    return part


def open_pipe(target: str, job: Job, cleanup: ExitStack) -> PipeStream:
    """Open a target that takes bytes as they come."""
    if target == STANDARD:
        return PipeStream(job.wire)
    fd = os.open(target, os.O_WRONLY | os.O_CLOEXEC)
    cleanup.callback(os.close, fd)
    return PipeStream(fd)


def list_files(job: Job, paths: Paths) -> dict[str, Path]:
    """The streams of a run into a file, and where each is published."""
    files = {OUTPUT: paths.output, REJECTS: paths.rejects}
    if job.verb.kind in DROPPING:
        files[DROPPED] = paths.dropped
    return files


def make_store(job: Job, paths: Paths | None) -> AssetStore | None:
    """The store for new assets, when the verb makes some and is no sink, which has its own.

    Args:
        job: what runs.
        paths: of the run's files; None when its output is a pipe.

    Raises:
        UsageError: there is no folder for them, or a file has its name.
    """
    if not job.verb.makes_files or job.verb.kind is Kind.SINK:
        return None
    return open_store(find_folder(job.settings, paths), paths)
