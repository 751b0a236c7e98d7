"""The table of an expression space's evaluation, from the file that the evaluation wrote."""

from pathlib import Path

from affectory_protocol.evaluation import EvaluationRecord, MetricRecord
from tables import quote, write_table

MAIN = (
    "text-to-face-pool-r1",
    "face-to-text-pool-r1",
    "mae-all",
    "au-f1",
    "emotion-f1",
)
"""Figures that the page of the whole project shows."""
NO_RIVALS = {"annotator", "this-decoded"}
"""The one whom the space follows, and the space itself, looked up in another way."""
UNKNOWN = "–"
LARGE = 100.0
"""Places are told with one decimal from here on."""


def write_figures(path: Path, *, only: tuple[str, ...] = ()) -> str:
    """Every figure with its interval, beside what each baseline reaches; the best is bold.

    Args:
        path: of the evaluation.
        only: names of figures; all of them when there are none.
    """
    evaluation = EvaluationRecord.model_validate_json(path.read_bytes())
    metrics = [each for each in evaluation.metrics if not only or each.name in only]
    names = list(dict.fromkeys(of for metric in metrics for of in metric.baselines))
    rows = [[quote(metric.name), *_write_row(metric, names)] for metric in metrics]
    table = write_table(["figure", "space", "95 % interval", *names], rows)
    ahead = ", ".join(filter(None, map(_name_winner, metrics)))
    return f"Ahead of the space: {ahead or 'nobody'}.\n\n{table}"


def _name_winner(metric: MetricRecord) -> str | None:
    """The baseline that is best, where that is better than the space, and in what.

    Of emotions the annotator is none: its own faces say how far a space that follows it can get.
    """
    sign = 1.0 if metric.lower_is_better else -1.0
    values = {of: v for of, v in metric.baselines.items() if v is not None and of not in NO_RIVALS}
    best = min(values, key=lambda of: sign * values[of], default=None)
    if best is None or metric.value is None or sign * values[best] >= sign * metric.value:
        return None
    return f"{best} in {quote(metric.name)}"


def _write_row(metric: MetricRecord, names: list[str]) -> list[str]:
    values = [metric.value, *(metric.baselines.get(name) for name in names)]
    known = [value for value in values if value is not None]
    best = (min if metric.lower_is_better else max)(known)
    this, *others = (_write_value(value, best) for value in values)
    low, high = metric.ci95 or (None, None)
    return [this, f"{_write_value(low, None)} to {_write_value(high, None)}", *others]


def _write_value(value: float | None, best: float | None) -> str:
    if value is None:
        return UNKNOWN
    text = f"{value:.1f}" if abs(value) >= LARGE else f"{value:.3f}"
    return f"**{text}**" if value == best else text
