"""The end of a run: everything gets its name, FILE last."""

from collections.abc import Mapping
from pathlib import Path

from affectory_protocol.durable import disk_errors, sync_folder, write_durably
from affectory_protocol.job import DROPPED, OUTPUT, REJECTS
from affectory_protocol.streams import OutputStream
from affectory_protocol.workplace import Paths, is_wire


def publish_files(paths: Paths, streams: Mapping[str, OutputStream], receipt: bytes) -> None:
    """Rename everything into place, FILE last: its existence is the commit.

    Args:
        paths: of the run.
        streams: synced.
        receipt: its content.
    """
    output = paths.output
    if output.exists():  # of an earlier run: a commit must not stand beside another's receipt
        output.unlink()
        sync_folder(output.parent)
    for name in (REJECTS, DROPPED):
        if name in streams:
            streams[name].publish()
    write_receipt(paths.receipt, receipt)
    for folder in paths.folders():
        sync_folder(folder)
    streams[OUTPUT].publish()
    sync_folder(output.parent)


def publish_rejects(paths: Paths, rejects: OutputStream) -> None:
    """Publish the rejects of a run whose output is held back."""
    rejects.sync()
    rejects.publish()
    sync_folder(paths.rejects.parent)


def publish_sides(
    streams: Mapping[str, OutputStream], receipt_path: str | None, content: bytes
) -> None:
    """Publish what lies beside an output that went into a pipe."""
    for stream in streams.values():
        stream.sync()
        stream.publish()
    if receipt_path is not None:
        write_receipt(Path(receipt_path), content)


def write_receipt(path: Path, content: bytes) -> None:
    """Write a receipt: a file at once, a pipe or device as it takes it."""
    if is_wire(str(path)):
        with disk_errors():
            path.write_bytes(content)
        return
    write_durably(path, content, temporary=path.with_name(path.name + ".part"))
