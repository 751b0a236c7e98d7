"""The table of an expression space's evaluation, from the file that the evaluation wrote."""

from pathlib import Path

from affectory_protocol.evaluation import Metric
from tables import quote, write_table
from trainers.expression_space.judging.evaluation import SpaceEvaluation

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
    evaluation = SpaceEvaluation.model_validate_json(path.read_bytes())
    metrics = [each for each in evaluation.metrics if not only or each.name in only]
    names = list(dict.fromkeys(of for metric in metrics for of in metric.baselines))
    rows = [[quote(metric.name), *_write_row(metric, names)] for metric in metrics]
    table = write_table(["figure", "space", "95 % interval", *names], rows)
    ahead = ", ".join(filter(None, map(_name_winner, metrics)))
    return f"Ahead of the space: {ahead or 'nobody'}.\n\n{table}"


def _name_winner(metric: Metric) -> str | None:
    """The baseline that is best, where that is better than the space, and in what.

    Of emotions the annotator is none: its own faces say how far a space that follows it can get.
    """
    best = next((of for of in metric.winners if of not in NO_RIVALS), None)
    return None if best is None else f"{best} in {quote(metric.name)}"


def _write_row(metric: Metric, names: list[str]) -> list[str]:
    values = [metric.value, *(metric.baselines.get(name) for name in names)]
    this, *others = (_write_value(value, metric.best) for value in values)
    low, high = (_write_value(end, None) for end in metric.ci95)
    return [this, f"{low} to {high}", *others]


def _write_value(value: float | None, best: float | None) -> str:
    if value is None:
        return UNKNOWN
    text = f"{value:.1f}" if abs(value) >= LARGE else f"{value:.3f}"
    return f"**{text}**" if value == best else text
