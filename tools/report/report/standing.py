"""How what is judged stands beside its baselines, metric by metric."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import floor, log10

from affectory_protocol.evaluation import EvaluationRecord, MetricRecord

from report.direction import Direction, find_direction
from report.wording import HUGE

DIGITS = 4
"""Digits shown of the largest number of a row; its other numbers have as many decimals."""

SMALL = 1e-4
"""Rows whose largest number is below are written with an exponent."""


class Outcome(StrEnum):
    """What is judged beside the best of its baselines."""

    AHEAD = "ahead"
    CLOSE = "close"  # ahead, and yet the baseline lies within the interval
    LEVEL = "level"
    BEHIND = "behind"
    UNRANKED = "unranked"  # no baseline, no value, or nobody knows which end is good


@dataclass(frozen=True, slots=True)
class Value:
    """One number of a row.

    Attributes:
        text: as it is shown, "" where there is none.
        is_best: nothing in the row is better, and something is worse.
    """

    text: str
    is_best: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """One metric of what is judged beside the same of the baselines.

    Attributes:
        metric: as it was written down.
        direction: its good end; None when nobody knows, and then nothing is best.
        ours: of what is judged.
        interval: its ends as they are shown; "" without one.
        baselines: a value a column.
        outcome: beside the best of the baselines.
        rival: name of that baseline, the first of equal ones; "" where nothing can be ranked.
        reached: its value as it is shown.
    """

    metric: MetricRecord
    direction: Direction | None
    ours: Value
    interval: str
    baselines: tuple[Value, ...]
    outcome: Outcome
    rival: str = ""
    reached: str = ""


@dataclass(frozen=True, slots=True)
class Standings:
    """One evaluation, each of its metrics ranked.

    Attributes:
        evaluation: as it was written down.
        columns: every baseline that a metric names, in the order of the first mention.
        rows: a metric each.
    """

    evaluation: EvaluationRecord
    columns: tuple[str, ...]
    rows: tuple[Standing, ...]

    def of(self, *outcomes: str) -> list[Standing]:
        """The rows that ended in one of these ways, in order."""
        return [row for row in self.rows if row.outcome in outcomes]

    def group_wins(self, limit: int) -> dict[str, list[Standing]]:
        """By baseline, the first metrics in which it is the best and what is judged is behind."""
        wins: dict[str, list[Standing]] = {}
        for row in self.of(Outcome.BEHIND)[:limit]:
            wins.setdefault(row.rival, []).append(row)
        return wins


def rank_evaluation(evaluation: EvaluationRecord) -> Standings:
    """Hold every metric against the baselines."""
    columns = tuple(dict.fromkeys(of for metric in evaluation.metrics for of in metric.baselines))
    rows = (_rank_metric(metric, columns) for metric in evaluation.metrics)
    return Standings(evaluation, columns, tuple(rows))


def _rank_metric(metric: MetricRecord, columns: Sequence[str]) -> Standing:
    direction = find_direction(metric)
    values = [metric.value, *(metric.baselines.get(name) for name in columns)]
    known = [value for value in (*values, *(metric.ci95 or ())) if value is not None]
    pattern = choose_format(known)
    best = _find_best(values, direction)
    ours, *baselines = (
        Value("" if value is None else format(value, pattern), value is not None and value == best)
        for value in values
    )
    interval = " to ".join(format(end, pattern) for end in metric.ci95 or ())
    rival = _find_rival(metric, direction)
    return Standing(
        metric=metric,
        direction=direction,
        ours=ours,
        interval=interval,
        baselines=tuple(baselines),
        outcome=_judge(metric, direction, rival),
        rival=rival,
        reached=baselines[columns.index(rival)].text if rival else "",
    )


def choose_format(values: Sequence[float]) -> str:
    """How the numbers of a row are written, so that their digits stand below one another.

    No more decimals are shown than the number that has most of them has.
    """
    largest = max(map(abs, values), default=0.0)
    if largest >= HUGE or 0 < largest < SMALL:
        return f".{DIGITS}g"
    room = DIGITS - 1 - floor(log10(largest)) if largest else 0
    given = max((_count_decimals(value) for value in values), default=0)
    return f"z,.{max(0, min(room, given))}f"


def _count_decimals(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return -int(exponent)


def _find_best(values: Iterable[float | None], direction: Direction | None) -> float | None:
    """The best of some values; None when none can be told from the others."""
    known = {value for value in values if value is not None}
    if direction is None or len(known) == 1:
        return None
    return _choose(direction, known)


def _choose(direction: Direction, values: Iterable[float]) -> float | None:
    choose = max if direction is Direction.HIGH else min
    return choose(values, default=None)


def _find_rival(metric: MetricRecord, direction: Direction | None) -> str:
    """The baseline of the best value; "" where there is none or it cannot be compared."""
    known = {name: value for name, value in metric.baselines.items() if value is not None}
    if direction is None or metric.value is None or not known:
        return ""
    best = _choose(direction, known.values())
    return next(name for name, value in known.items() if value == best)


def _judge(metric: MetricRecord, direction: Direction | None, rival: str) -> Outcome:
    value = metric.value
    reached = metric.baselines.get(rival)
    if value is None or reached is None:
        return Outcome.UNRANKED
    if value == reached:
        return Outcome.LEVEL
    if (value > reached) is not (direction is Direction.HIGH):
        return Outcome.BEHIND
    is_within = metric.ci95 is not None and metric.ci95[0] <= reached <= metric.ci95[1]
    return Outcome.CLOSE if is_within else Outcome.AHEAD
