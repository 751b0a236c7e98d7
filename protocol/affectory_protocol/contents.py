"""Files and folders that come by options: they count by what they hold, not by where they lie."""

import hashlib
import stat
from pathlib import Path

from affectory_protocol.digests import Hash, new_digest
from affectory_protocol.errors import UsageError
from affectory_protocol.fingerprint import digest_file
from affectory_protocol.run_files import find_run_files

UNREADABLE = b"unreadable"
"""Stands for the content of a file in a folder that may not be read; the verb rejects it."""


def digest_place(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file, or of everything in a folder: names, links and contents.

    Files that runs have put into the folder do not count: a run may write where it reads.

    Raises:
        UsageError: the file or folder itself cannot be read.
    """
    try:
        if path.is_dir():
            return _digest_folder(path)
        if not stat.S_ISREG(path.stat().st_mode):
            raise UsageError(
                f"a pipe or device cannot be read twice: {path}",
                hint="Write it to a file first: it is read once for its digest.",
            )
        return digest_file(path), path.stat().st_size
    except OSError as error:
        raise UsageError(f"a file cannot be read: {path}: {error.strerror}") from None


def _digest_folder(folder: Path) -> tuple[str, int]:
    digest, size = new_digest(), 0
    next(folder.iterdir(), None)  # a folder that may not be listed fails here
    for entry in _list_entries(folder):
        digest.update(bytes(entry.relative_to(folder)) + b"\0")
        if entry.is_symlink():
            digest.update(bytes(entry.readlink()))
        if entry.is_file():
            size += _digest_entry(entry, digest)
    return digest.hexdigest(), size


def _list_entries(folder: Path) -> list[Path]:
    """Everything below a folder but the files of runs, by the bytes of the paths."""
    entries = sorted(folder.rglob("*"), key=lambda p: bytes(p.relative_to(folder)))
    names: dict[Path, set[str]] = {}
    for entry in entries:
        if not entry.is_dir():
            names.setdefault(entry.parent, set()).add(entry.name)
    left_out = {parent / n for parent, here in names.items() for n in find_run_files(parent, here)}
    return [entry for entry in entries if entry not in left_out]


def _digest_entry(entry: Path, digest: Hash) -> int:
    try:
        digest.update(digest_file(entry).encode())
        return entry.stat().st_size
    except OSError:  # one file of many: its record is rejected, the others go on
        digest.update(UNREADABLE)
        return 0


def digest_name(path: Path) -> str:
    """Digest of a file's own name, 16 hexadecimal digits: a receipt names no files."""
    return hashlib.sha256(path.name.encode(errors="surrogateescape")).hexdigest()[:16]
