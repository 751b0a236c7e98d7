"""Our client of language models beside others, and beside a loop that does nothing else.

make bench-llm                                     everything; writes docs/bench-llm.md
make bench-llm ARGS='--requests 500 --repeats 1'   a quick look; only prints
"""

import argparse
import os
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.llm.contest import Cost, measure, say, serving
from benchmarks.llm.way import (
    BARE,
    CLIENT,
    COMMAND,
    OPENAI_CLIENT,
    PEERS,
    ROOT,
    STORED,
    WAYS,
    Way,
    version_of,
)
from benchmarks.peers.table import place, tabulate

PAGE = ROOT / "docs/bench-llm.md"
IN_FLIGHT = (1, 16, 64, 256, 1024)
REQUESTS, PEER_REQUESTS, REPEATS = 10_000, 2_000, 3
"""A second or more of each, and more than are ever in flight: the fast ways get through many."""
FEW, MANY = 10_000, 100_000
"""Requests between which memory may not grow."""
_MEGABYTE = 1e6

Figures = Mapping[int, Mapping[str, Cost]]
"""Requests in flight, then name of the way, to the cost."""


@dataclass(frozen=True)
class Extent:
    """How much is measured.

    Attributes:
        requests: of a measurement of the limit or of ours.
        peer_requests: of one of a peer.
        repeats: of every measurement; the best counts.
    """

    requests: int = REQUESTS
    peer_requests: int = PEER_REQUESTS
    repeats: int = REPEATS

    def choose(self, way: Way) -> int:
        """Requests of a measurement of a way."""
        return self.requests if way.peer is None else self.peer_requests

    @property
    def words(self) -> str:
        """The options that ask for it."""
        usual = Extent()
        chosen = [
            ("--requests", self.requests, usual.requests),
            ("--peer-requests", self.peer_requests, usual.peer_requests),
            ("--repeats", self.repeats, usual.repeats),
        ]
        return " ".join(f"{name} {value}" for name, value, default in chosen if value != default)


def measure_all(base_url: str, ways: Sequence[Way], extent: Extent) -> Figures:
    """Run every way at every number of requests in flight, in turns."""
    figures: dict[int, dict[str, Cost]] = {}
    for in_flight in IN_FLIGHT:
        costs: dict[str, list[Cost]] = {way.name: [] for way in ways}
        for turn in range(extent.repeats):
            for way in ways:
                say(f"{in_flight} in flight, {turn + 1} of {extent.repeats}: {way.name}")
                costs[way.name].append(measure(way, base_url, extent.choose(way), in_flight))
        figures[in_flight] = {name: Cost.best(taken) for name, taken in costs.items()}
    return figures


def write_tables(figures: Figures, ways: Sequence[Way], growth: float | None) -> str:
    """What was to be reached, then a table a number of requests in flight."""
    parts = ["## What was to be reached", "", _write_targets(figures, growth), ""]
    for in_flight, costs in figures.items():
        parts += [f"## {in_flight:,} in flight", "", _write_costs(costs, ways), ""]
    return "\n".join(parts).rstrip()


def _write_targets(figures: Figures, growth: float | None) -> str:
    def ratios(ours: Way, theirs: str) -> list[str]:
        return [f"{costs[ours.name].rate / costs[theirs].rate:.2f}" for costs in figures.values()]

    rows = [
        [f"{CLIENT.name}: 0.8 of the {BARE.name}", *ratios(CLIENT, BARE.name)],
        [f"{STORED.name}: 0.6 of it", *ratios(STORED, BARE.name)],
        [f"{COMMAND.name}: nothing said", *ratios(COMMAND, BARE.name)],
    ]
    if all(OPENAI_CLIENT in costs for costs in figures.values()):
        times = ratios(STORED, OPENAI_CLIENT)
        rows.append([f"{STORED.name}: 3 times the {OPENAI_CLIENT} at 256", *times])
    table = tabulate(["to reach, requests/s", *map(str, figures)], rows)
    if growth is None:
        return table
    return (
        f"{table}\n\nMemory of the whole command at 256 in flight grew by {growth:.1f} MB from "
        f"{FEW:,} to {MANY:,} requests; to reach: flat."
    )


def _write_costs(costs: Mapping[str, Cost], ways: Sequence[Way]) -> str:
    header = ["way", "keeps answers", "requests/s", "CPU ms a request", "peak MB", "of bare"]
    rows = [
        [
            way.name,
            "yes" if way.keeps else "no",
            f"{costs[way.name].rate:,.0f}",
            f"{costs[way.name].cpu_ms:.2f}",
            f"{costs[way.name].peak / _MEGABYTE:.0f}",
            f"{costs[way.name].rate / costs[BARE.name].rate:.2f}",
        ]
        for way in ways
    ]
    return tabulate(header, rows)


def measure_growth(base_url: str) -> float:
    """Megabytes that the whole command takes more for many requests than for few."""
    say(f"memory, {FEW:,} and {MANY:,} requests")
    few, many = (measure(COMMAND, base_url, requests, 256) for requests in (FEW, MANY))
    return (many.peak - few.peak) / _MEGABYTE


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = [str(way.peer) for way in PEERS]
    parser.add_argument("--peers", default=" ".join(known), help="Folders, with spaces between.")
    parser.add_argument("--requests", type=int, default=REQUESTS, help="Of one of ours.")
    parser.add_argument("--peer-requests", type=int, default=PEER_REQUESTS, help="Of a peer's.")
    parser.add_argument("--repeats", type=int, default=REPEATS, help="Of every measurement.")
    parser.add_argument("--write", action="store_true", help="Write docs/bench-llm.md.")
    given = parser.parse_args()
    peers = given.peers.split()
    ways = [way for way in WAYS if way.peer is None or way.peer in peers]
    extent = Extent(given.requests, given.peer_requests, given.repeats)
    load = os.getloadavg()[0]
    (ROOT / "build").mkdir(exist_ok=True)
    whole = sorted(peers) == sorted(known)
    with serving() as base_url:
        figures = measure_all(base_url, ways, extent)
        growth = measure_growth(base_url) if given.write or given.requests == REQUESTS else None
    versions = [f"{way.distribution} {version_of(way)}" for way in ways if way.peer]
    words = extent.words
    command = " ".join(
        [
            "make bench-llm",
            *([] if whole else [f"LLM_PEERS='{given.peers}'"]),
            *([f"ARGS='{words}'"] if words else []),
        ]
    )
    text = (
        f"Printed by `{command}`: {given.requests:,} requests, of others "
        f"{given.peer_requests:,}, the best of {given.repeats}, on "
        f"{os.cpu_count()} processors ({platform.machine()}) whose load was {load:.1f} before, "
        f"Python {platform.python_version()}; {', '.join(versions) or 'no peers'}.\n\n"
        f"{write_tables(figures, ways, growth)}"
    )
    sys.stdout.write(f"{text}\n")
    if given.write or (whole and not words):
        place(PAGE, text)


if __name__ == "__main__":
    main()
