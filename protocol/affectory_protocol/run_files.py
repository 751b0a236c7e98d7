"""Which files of a folder runs have put there, told by their names and by what they hold.

A folder that a run reads may be the one it writes into. A name alone makes no file a run's: a
picture is never left out because something beside it is called like a lock.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

import orjson

REJECTS, DROPPED, RECEIPT = ".rejects.jsonl", ".dropped.jsonl", ".run.json"
ASSETS, JOURNAL, MARK, LOCK, PART = ".assets", ".journal", ".mark", ".lock", ".part"
"""What follows the output's name in the names of what lies beside it."""

SIDES = ("", REJECTS, DROPPED, RECEIPT)
"""Of what is published with it."""

JOURNAL_MAGIC = b"AFFJRNL1"
"""How each slot of a journal begins."""
JOURNAL_SLOT_BYTES = 16384

_RECEIPT_MEMBERS = {"protocol", "tool", "verb", "fingerprint", "counts"}
_MAX_LOCK_BYTES = 20
"""A lock holds the number of a process and a newline, or nothing yet."""


def find_run_files(folder: Path, names: Collection[str]) -> set[str]:
    """Find the files of runs among those of one folder.

    Args:
        folder: where they lie.
        names: what lies there.

    Returns:
        Names of outputs with receipts, of what is published with them, and of what runs work on.
    """
    found = {file for name in names for file in _list_files(folder, name)}
    return found.intersection(names)


def _list_files(folder: Path, name: str) -> Iterator[str]:
    """What the file of this name tells about others and itself."""
    if name.endswith(RECEIPT) and _is_receipt(folder / name):
        output = name.removesuffix(RECEIPT)
    elif name.endswith(JOURNAL) and _is_journal(folder / name):
        output = name.removesuffix(JOURNAL)
    elif name.endswith(LOCK) and _is_lock(folder / name):
        output = name.removesuffix(LOCK)
        # A journal that is begun holds nothing yet.
        yield from (name, f"{output}{JOURNAL}", f"{output}{MARK}")
        yield from (f"{output}{side}{PART}" for side in SIDES)
        return
    else:
        return
    for side in SIDES:
        yield f"{output}{side}"
        yield f"{output}{side}{PART}"
    yield from (f"{output}{JOURNAL}", f"{output}{MARK}")


def _is_receipt(path: Path) -> bool:
    with suppress(OSError, orjson.JSONDecodeError):
        members = orjson.loads(path.read_bytes()) if path.is_file() else None
        return isinstance(members, dict) and members.keys() >= _RECEIPT_MEMBERS
    return False


def _is_journal(path: Path) -> bool:
    with suppress(OSError):
        content = path.read_bytes() if path.is_file() else b""
        # Either slot is written first.
        return any(content.startswith(JOURNAL_MAGIC, at) for at in (0, JOURNAL_SLOT_BYTES))
    return False


def _is_lock(path: Path) -> bool:
    with suppress(OSError):
        if path.is_file() and path.stat().st_size <= _MAX_LOCK_BYTES:
            content = path.read_bytes().strip()
            return not content or content.isdigit()
    return False
