"""Ours beside what people use today, and beside the limits.

make bench-peers                                     all sizes; writes docs/peers.md
make bench-peers ARGS='--sizes small'                minutes instead of hours; only prints
make bench-peers PEERS='datatrove singer_sdk'        some of them
"""

import argparse
import os
import platform
import sys
import tempfile
from pathlib import Path

from benchmarks.peers.contest import START, Contest, Result
from benchmarks.peers.sample import Size
from benchmarks.peers.table import Figures, place, write_figures
from benchmarks.peers.trial import Trial, adopting_orphans
from benchmarks.peers.way import PEERS, ROOT, Way, choose_ways, version_of

PAGE = ROOT / "docs/peers.md"
FULL = "full"
REPEATS = 5
SIZES = {
    "small": [Size(50_000, 300), Size(50_000, 1_000)],
    "medium": [Size(100_000, 300), Size(100_000, 1_000), Size(100_000, 8_000)],
    FULL: [
        Size(100_000, 300),
        Size(100_000, 1_000),
        Size(100_000, 8_000),
        Size(1_000_000, 300),
        Size(1_000_000, 1_000),
    ],
}


def measure(contest: Contest, sizes: list[Size]) -> Figures:
    """Run everything, the small before the large."""
    start = {one.way.name: take_best(one) for one in contest.measure(START)}
    faults = contest.say_faults()
    results: dict[Size, list[Result]] = {}
    left_out: set[str] = set()
    for size in sizes:
        results[size] = contest.measure(size, left_out=left_out)
        left_out |= {one.way.name for one in results[size] if one.problem}
    return Figures(start, results, faults)


def take_best(result: Result) -> Trial:
    """The lowest of the trials.

    Raises:
        RuntimeError: there is none.
    """
    if result.best is None:
        raise RuntimeError(f"{result.way.name} cannot even start: {result.problem}")
    return result.best


def describe_run(sizes: str, repeats: int, ways: list[Way], load: float) -> str:
    """What was run, with which versions, on what, and how busy it was with other things."""
    chosen = [("--sizes", sizes, FULL), ("--repeats", str(repeats), str(REPEATS))]
    words = " ".join(f"{name} {value}" for name, value, usual in chosen if value != usual)
    command = f"make bench-peers ARGS='{words}'" if words else "make bench-peers"
    versions = {way.distribution: version_of(way) for way in ways if way.distribution}
    packages = ", ".join(f"{name} {version}" for name, version in versions.items())
    return (
        f"Printed by `{command}` on {os.cpu_count()} processors ({platform.machine()}) whose load "
        f"was {load:.1f} before, Python {platform.python_version()}: {packages}."
    )


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    known = sorted({way.peer for way in PEERS if way.peer})
    parser.add_argument("--peers", default=" ".join(known), help="Folders, with spaces between.")
    parser.add_argument("--sizes", choices=list(SIZES), default=FULL)
    parser.add_argument("--repeats", type=int, default=REPEATS, help="Of every measurement.")
    parser.add_argument(
        "--write", action="store_true", help="Write docs/peers.md; implied by all sizes and peers."
    )
    given = parser.parse_args()
    ways = choose_ways(given.peers.split())
    load = os.getloadavg()[0]
    (ROOT / "build").mkdir(exist_ok=True)
    with adopting_orphans(), tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        figures = measure(Contest(Path(folder), ways, given.repeats), SIZES[given.sizes])
    run = describe_run(given.sizes, given.repeats, ways, load)
    text = f"{run}\n\n{write_figures(figures)}"
    sys.stdout.write(f"{text}\n")
    if given.write or (given.sizes == FULL and sorted(given.peers.split()) == known):
        place(PAGE, text)


if __name__ == "__main__":
    main()
