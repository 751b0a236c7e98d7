"""Shares of a whole, and which part each component goes to so that they are met."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import accumulate

from affectory_protocol.cli.components import Component
from affectory_protocol.errors import UsageError

DEFAULT_SHARES = "train=0.8,validation=0.1,test=0.1"

FREE = -1
"""Stands for the part of what may go to any."""

_DRAWS = 2**64
_NAME = re.compile(r"[a-z][a-z0-9_-]*")
_SHARE = re.compile(r"-?(?:[0-9]{1,18}(?:/[0-9]{1,18})?|[0-9]{0,18}\.[0-9]{1,18})")
"""Bounded, as 1e400000000 is a number that takes hours to make."""
_EXAMPLE = f"For example --shares {DEFAULT_SHARES}."


def parse_shares(text: str) -> dict[str, Fraction]:
    """Read `NAME=SHARE,...`; shares are decimals or fractions such as 1/3, and sum to 1.

    Raises:
        UsageError: they are not, or a name stands twice.
    """
    shares: dict[str, Fraction] = {}
    for part in text.split(","):
        name, separator, number = part.strip().partition("=")
        if not separator or not _NAME.fullmatch(name):
            raise UsageError(f"--shares has a part that is not NAME=SHARE: {part}", hint=_EXAMPLE)
        if name in shares:
            raise UsageError(f"--shares names a part twice: {name}", hint=_EXAMPLE)
        shares[name] = _parse_share(number)
    if sum(shares.values()) != 1:
        raise UsageError(f"--shares do not sum to 1: {text}", hint=_EXAMPLE)
    return shares


def _parse_share(text: str) -> Fraction:
    try:
        share = Fraction(text) if _SHARE.fullmatch(text) else None
    except ZeroDivisionError:
        share = None
    if share is None:
        raise UsageError(f"--shares has a share that is no number: {text}", hint=_EXAMPLE)
    if not 0 <= share <= 1:
        raise UsageError(f"--shares has a share that is not from 0 to 1: {text}", hint=_EXAMPLE)
    return share


def count_targets(shares: Sequence[Fraction], total: int) -> list[int]:
    """How many of `total` each part gets: rounded down, what is left over to the largest rests."""
    exact = [share * total for share in shares]
    targets = [int(one) for one in exact]
    by_rest = sorted(range(len(exact)), key=lambda n: (targets[n] - exact[n], n))
    for number in by_rest[: total - sum(targets)]:
        targets[number] += 1
    return targets


def fill_parts(
    components: Iterable[Component], room: Sequence[int], fixed: Sequence[int]
) -> Iterator[tuple[Component, int]]:
    """Choose a part for each component.

    A part is drawn among those that still have room for all of it, each with the chance of its
    room; where none has, it is the part with the most room. As the largest come first, the small
    ones even out what these leave.

    Args:
        components: the largest first.
        room: how many records each part shall get, without those that are fixed.
        fixed: for each root the part that its component is in already, or `FREE`.

    Yields:
        Each component and its part.
    """
    left = list(room)
    for component in components:
        part = fixed[component.root]
        if part == FREE:
            part = _choose(component, left)
            left[part] -= component.size
        yield component, part


def _choose(component: Component, left: Sequence[int]) -> int:
    bounds = list(accumulate(room if room >= component.size else 0 for room in left))
    if not bounds[-1]:
        return max(range(len(left)), key=left.__getitem__)
    return bisect_right(bounds, component.draw * bounds[-1] // _DRAWS)
