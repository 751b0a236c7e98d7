"""Counting what has no fixed list of names, in memory that does not grow with the manifest."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

MAX_KEYS = 1000
"""Distinct names a tally keeps apart: far above any vocabulary, far below a corpus of texts."""

KeyT = TypeVar("KeyT", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Entry(Generic[KeyT]):
    """A counted name.

    Attributes:
        key: what was counted.
        count: number of records.
        mean: mean of the values that came with it; 0 when none did.
    """

    key: KeyT
    count: int
    mean: float


@dataclass(slots=True)
class _Sum:
    count: int = 0
    total: float = 0.0


class Tally(Generic[KeyT]):
    """Counts records by a key, and the mean of a value that comes with it.

    Args:
        max_keys: keys kept apart; those that come later are counted in `others`.
    """

    def __init__(self, max_keys: int = MAX_KEYS) -> None:
        self._sums: dict[KeyT, _Sum] = {}
        self._max_keys = max_keys
        self.others = 0

    def add(self, key: KeyT, value: float = 0.0) -> None:
        """Count one record under a key."""
        known = self._sums.get(key)
        if known is None:
            if len(self._sums) >= self._max_keys:
                self.others += 1
                return
            known = self._sums[key] = _Sum()
        known.count += 1
        known.total += value

    def __len__(self) -> int:
        return len(self._sums)

    def count(self, key: KeyT) -> int:
        """Records counted under a key."""
        known = self._sums.get(key)
        return known.count if known else 0

    @property
    def total(self) -> int:
        """Records counted in all, under every key and none."""
        return sum(known.count for known in self._sums.values()) + self.others

    def by_count(self) -> list[Entry[KeyT]]:
        """Entries, most frequent first; equal counts by name."""
        return sorted(self._entries(), key=lambda entry: (-entry.count, str(entry.key)))

    def by_key(self) -> list[Entry[KeyT]]:
        """Entries in the order of their keys, which must be of one sortable type."""
        return sorted(self._entries(), key=lambda entry: cast("Any", entry.key))

    def _entries(self) -> list[Entry[KeyT]]:
        return [Entry(key, s.count, s.total / s.count) for key, s in self._sums.items()]
