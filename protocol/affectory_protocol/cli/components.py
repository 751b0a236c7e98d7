"""Which records hang together: they share a value of a group, or each shares one with a third.

Connected components by union-find (Tarjan 1975, with path halving). A number for each value and
each record is in memory; the values themselves are in a private database.
"""

import hashlib
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from affectory_protocol.scratch import Scratch

KEY_BYTES = 8
"""Of the digest that stands for a value. Two values that share one are taken for one value, so that
their records stay together: no split is wrong by it."""


@dataclass(frozen=True)
class Component:
    """Records that must not be parted.

    Attributes:
        root: number that tells it from others, 0 and up.
        size: how many records.
        draw: number from 0 to 2^64-1 that follows from the seed and its values.
    """

    root: int
    size: int
    draw: int


class Components:
    """Collects records by their values.

    Args:
        seed: of the order of components of one size, and of what is drawn for each.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed.to_bytes(KEY_BYTES, "big")
        self._parents = array("q")
        self._keys = array("q")
        self._nodes = array("q")
        self._scratch = Scratch(
            "CREATE TABLE nodes (key INTEGER PRIMARY KEY, node INTEGER)",
            "CREATE TABLE components (root INTEGER, size INTEGER, place INTEGER, draw BLOB)",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.close()

    def add(self, values: Sequence[str]) -> None:
        """Add a record.

        Args:
            values: one or more that it must share a split with.
        """
        first, *others = (self._find(self._node(value)) for value in values)
        for other in others:
            self._parents[self._find(other)] = self._find(first)
        self._nodes.append(first)

    def _node(self, value: str) -> int:
        digest = hashlib.blake2b(value.encode(), digest_size=KEY_BYTES).digest()
        key = int.from_bytes(digest, "big", signed=True)
        found = self._scratch.execute("select node from nodes where key = ?", (key,)).fetchone()
        if found is not None:
            return int(found[0])
        node = len(self._parents)
        self._scratch.execute("insert into nodes values (?, ?)", (key, node))
        self._parents.append(node)
        self._keys.append(key)
        return node

    def _find(self, node: int) -> int:
        parents = self._parents
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    def root(self, number: int) -> int:
        """The component of the record of this number, in the order in which they were added."""
        return self._find(self._nodes[number])

    def roots(self) -> Iterator[int]:
        """The component of each record."""
        return map(self._find, self._nodes)

    @property
    def numbers(self) -> int:
        """All roots are below this number."""
        return len(self._parents)

    def by_size(self) -> Iterator[Component]:
        """All components, the largest first; those of one size in an order drawn from the seed."""
        sizes = array("q", bytes(8 * self.numbers))
        for root in self.roots():
            sizes[root] += 1
        self._scratch.insert("insert into components values (?, ?, ?, ?)", self._draw(sizes))
        rows = self._scratch.execute(
            "select root, size, draw from components order by size desc, place, draw"
        )
        for root, size, draw in rows:
            yield Component(root, size, int.from_bytes(draw, "big"))

    def _draw(self, sizes: "array[int]") -> Iterator[tuple[int, int, int, bytes]]:
        smallest = array("q", self._keys)  # what came first does not matter
        for node, key in enumerate(self._keys):
            root = self._find(node)
            smallest[root] = min(smallest[root], key)
        for root, size in enumerate(sizes):
            if size:
                first = smallest[root].to_bytes(KEY_BYTES, "big", signed=True)
                drawn = hashlib.blake2b(first, digest_size=2 * KEY_BYTES, key=self._seed).digest()
                place = int.from_bytes(drawn[:KEY_BYTES], "big", signed=True)
                yield root, size, place, drawn[KEY_BYTES:]
