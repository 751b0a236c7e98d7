"""Further files of a verb, beside its output: where they may lie, and how they get there."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from affectory_protocol.command import Run
from affectory_protocol.durable import sync_folder, write_durably
from affectory_protocol.errors import UsageError
from affectory_protocol.run_files import PART
from affectory_protocol.settings import STANDARD, Settings
from affectory_protocol.workplace import Paths, is_wire


def claim_places(
    run: Run,
    *,
    beside: Mapping[str, Path] | None = None,
    cache: Path | None = None,
    read: Iterable[Path | None] = (),
) -> None:
    """Take the places of a verb's further files, before any work is done.

    Args:
        run: whose own files have places, too. Without one of those beside it, it is not up to date.
        beside: that the verb writes, by the option that names them.
        cache: that `--cache` names.
        read: further files that it reads.

    Raises:
        UsageError: one may not lie where it is to lie.
    """
    beside = dict(beside or {})
    check_places(run.settings, {**beside, "--cache": cache}, read)
    run.expect_beside(beside)


def check_places(
    settings: Settings, files: Mapping[str, Path | None], read: Iterable[Path | None] = ()
) -> None:
    """Refuse a place in no folder, or one that is taken by what the run reads or writes.

    Args:
        settings: of the run, which name its own files.
        files: that the verb writes, caches included, by the option that names them; None is no
            file.
        read: further files that it reads.

    Raises:
        UsageError: one may not lie where it is to lie.
    """
    taken = {path.resolve() for path in (*_list_own(settings), *read) if path is not None}
    for option, path in files.items():
        if path is None:
            continue
        if not path.parent.is_dir():
            raise UsageError(f"{option} is in a folder that is not there: {path}", hint="Make it.")
        if path.exists() and not path.is_file():
            raise UsageError(f"{option} is no file: {path}", hint="Name a file.")
        for place, how in ((path, "is"), (_name_temporary(path), "is written by way of")):
            if place.resolve() in taken:
                raise UsageError(
                    f"{option} {how} a file that the run reads or writes itself: {place}",
                    hint="Give it a path of its own.",
                )
            taken.add(place.resolve())


def _list_own(settings: Settings) -> Iterator[Path]:
    """The files that the run itself reads and writes, those that it works on included."""
    named = (settings.input, settings.output, settings.rejects, settings.dropped, settings.receipt)
    yield from (Path(name) for name in named if name is not None and name != STANDARD)
    if is_wire(settings.output):
        return
    paths = Paths(settings)
    for path in (paths.output, paths.rejects, paths.dropped, paths.receipt):
        yield path
        yield Path(f"{path}{PART}")
    yield from (paths.journal, paths.mark, paths.lock, paths.assets)


def write_file(path: Path, content: bytes) -> None:
    """Write a file so that its name never stands for less than its whole content."""
    write_durably(path, content, temporary=_name_temporary(path))
    sync_folder(path.parent)


def _name_temporary(path: Path) -> Path:
    return path.with_name(f"{path.name}{PART}")
