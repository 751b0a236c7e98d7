"""Where a store may lie: a run that wrote over it would throw away what was paid for."""

from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.run_files import PART
from affectory_protocol.settings import STANDARD, Settings
from affectory_protocol.workplace import Paths, is_wire


def refuse_store_as_output(store: Path, settings: Settings) -> None:
    """Refuse a store that the run itself would write over.

    Raises:
        UsageError: an output, or a file that the run works with, has its path.
    """
    if store.resolve() in {path.resolve() for path in _list_targets(settings)}:
        raise UsageError(
            f"--store is also an output: {store}", hint="Give each of them a path of its own."
        )


def _list_targets(settings: Settings) -> list[Path]:
    """What a run writes; into a pipe only what is named."""
    if is_wire(settings.output):
        named = (settings.output, settings.rejects, settings.dropped, settings.receipt)
        return [Path(target) for target in named if target not in {None, STANDARD}]
    paths = Paths(settings)
    published = [paths.output, paths.rejects, paths.dropped, paths.receipt]
    parts = [path.with_name(f"{path.name}{PART}") for path in published]
    return [*published, *parts, paths.journal, paths.mark, paths.lock]


def beside_output(option: str, suffix: str, settings: Settings) -> Path:
    """The place of what is not named: beside the output, with a suffix of its own.

    Raises:
        UsageError: the output is a pipe, which nothing lies beside.
    """
    if is_wire(settings.output):
        raise UsageError(
            f"{option} is needed when the output is a pipe",
            hint="Otherwise it lies beside the output.",
        )
    return Path(f"{settings.output}{suffix}")
