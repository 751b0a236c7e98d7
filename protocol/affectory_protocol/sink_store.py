"""Where a run puts new files, and how a sink puts those that its own file names."""

import hashlib
import os
from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.outcomes import NewAsset
from affectory_protocol.places import AssetStore
from affectory_protocol.records import Asset
from affectory_protocol.settings import Settings
from affectory_protocol.workplace import Paths, is_wire


def find_folder(settings: Settings, paths: Paths | None) -> Path:
    """Where a run puts new assets.

    Args:
        settings: of the run.
        paths: of the run's files; None when its output is a pipe.

    Raises:
        UsageError: there is no folder for them, or a file has its name.
    """
    folder = settings.assets or (paths.assets if paths else None)
    if folder is None:
        raise UsageError("new assets need a folder", hint="Name one with --assets.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--assets is not a folder: {folder}")
    return folder


def open_store(folder: Path, paths: Paths | None) -> AssetStore:
    """The store in a folder, with temporary files that tell which output they belong to."""
    key = str(paths.output) if paths else str(os.getpid())
    return AssetStore(folder, hashlib.sha256(key.encode()).hexdigest()[:16])


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
        self.folder = find_folder(settings, paths)
        self._store = open_store(self.folder, paths)
        self.count = 0

    def put(self, asset: NewAsset) -> Asset:
        """Store a file; it is complete and on the disk when this returns."""
        self.count += 1
        return self._store.put(asset)

    def tidy(self) -> None:
        """Make names durable, and remove what an interrupted run left half written."""
        self._store.sync()
        self._store.clear_partial()
