"""A folder of images, however deep: one record a file.

Files are looked at for what they are, not for how they are called. What is checked here is the
header, the checksums of formats that have them, and the size; pixels are decoded by the tools that
look at them.
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.outcomes import Imported, Row
from affectory_protocol.places import MAX_ASSET_BYTES
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Asset, Assets, Source
from affectory_protocol.run_files import find_run_files

from dataset_io.config import ImagesConfig
from dataset_io.ids import build_id
from dataset_io.image_header import read_image_header

_GROUP_DIGITS = 16
_TERMS = {"licence", "citation", "consent"}


def read_images(folder: Path, config: ImagesConfig) -> Iterator[Row]:
    """Read every file below a folder, in the order of the bytes of their paths.

    A row is a path relative to the folder; its offset counts the bytes of the paths before it, one
    a line.

    Raises:
        UsageError: the folder cannot be listed.
    """
    root = folder.resolve()
    offset = 0
    for path in list_files(root):
        yield Row(offset, path, _describe(root, path, config))
        offset += len(path) + 1


def list_files(root: Path) -> Iterator[bytes]:
    """Yield the relative paths of all files below a folder, sorted by their bytes.

    What is no folder counts as a file; the files of runs, which may write where they read, do not.
    A folder below that cannot be listed comes as a path that ends in a slash. Links are not
    followed. Memory grows with the number of names in the folders on one path.

    Raises:
        UsageError: the folder itself cannot be listed.
    """
    top = os.fsencode(root) + b"/"
    try:
        stack = [iter(_list_folder(top, b""))]
    except OSError as error:
        raise UsageError(
            f"DIR cannot be listed: {error.strerror}", hint="Give a folder that may be read."
        ) from None
    while stack:
        path = next(stack[-1], None)
        if path is None:
            stack.pop()
        elif not path.endswith(b"/"):
            yield path
        else:
            try:
                stack.append(iter(_list_folder(top, path)))
            except OSError:
                yield path


def _list_folder(top: bytes, prefix: bytes) -> list[bytes]:
    """The sorted paths in one folder; a slash behind a folder's puts what is in it in its place."""
    with os.scandir(top + prefix) as entries:
        is_folder = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    files = [os.fsdecode(name) for name, folder in is_folder.items() if not folder]
    left_out = set(map(os.fsencode, find_run_files(Path(os.fsdecode(top + prefix)), files)))
    return sorted(
        prefix + name + (b"/" if is_folder[name] else b"") for name in is_folder.keys() - left_out
    )


def _describe(root: Path, path: bytes, config: ImagesConfig) -> Imported | RecordError:
    try:
        try:
            relative = path.decode()
        except UnicodeDecodeError:
            raise RecordError(Reason.INVALID_UTF8, "the file's path is not UTF-8") from None
        return _import(relative, _read_asset(root, relative), config)
    except RecordError as error:
        return error


def _read_asset(root: Path, relative: str) -> Asset:
    if relative.endswith("/"):
        raise RecordError(Reason.ASSET_UNREADABLE, "the folder may not be listed")
    try:
        path = _locate(root, relative)
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size > MAX_ASSET_BYTES:
                raise RecordError(
                    Reason.ASSET_TOO_LARGE, f"the file has more than {MAX_ASSET_BYTES} bytes"
                )
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            header = read_image_header(file)
    except FileNotFoundError:
        raise RecordError(Reason.ASSET_MISSING, "the file is not there any more") from None
    except OSError:
        raise RecordError(Reason.ASSET_UNREADABLE, "the file may not be read") from None
    return Asset(
        uri=_build_uri(relative),
        media_type=header.media_type,
        bytes=size,
        sha256=digest,
        width=header.width,
        height=header.height,
    )


def _locate(root: Path, relative: str) -> Path:
    """Follow links inside the folder, and refuse what is no file of its own."""
    try:
        path = (root / relative).resolve()
    except (OSError, RuntimeError):  # a loop of links
        raise RecordError(Reason.UNSAFE_URI, "the path is a loop of links") from None
    if not path.is_relative_to(root):
        raise RecordError(Reason.UNSAFE_URI, "a link leads out of the folder")
    if not stat.S_ISREG(path.stat().st_mode):
        raise RecordError(Reason.ASSET_NOT_A_FILE, "the path is a device, a pipe or a folder")
    return path


def _build_uri(relative: str) -> str:
    """A colon in the first component would make it the name of a root."""
    return f"./{relative}" if ":" in relative.partition("/")[0] else relative


def _import(relative: str, asset: Asset, config: ImagesConfig) -> Imported:
    digest = asset.sha256 or ""
    given = config.model_dump(include=_TERMS, exclude_none=True)
    source = Source(dataset=config.dataset, groups={"image": digest[:_GROUP_DIGITS]}, **given)
    return Imported(_build_id(config.dataset, relative), (source, Assets({config.role: asset})))


def _build_id(dataset: str, relative: str) -> str:
    """The dataset and the path, or the path's digest where a path cannot be an id."""
    try:
        return build_id(dataset, relative)
    except RecordError:
        return build_id(dataset, f"sha256-{hashlib.sha256(relative.encode()).hexdigest()}")
