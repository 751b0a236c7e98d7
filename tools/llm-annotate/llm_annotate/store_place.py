"""Where a store may lie: a run that wrote over it would throw away what was paid for."""

from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.settings import Settings


def refuse_store_as_output(store: Path, settings: Settings) -> None:
    """Refuse a store that the run itself would write over.

    Raises:
        UsageError: an output has its path.
    """
    targets = (settings.output, settings.rejects, settings.dropped, settings.receipt)
    if any(target is not None and Path(target).resolve() == store.resolve() for target in targets):
        raise UsageError(
            f"--store is also an output: {store}", hint="Give each of them a path of its own."
        )
