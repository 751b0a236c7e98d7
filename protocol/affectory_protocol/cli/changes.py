"""What differs between two manifests: records that came, went, or hold something else."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from affectory_protocol.cli.alike import are_alike
from affectory_protocol.cli.right import Right
from affectory_protocol.errors import UsageError
from affectory_protocol.record import Record
from affectory_protocol.settings import DEFAULT_MAX_LINE_BYTES


class Change(StrEnum):
    """What became of a record."""

    REMOVED = "removed"
    CHANGED = "changed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Changed:
    """A record that is not the same in both.

    Attributes:
        id: of the record.
        change: what became of it.
        members: names of those that came, went or hold another value, in the order of before.
    """

    id: str
    change: Change
    members: tuple[str, ...] = ()


def find_changes(before: Path, after: Path) -> Iterator[Changed]:
    """Yield the records that differ, those that were there before first; their order is no matter.

    Raises:
        ManifestError: one of the two is not valid, or has an id twice.
        UsageError: one of the two is no file.
    """
    with ExitStack() as cleanup:
        old, new = (_open(path, cleanup) for path in (before, after))
        for identity in old.ids():
            was, now = old.find(identity), new.find(identity)
            new.match(identity)
            if now is None:
                yield Changed(identity, Change.REMOVED)
            elif was is not None and was.line != now.line and (names := _compare(was, now)):
                yield Changed(identity, Change.CHANGED, names)
        for identity in new.ids(unmatched=True):
            yield Changed(identity, Change.ADDED)


def _open(path: Path, cleanup: ExitStack) -> Right:
    if not path.is_file():
        raise UsageError(f"this is no file: {path}")
    right = Right(path, DEFAULT_MAX_LINE_BYTES, "a manifest")
    cleanup.callback(right.close)
    return right


def _compare(was: Record, now: Record) -> tuple[str, ...]:
    names = dict.fromkeys([*was.members, *now.members])
    return tuple(name for name in names if not _is_same(was, now, name))


def _is_same(was: Record, now: Record, name: str) -> bool:
    both = name in was.members and name in now.members
    return both and are_alike(was.members[name], now.members[name])


def say_changes(counts: Counter[Change]) -> str:
    """How many records of each kind, in words."""
    return ", ".join(f"{counts[change]} {change}" for change in Change if counts[change])
