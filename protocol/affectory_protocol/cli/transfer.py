"""Sections of one record put into another, byte for byte, with the makers they have."""

from collections.abc import Sequence
from dataclasses import dataclass

from affectory_protocol.cli.alike import are_alike
from affectory_protocol.errors import RecordError
from affectory_protocol.lines import (
    edit_members,
    find_value,
    is_canonical,
    reject_doubled_members,
)
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import SECTIONS, Assets, Section
from affectory_protocol.settings import Existing
from affectory_protocol.writing import (
    Policy,
    is_measure,
    is_of,
    leave_measures,
    merge_entries,
    read_entries,
)

IDENTITY = ("id", "parent")
"""Members that say which record it is, and are no sections."""

KEYED = tuple(name for name, model in SECTIONS.items() if not issubclass(model, Section))
"""Sections of entries: they are joined entry by entry."""

_KEEP = Policy(Existing.KEEP)


@dataclass(frozen=True, slots=True)
class Transferred:
    """What became of a record.

    Attributes:
        record: with the sections it got.
        replaced: how many of its sections or entries were replaced.
        left_behind: measures that were not taken over: the asset they were taken of is another.
    """

    record: Record
    replaced: int = 0
    left_behind: int = 0


def transfer_sections(
    left: Record, right: Record, names: Sequence[str], policy: Policy
) -> Transferred:
    """Put sections of one record into another.

    Args:
        left: gets them.
        right: has them.
        names: of the sections; none for all that the left one lacks.
        policy: what happens to a named section, or entry of one, that both have and not alike.

    Raises:
        RecordError: one may not be replaced, or a record has one of the members twice.
    """
    return _Transfer(left, right, names, policy).run()


class _Transfer:
    def __init__(self, left: Record, right: Record, names: Sequence[str], policy: Policy) -> None:
        self._left = left
        self._right = right
        self._policy = policy if names else _KEEP
        self._names = names or [name for name in right.members if name not in IDENTITY]
        self._stale: set[str] = set()
        self._changes: dict[str, bytes] = {}
        self._members = dict(left.members)
        self._replaced = self._left_behind = 0

    def run(self) -> Transferred:
        """Do it."""
        _refuse_doubled(self._right, self._names)
        self._compare_assets()
        for name in self._names:
            value = self._right.members.get(name)
            if value is None:
                continue
            if name in KEYED:
                self._take_entries(name)
            else:
                self._take(name, value)
        if not self._changes:
            return Transferred(self._left, left_behind=self._left_behind)
        line = edit_members(self._left.line, self._changes, present=self._left.members)
        record = Record(line, self._members, {})
        return Transferred(record, self._replaced, self._left_behind)

    def _compare_assets(self) -> None:
        """See which roles hold different files, and which of the two the record will have."""
        ours, theirs = read_entries(self._left, Assets.name), read_entries(self._right, Assets.name)
        other = {role for role in ours.keys() & theirs if _are_two(ours[role], theirs[role])}
        if Assets.name in self._names and self._policy.existing is Existing.REPLACE:
            self._left = leave_measures(self._left, other)  # theirs are taken: ours are outdated
            self._members = dict(self._left.members)
        else:
            self._stale = other

    def _take(self, name: str, value: object) -> None:
        if isinstance(value, dict) and is_of(value, self._stale):
            self._left_behind += 1
        elif self._is_wanted(self._left.members.get(name), value, name):
            self._changes[name] = self._right.line[self._place(name)]
            self._members[name] = value

    def _take_entries(self, name: str) -> None:
        there, given = read_entries(self._left, name), read_entries(self._right, name)
        stale = {key for key, one in given.items() if is_measure(name, key, one, self._stale)}
        self._left_behind += len(stale)
        taken = [
            key
            for key, value in given.items()
            if key not in stale and self._is_wanted(there.get(key), value, f"{name}/{key}")
        ]
        if not taken:
            return
        raw = self._right.line[self._place(name)]
        entries = {key: raw[find_value(raw, given, key)] for key in taken}
        self._changes[name] = merge_entries(self._left, name, there, entries)
        self._members[name] = {**there, **{key: given[key] for key in taken}}

    def _is_wanted(self, present: object, value: object, where: str) -> bool:
        """Whether a section or entry is taken over.

        Raises:
            RecordError: another one is there and may not be replaced.
        """
        if value is None or are_alike(present, value) or self._policy.keeps(present, where):
            return False
        self._replaced += present is not None
        return True

    def _place(self, name: str) -> slice:
        return find_value(self._right.line, self._right.members, name)


def _refuse_doubled(record: Record, names: Sequence[str]) -> None:
    """Refuse a record in which a member that is taken over stands twice, without naming it.

    Raises:
        RecordError: duplicate-key.
    """
    if is_canonical(record.line, record.members):
        return
    try:
        reject_doubled_members(record.line, names)
    except RecordError:
        raise RecordError(
            Reason.DUPLICATE_KEY, "a member stands twice in the record of --with"
        ) from None


def _are_two(ours: object, theirs: object) -> bool:
    """Whether two entries of assets are two files: by their digests, or else by their places."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return False
    known = "sha256" if ours.get("sha256") and theirs.get("sha256") else "uri"
    return bool(ours.get(known) != theirs.get(known))
