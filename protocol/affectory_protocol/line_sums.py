"""A small checksum for every line of an output, so that an audit can name what was changed.

Whether a file changed is the business of its SHA-256. These sums only say where. There are at most
65,536 of them: a longer output has one for every 2, 4, 8 ... lines.
"""

import base64
import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import islice, zip_longest
from typing import Annotated
from zlib import crc32

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MAX_SUMS = 65_536
_MODULUS = 2**32
_FACTOR = 0x01000193  # the FNV-1 prime: odd, so that no information is lost


def _check_sums(values: str) -> str:
    if len(base64.b64decode(values, validate=True)) % 4:
        raise ValueError("not a whole number of sums")
    return values


class LineSumsRecord(BaseModel):
    """The sums as a receipt holds them.

    Attributes:
        every: lines a sum stands for.
        values: 32 bits each, least significant byte first, in base64.
    """

    model_config = ConfigDict(frozen=True)

    every: Annotated[int, Field(ge=1, description="How many lines a sum stands for.")] = 1
    values: Annotated[
        str,
        AfterValidator(_check_sums),
        Field(description="Sums of 32 bits, least significant byte first, in base64."),
    ] = ""


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
        Numbers of the lines, from 0, among which the first difference lies; None when there is
        none.
    """
    expected = array("I")
    expected.frombytes(base64.b64decode(recorded.values))
    pairs = zip_longest(_little_endian(expected), _sum_groups(lines, recorded.every))
    for number, (before, now) in enumerate(pairs):
        if before != now:
            return range(number * recorded.every, (number + 1) * recorded.every)
    return None


def _sum_groups(lines: Iterable[bytes], every: int) -> Iterator[int]:
    """Sums of `every` lines each, never folded; the last one of what is left over."""
    rest = iter(lines)
    while group := list(islice(rest, every)):
        value = 0
        for one in map(crc32, group):
            value = (value * _FACTOR + one) % _MODULUS
        yield value


def _little_endian(values: "array[int]") -> "array[int]":
    if sys.byteorder == "big":
        values.byteswap()
    return values
