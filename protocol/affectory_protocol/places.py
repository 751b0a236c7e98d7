"""Where files lie: roots that uris are looked up in, and the folder new assets go to."""

import hashlib
import os
import re
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from affectory_protocol.array_rows import read_slice
from affectory_protocol.durable import disk_errors, sync_folder, write_durably
from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.outcomes import NewAsset
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Asset, Assets

ASSETS_ROOT = "assets"
"""Name of the root that uris of assets made by verbs begin with."""

MAX_ASSET_BYTES = 256 * 2**20
_NAMED_ROOT = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):(.*)", re.DOTALL)
_DEFAULT = ""


def parse_roots(given: Iterable[str]) -> dict[str, Path]:
    """Read the values of `--root [NAME=]DIR`; the unnamed root is the working directory by default.

    Raises:
        UsageError: a folder is missing, or a name is given twice.
    """
    roots: dict[str, Path] = {}
    for value in given:
        name, separator, folder = value.partition("=")
        if not separator:
            name, folder = _DEFAULT, value
        if name in roots:
            raise UsageError(f"--root is given twice for one name: {name or 'the default root'}")
        if not _is_folder(Path(folder)):
            raise UsageError(f"--root is not a folder: {folder}", hint="Give --root [NAME=]DIR.")
        roots[name] = Path(folder).resolve()
    return {_DEFAULT: Path.cwd(), **roots}


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # it lies where the user may not look
        return False


@dataclass(frozen=True)
class Places:
    """Looks up the files that records name.

    Attributes:
        roots: name to folder; the empty name is the default root.
        follow_symlinks: whether links may lead out of their root.
    """

    roots: Mapping[str, Path]
    follow_symlinks: bool = False

    def read(self, record: Record, role: str, *, max_bytes: int = MAX_ASSET_BYTES) -> bytes:
        """Read the file a record has in a role.

        Args:
            record: a record whose `assets` were declared.
            role: which asset.
            max_bytes: larger files are refused.

        Raises:
            RecordError: missing-role, asset-too-large, or as `locate`.
        """
        assets = record.get(Assets)
        if assets is None or role not in assets.root:
            raise RecordError(Reason.MISSING_ROLE, f"the record has no asset in the role: {role}")
        path = self.locate(assets.root[role])
        try:
            if path.stat().st_size > max_bytes:
                raise RecordError(
                    Reason.ASSET_TOO_LARGE,
                    f"the file has more than {max_bytes} bytes: /assets/{role}",
                )
            return path.read_bytes()
        except PermissionError:
            raise RecordError(
                Reason.ASSET_UNREADABLE, f"the file may not be read: /assets/{role}"
            ) from None

    def locate(self, asset: Asset) -> Path:
        """Find the file of an asset.

        Raises:
            RecordError: unsafe-uri, unknown-root, asset-missing or asset-not-a-file.
        """
        root, relative = self._split(asset.uri)
        path = root / relative
        try:
            resolved = path.resolve(strict=True)
            mode = resolved.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            raise RecordError(Reason.ASSET_MISSING, "there is no file at the uri") from None
        except PermissionError:
            raise RecordError(Reason.ASSET_UNREADABLE, "the file may not be read") from None
        except (OSError, RuntimeError, ValueError):  # a name too long, a loop of links, a NUL byte
            raise RecordError(Reason.UNSAFE_URI, "the uri is no usable path") from None
        if not self.follow_symlinks and not resolved.is_relative_to(root.resolve()):
            raise RecordError(
                Reason.UNSAFE_URI, "a link leads out of the root; --follow-symlinks would allow it"
            )
        if not stat.S_ISREG(mode):
            raise RecordError(Reason.ASSET_NOT_A_FILE, "what lies at the uri is not a regular file")
        return resolved

    def _split(self, uri: str) -> tuple[Path, PurePosixPath]:
        name, relative = _DEFAULT, uri
        if named := _NAMED_ROOT.fullmatch(uri):
            name, relative = named.groups()
        path = PurePosixPath(relative)
        if path.is_absolute() or ".." in path.parts or "\0" in uri or not path.parts:
            raise RecordError(Reason.UNSAFE_URI, "a uri is a relative path without '..'")
        if name not in self.roots:
            raise RecordError(
                Reason.UNKNOWN_ROOT, "the uri names a root that is not given; add --root NAME=DIR"
            )
        return self.roots[name], path


