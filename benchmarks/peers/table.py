"""The tables of docs/peers.md, from what was measured."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.contest import Result
from benchmarks.peers.sample import Fault, Size
from benchmarks.peers.trial import Trial
from benchmarks.peers.way import BARE_LOOP, BOTH, DATASETS, DATATROVE, SINGER, THRESHOLD, VALIDATE

NONE = "–"
_LEAST_SHARE = 0.3
"""Share of the wall time that must be work: where starting takes the rest, a rate tells nothing."""
_MEGABYTE = 1e6


@dataclass(frozen=True)
class Figures:
    """Everything that was measured.

    Attributes:
        start: what each way costs on ten records, by its name.
        results: of every size, in the order of the ways.
        faults: what becomes of bad lines: fault, then name of the way, to words.
    """

    start: Mapping[str, Trial]
    results: Mapping[Size, Sequence[Result]]
    faults: Mapping[Fault, Mapping[str, str]]

    def seconds(self, size: Size, name: str) -> float | None:
        """Wall seconds of a way without its start; None where that cannot be told."""
        result = self._find(size, name)
        if result is None or result.best is None:
            return None
        seconds = result.best.wall - self.start[name].wall
        return seconds if seconds > _LEAST_SHARE * result.best.wall else None

    def ratio(self, size: Size, name: str, ours: str) -> float | None:
        """How many times as long a way takes as ours."""
        theirs, own = self.seconds(size, name), self.seconds(size, ours)
        return None if theirs is None or own is None else theirs / own

    def lost(self, size: Size, name: str) -> int | None:
        """Records that are nowhere after a way."""
        result = self._find(size, name)
        return None if result is None or result.account is None else result.account.lost

    def growth(self, size: Size, name: str) -> float | None:
        """Memory that a way takes more than where there are fewest of such records, MB."""
        like = [other for other in self.results if other.record_bytes == size.record_bytes]
        fewest = min(like, key=lambda other: other.records)
        few, many = self._find(fewest, name), self._find(size, name)
        if fewest == size or few is None or many is None or not (few.best and many.best):
            return None
        return (many.best.peak - few.best.peak) / _MEGABYTE

    def _find(self, size: Size, name: str) -> Result | None:
        return next((one for one in self.results[size] if one.way.name == name), None)


def write_figures(figures: Figures) -> str:
    """All tables: what was to be reached, a table a size, and the fate of bad lines."""
    parts = ["## What was to be reached", "", _write_targets(figures), ""]
    for size in figures.results:
        parts += [f"## {size}", "", _write_size(figures, size), ""]
    parts += ["## Ten bad lines among a thousand", "", _write_faults(figures)]
    return "\n".join(parts)


def _write_targets(figures: Figures) -> str:
    def row(words: str, cells: Iterable[str]) -> list[str]:
        return [words, *cells]

    sizes = list(figures.results)
    rows = [
        row(
            f"{ours}: 0.6 of the speed of {BARE_LOOP}",
            (_number(figures.ratio(size, BARE_LOOP, ours), ".2f") for size in sizes),
        )
        for ours in (VALIDATE, THRESHOLD)
    ]
    rows += [
        row(
            f"{BOTH}: {times} times {peer}",
            (_number(figures.ratio(size, peer, BOTH), ".1f") for size in sizes),
        )
        for peer, times in ((SINGER, 5), (DATATROVE, 10), (DATASETS, 10))
    ]
    rows += [
        row(
            f"{ours}: memory that grows with the records, MB",
            (_number(figures.growth(size, ours), ".1f") for size in sizes),
        )
        for ours in (VALIDATE, THRESHOLD)
    ]
    lost = (figures.lost(size, BOTH) for size in sizes)
    rows.append(row(f"{BOTH}: 0 lost", (_number(count, ",") for count in lost)))
    return tabulate(["to reach", *map(str, sizes)], rows)


def _write_size(figures: Figures, size: Size) -> str:
    header = [
        "way",
        "bad lines",
        "runs",
        "wall s",
        "of that start",
        "CPU s",
        "peak MB",
        "records/s",
        f"of {BARE_LOOP}",
        "ours is faster by",
        "lost",
    ]
    rows = [_describe(figures, size, result) for result in figures.results[size]]
    return tabulate(header, rows)


def _describe(figures: Figures, size: Size, result: Result) -> list[str]:
    name, best = result.way.name, result.best
    bad = "1 %" if result.sample.bad else "none"
    seconds = figures.seconds(size, name)
    if best is None:
        return [name, bad, result.problem or NONE, *[NONE] * 8]
    return [
        name,
        bad,
        str(len(result.trials)),
        f"{best.wall:.2f}",
        f"{figures.start[name].wall:.2f}",
        f"{best.cpu:.2f}",
        f"{best.peak / _MEGABYTE:.0f}",
        _number(None if seconds is None else size.records / seconds, ",.0f"),
        _number(figures.ratio(size, BARE_LOOP, name), ".2f"),
        _number(figures.ratio(size, name, BOTH), ".1f"),
        _number(figures.lost(size, name), ","),
    ]


def _write_faults(figures: Figures) -> str:
    names = list(dict.fromkeys(name for fates in figures.faults.values() for name in fates))
    rows = [[name, *(fates[name] for fates in figures.faults.values())] for name in names]
    return tabulate(["way", *figures.faults], rows)


def _number(value: float | None, form: str) -> str:
    return NONE if value is None else format(value, form)


def tabulate(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table whose first column is words."""
    lines = [f"| {' | '.join(header)} |", f"| --- |{' ---: |' * (len(header) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def place(page: Path, text: str) -> None:
    """Write text between the markers of a page.

    Raises:
        ValueError: the page does not have them, once each and in order.
    """
    begin, end = "<!-- figures: generated -->", "<!-- /figures -->"
    old = page.read_text("utf-8")
    pattern = re.compile(f"{re.escape(begin)}\n.*?{re.escape(end)}", re.DOTALL)
    if old.count(begin) != 1 or old.count(end) != 1 or not pattern.search(old):
        raise ValueError(f"{page.name} needs the lines {begin} and {end}, once each")
    page.write_text(pattern.sub(lambda _: f"{begin}\n\n{text}\n\n{end}", old), "utf-8")
