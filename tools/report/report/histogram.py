"""How numbers of unknown range are spread, in one pass and bounded memory."""

import math
from dataclasses import dataclass, field

MAX_BINS = 512
"""Bins kept while counting: at least ten for each bar that is drawn."""

MAX_BARS = 24
"""Bars drawn."""

FINEST = -20
"""Exponent of the narrowest bin: 2^-20 is about 1e-6."""

PRECISION = 11
"""A bar is at least 2^-11 as wide as its number is large, so that four digits tell its bounds."""

TAIL = 0.01
"""Share of the numbers at either end that open-ended bars may gather."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Numbers in [start, stop): a bar at an end may also hold all beyond it.

    Attributes:
        start: lower bound.
        stop: upper bound, not included.
        kept: numbers from records that are in the manifest.
        dropped: numbers from records that were left out.
        opens_below: everything smaller is here too.
        opens_above: everything larger is here too.
    """

    start: float
    stop: float
    kept: int
    dropped: int
    opens_below: bool = False
    opens_above: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """A finished histogram."""

    bars: tuple[Bar, ...]
    is_whole: bool
    count: int
    unknown: int
    smallest: float
    largest: float


@dataclass(slots=True)
class Histogram:
    """Counts numbers in bins whose width, a power of two, doubles whenever there are too many.

    The result does not depend on the order of the numbers.
    """

    unknown: int = 0
    _exponent: int = FINEST
    _bins: dict[int, list[int]] = field(default_factory=dict)
    _smallest: float = math.inf
    _largest: float = -math.inf

    def add(self, value: float | None, *, kept: bool) -> None:
        """Count a number; None is counted as unknown."""
        if value is None:
            self.unknown += 1
            return
        self._smallest = min(self._smallest, value)
        self._largest = max(self._largest, value)
        counts = self._bins.setdefault(_floor(value, self._exponent), [0, 0])
        counts[0 if kept else 1] += 1
        while len(self._bins) > MAX_BINS:
            self._widen()

    def _widen(self) -> None:
        wider: dict[int, list[int]] = {}
        for position, (kept, dropped) in self._bins.items():
            counts = wider.setdefault(position >> 1, [0, 0])
            counts[0] += kept
            counts[1] += dropped
        self._bins = wider
        self._exponent += 1

    def finish(self) -> Spread | None:
        """At most `MAX_BARS` bars over the bulk of the numbers; None when there are no numbers."""
        if not self._bins:
            return None
        low, high = self._bulk()
        is_whole = self._holds_whole_numbers()
        exponent = max(0 if is_whole else self._exponent, self._narrowest(low, high))
        while _count_bars(low, high, exponent - self._exponent) > MAX_BARS:
            exponent += 1
        bars = self._gather(low, high, exponent)
        total = sum(bar.kept + bar.dropped for bar in bars)
        return Spread(
            bars, is_whole and exponent == 0, total, self.unknown, self._smallest, self._largest
        )

    def _narrowest(self, low: int, high: int) -> int:
        """The exponent below which a bar would be lost in the size of the numbers themselves."""
        return self._exponent + max(low.bit_length(), high.bit_length()) - PRECISION

    def _bulk(self) -> tuple[int, int]:
        """Lowest and highest bin once a share of `TAIL` is set aside at either end."""
        positions = sorted(self._bins)
        total = sum(sum(self._bins[p]) for p in positions)
        allowed = int(total * TAIL)
        return self._inner(positions, allowed), self._inner(positions[::-1], allowed)

    def _inner(self, positions: list[int], allowed: int) -> int:
        passed = 0
        for position in positions:
            passed += sum(self._bins[position])
            if passed > allowed:
                return position
        return positions[-1]

    def _holds_whole_numbers(self) -> bool:
        if self._exponent >= 0:
            return False
        step = 1 << -self._exponent
        return all(position % step == 0 for position in self._bins)

    def _gather(self, low: int, high: int, exponent: int) -> tuple[Bar, ...]:
        shift = exponent - self._exponent
        first, last = low >> shift, high >> shift
        counts = [[0, 0] for _ in range(last - first + 1)]
        below = above = False
        for position, (kept, dropped) in self._bins.items():
            place = position >> shift
            below, above = below or place < first, above or place > last
            bar = counts[min(max(place, first), last) - first]
            bar[0] += kept
            bar[1] += dropped
        width = math.ldexp(1.0, exponent)
        return tuple(
            Bar(
                start=(first + i) * width,
                stop=(first + i + 1) * width,
                kept=kept,
                dropped=dropped,
                opens_below=below and i == 0,
                opens_above=above and i == last - first,
            )
            for i, (kept, dropped) in enumerate(counts)
        )


def _count_bars(low: int, high: int, shift: int) -> int:
    return (high >> shift) - (low >> shift) + 1


def _floor(value: float, exponent: int) -> int:
    """The bin of a number: exact, since the width is a power of two."""
    numerator, denominator = value.as_integer_ratio()
    if exponent < 0:
        return (numerator << -exponent) // denominator
    return numerator // (denominator << exponent)
