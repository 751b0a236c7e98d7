"""Counts as the rows of tables, each with the length of its bar."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from report.charts import Threshold
from report.distributions import Distributions, FilterTally, Pair
from report.flow import Flow
from report.gallery import name_action_unit
from report.histogram import Spread
from report.tally import Entry, Tally

MAX_ROWS = 60
"""Rows of one table: more than any registered vocabulary has labels."""

BOUNDS = {"min": "at least", "max": "at most"}
"""Options that set a bound begin with these, and how they read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One counted thing.

    Attributes:
        name: what was counted.
        count: records.
        share: length of the bar, 0 to 1, relative to the longest of its table.
        mean: mean strength, 0 to 1; 0 where strengths are not known.
        detail: a further word.
    """

    name: str
    count: int
    share: float
    mean: float = 0.0
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One table.

    Attributes:
        name: vocabulary, dataset or role.
        records: records it speaks of.
        rows: largest first unless their order is given.
        hidden: things counted that are not listed.
    """

    name: str
    records: int
    rows: tuple[Row, ...]
    hidden: int = 0


@dataclass(frozen=True, slots=True)
class MeasureView:
    """How one measured number is spread, with the bounds it was held against."""

    name: str
    spread: Spread
    thresholds: tuple[Threshold, ...]


@dataclass(frozen=True, slots=True)
class FilterView:
    """One filter on the page."""

    name: str
    tally: FilterTally
    measures: tuple[MeasureView, ...]


def count_labels(labels: Tally[Pair], records: Tally[str]) -> list[Group]:
    """One table for each vocabulary, that of most records first."""
    grouped: dict[str, list[Entry[Pair]]] = {}
    for entry in labels.by_count():
        grouped.setdefault(entry.key[0], []).append(entry)
    return [
        _make_group(vocabulary.key, vocabulary.count, grouped[vocabulary.key])
        for vocabulary in records.by_count()
        if vocabulary.key in grouped
    ]


def _make_group(name: str, records: int, entries: Sequence[Entry[Pair]]) -> Group:
    longest = max(entry.count for entry in entries)
    rows = (Row(str(e.key[1]), e.count, e.count / longest, e.mean) for e in entries[:MAX_ROWS])
    return Group(name, records, tuple(rows), max(0, len(entries) - MAX_ROWS))


def count_splits(counted: Distributions) -> list[Group]:
    """One table for each dataset; a record that names none is under the empty name."""
    grouped: dict[str, list[Entry[Pair]]] = {}
    for entry in counted.splits.by_count():
        grouped.setdefault(entry.key[0], []).append(entry)
    groups = [_make_group(n, sum(e.count for e in es), es) for n, es in grouped.items()]
    return sorted(groups, key=lambda group: (-group.records, group.name))


def count_faces(counted: Distributions) -> list[Group]:
    """One table for each role: how many pictures hold how many faces."""
    grouped: dict[str, list[Entry[tuple[str, int]]]] = {}
    for entry in counted.faces.by_key():
        grouped.setdefault(entry.key[0], []).append(entry)
    groups: list[Group] = []
    for role, entries in grouped.items():
        longest = max(entry.count for entry in entries)
        rows = (
            Row(f"{e.key[1]} {'face' if e.key[1] == 1 else 'faces'}", e.count, e.count / longest)
            for e in entries[:MAX_ROWS]
        )
        total = sum(entry.count for entry in entries)
        groups.append(Group(role, total, tuple(rows), max(0, len(entries) - MAX_ROWS)))
    return groups


def list_action_units(counted: Distributions) -> tuple[Row, ...]:
    """Action units by number; the detail says how often one side alone moved."""
    entries = counted.action_units.by_key()
    longest = max((entry.count for entry in entries), default=1)
    return tuple(
        Row(
            name=f"AU{entry.key} {name_action_unit(entry.key)}".rstrip(),
            count=entry.count,
            share=entry.count / longest,
            mean=entry.mean,
            detail=str(counted.one_sided.count(entry.key) or ""),
        )
        for entry in entries
    )


def list_filters(counted: Distributions, flow: Flow) -> list[FilterView]:
    """Filters in the order in which records first name them, with their histograms."""
    views: list[FilterView] = []
    for name, tally in counted.filters.items():
        bounds = _find_bounds(name, tally, flow)
        measures: list[MeasureView] = []
        for measure, histogram in tally.measures.items():
            spread = histogram.finish()
            if spread is not None:
                measures.append(MeasureView(measure, spread, bounds.get(measure, ())))
        views.append(FilterView(name, tally, tuple(measures)))
    return views


def _find_bounds(name: str, tally: FilterTally, flow: Flow) -> Mapping[str, tuple[Threshold, ...]]:
    """Bounds by measure: `--min-sharpness 40` of the step that judged is one of sharpness.

    A filter without such options is shown with the thresholds its verdicts carry.
    """
    makers = {entry.key for entry in tally.makers.by_count()}
    found: dict[str, dict[Threshold, None]] = {}
    for step in flow.steps:
        receipt = step.receipt
        if (receipt.tool, receipt.verb) not in makers and receipt.verb != name:
            continue
        for option, value in receipt.options.result.items():
            kind, _, measure = option.replace("-", "_").partition("_")
            number = _parse_number(value)
            if kind in BOUNDS and measure and number is not None:
                found.setdefault(measure, {})[Threshold(number, BOUNDS[kind])] = None
    carried = tuple(Threshold(entry.key, "threshold") for entry in tally.thresholds.by_key())
    bounds = {measure: tuple(thresholds) for measure, thresholds in found.items()}
    return {"score": carried} | bounds


def _parse_number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
