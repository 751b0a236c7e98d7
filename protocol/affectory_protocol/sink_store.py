"""Where a sink puts the files that its own file names."""

import hashlib
import os

from affectory_protocol.errors import UsageError
from affectory_protocol.outcomes import NewAsset
from affectory_protocol.places import AssetStore
from affectory_protocol.records import Asset
from affectory_protocol.settings import Settings
from affectory_protocol.workplace import Paths, is_wire


class SinkStore:
    """A folder of files named by their content, so that a run that is repeated makes none twice.

    Args:
        settings: of the run.

    Attributes:
        folder: where they go.
        count: files stored.

    Raises:
        UsageError: there is no folder for them, or a file has its name.
    """

    def __init__(self, settings: Settings) -> None:
        paths = None if is_wire(settings.output) else Paths(settings)
        folder = settings.assets or (paths.assets if paths else None)
        if folder is None:
            raise UsageError("new assets need a folder", hint="Name one with --assets.")
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"--assets is not a folder: {folder}")
        key = str(paths.output) if paths else str(os.getpid())
        self.folder = folder
        self._store = AssetStore(folder, hashlib.sha256(key.encode()).hexdigest()[:16])
        self.count = 0

    def put(self, asset: NewAsset) -> Asset:
        """Store a file; it is complete and on the disk when this returns."""
        self.count += 1
        return self._store.put(asset)

    def tidy(self) -> None:
        """Make names durable, and remove what an interrupted run left half written."""
        self._store.sync()
        self._store.clear_partial()
