"""A small checksum for every line of an output, so that an audit can name the record that was changed.

Whether a file changed is the business of its SHA-256. These sums only say where. There are at most 65,536 of
them: a longer output has one for every 2, 4, 8 ... lines.
"""

import base64
import sys
from array import array
from collections.abc import Iterable
from itertools import zip_longest
from zlib import crc32

from pydantic import BaseModel, ConfigDict

MAX_SUMS = 65_536
_MODULUS = 2**32
_FACTOR = 0x01000193  # the FNV-1 prime: odd, so that no information is lost


class LineSumsRecord(BaseModel):
    """The sums as a receipt holds them."""

    model_config = ConfigDict(frozen=True)

    every: int = 1
    values: str = ""


class LineSums:
    """Sums of consecutive lines, `every` lines each: CRC-32s joined by a polynomial modulo 2^32."""

    def __init__(self, every: int = 1) -> None:
        self._sums = array("I")
        self._open = 0
        self._in_open = 0
        self.every = every

    def extend(self, lines: Iterable[bytes]) -> None:
        """Add lines, without their newlines."""
        if self.every == 1:
            self._sums.extend(map(crc32, lines))
        else:
            self._extend_groups(map(crc32, lines))
        while len(self._sums) > MAX_SUMS:
            self._halve()

    def _extend_groups(self, sums: Iterable[int]) -> None:
        value, count, every = self._open, self._in_open, self.every
        for one in sums:
            value = (value * _FACTOR + one) % _MODULUS
            count += 1
            if count == every:
                self._sums.append(value)
                value = count = 0
        self._open, self._in_open = value, count

    def _halve(self) -> None:
        shift = pow(_FACTOR, self.every, _MODULUS)
        if len(self._sums) % 2:
            last = self._sums.pop()
            self._open = (last * pow(_FACTOR, self._in_open, _MODULUS) + self._open) % _MODULUS
            self._in_open += self.every
        pairs = zip(self._sums[0::2], self._sums[1::2], strict=True)
        self._sums = array("I", [(a * shift + b) % _MODULUS for a, b in pairs])
        self.every *= 2

    def values(self) -> "array[int]":
        """The sums so far, an unfinished group included."""
        values = array("I", self._sums)
        if self._in_open:
            values.append(self._open)
        return values

    def record(self) -> LineSumsRecord:
        """The sums as a receipt holds them."""
        encoded = base64.b64encode(_little_endian(self.values()).tobytes()).decode()
        return LineSumsRecord(every=self.every, values=encoded)


def first_difference(recorded: LineSumsRecord, lines: Iterable[bytes]) -> range | None:
    """Find where lines depart from what was recorded.

    Returns:
        Numbers of the lines, from 0, among which the first difference lies; None when there is none.
    """
    expected = array("I")
    expected.frombytes(base64.b64decode(recorded.values))
    sums = LineSums(recorded.every)
    sums.extend(lines)
    pairs = zip_longest(_little_endian(expected), sums.values())
    for number, (before, now) in enumerate(pairs):
        if before != now:
            return range(number * recorded.every, (number + 1) * recorded.every)
    return None


def _little_endian(values: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        values.byteswap()
    return values
