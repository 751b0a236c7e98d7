"""A further file that a verb writes before its output: where it may lie, and how it gets there."""

from collections.abc import Iterable
from pathlib import Path

from affectory_protocol.durable import sync_folder, write_durably
from affectory_protocol.errors import UsageError


def check_place(option: str, path: Path, others: Iterable[Path | str | None]) -> None:
    """Refuse a place in no folder, or one that is taken by what the run reads or writes.

    Args:
        option: that names the file, as it is typed.
        path: of the file.
        others: what the run reads and writes; `-` and None are no files.

    Raises:
        UsageError: it may not lie there.
    """
    if not path.parent.is_dir():
        raise UsageError(f"{option} is in a folder that is not there: {path}", hint="Make it.")
    taken = {Path(other).resolve() for other in others if other is not None and other != "-"}
    if path.resolve() in taken:
        raise UsageError(
            f"{option} is a file that the run reads or writes itself: {path}",
            hint="Give it a path of its own.",
        )


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that its name never stands for less than its whole content."""
    write_durably(path, content, temporary=path.with_name(f"{path.name}.part"))
    sync_folder(path.parent)