def verify_assets(record: Record, places: Places) -> None:
    """Open every asset of a record and compare it with what the record says of it.

    Raises:
        RecordError: an asset is missing, out of reach, or not the one described.
    """
    assets = record.get(Assets)
    for role, asset in (assets.root if assets is not None else {}).items():
        try:
            _compare(asset, places.locate(asset))
        except PermissionError:
            raise RecordError(
                Reason.ASSET_UNREADABLE, f"the file may not be read: /assets/{role}"
            ) from None
        except RecordError as error:
            raise RecordError(error.reason, f"{error.message}: /assets/{role}") from None


def _compare(asset: Asset, path: Path) -> None:
    if asset.rows is not None:
        _compare_rows(asset, path, *asset.rows)
        return
    size = path.stat().st_size
    if asset.bytes is not None and asset.bytes != size:
        raise RecordError(Reason.ASSET_MISMATCH, f"the file has {size} bytes")
    if asset.sha256 is not None and asset.sha256 != digest_file(path):
        raise RecordError(Reason.ASSET_MISMATCH, "the file has another SHA-256")


def _compare_rows(asset: Asset, path: Path, first: int, end: int) -> None:
    found = read_slice(path, first, end)
    if found is None:
        raise RecordError(Reason.ASSET_MISMATCH, "the file is no array that has these rows")
    if asset.bytes is not None and asset.bytes != found.size:
        raise RecordError(Reason.ASSET_MISMATCH, f"the rows have {found.size} bytes")
    if asset.sha256 is not None and asset.sha256 != found.sha256:
        raise RecordError(Reason.ASSET_MISMATCH, "the rows have another SHA-256")


class AssetStore:
    """Keeps new assets under the digest of their content.

    Args:
        folder: where they go; made when the first asset comes.
        run_key: tells this run's temporary files from those of others in the same folder.
    """

    def __init__(self, folder: Path, run_key: str) -> None:
        self._folder = folder
        self._partial = folder / f".part-{run_key}"
        self._touched: set[Path] = set()

    def put(self, asset: NewAsset) -> Asset:
        """Store a file; it is complete and on the disk when this returns."""
        digest = hashlib.sha256(asset.content).hexdigest()
        name = f"{digest[:2]}/{digest}.{asset.extension}"
        path = self._folder / name
        if not _holds(path, asset.content):
            with disk_errors():
                self._partial.mkdir(parents=True, exist_ok=True)
                path.parent.mkdir(exist_ok=True)
            write_durably(path, asset.content, temporary=self._partial / f"{digest}.{os.getpid()}")
            self._touched.update((path.parent, self._folder))
        return _describe(asset, f"{ASSETS_ROOT}:{name}", digest)

    def sync(self) -> None:
        """Make the names of what was stored as durable as its content."""
        touched, self._touched = self._touched, set()  # another thread may be adding to the new set
        for folder in touched:
            sync_folder(folder)

    def clear_partial(self) -> None:
        """Remove what an interrupted run of the same key left half written."""
        if self._partial.is_dir():
            for leftover in self._partial.iterdir():
                leftover.unlink()
            self._partial.rmdir()


def _holds(path: Path, content: bytes) -> bool:
    """Whether a file is there already, whole and unharmed."""
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def _describe(asset: NewAsset, uri: str, digest: str) -> Asset:
    described = Asset(uri=uri, media_type=asset.media_type, bytes=len(asset.content), sha256=digest)
    known = {
        "width": asset.width,
        "height": asset.height,
        "duration": asset.duration,
        "fps": asset.fps,
        "shape": None if asset.shape is None else [*asset.shape],
        "dtype": asset.dtype,
    }
    return described.model_copy(update={n: v for n, v in known.items() if v is not None})
