"""One metric as a drawing: its value with its interval on a line, baselines as marks across it.

Every drawing begins at zero, or at its least number where that is negative, and ends at its
largest: a small difference is seen to be small. Lengths are in the units of its own viewBox.
"""

from markupsafe import Markup

from report.standing import Standing
from report.wording import format_length, show_controls

WIDTH = 200.0
HEIGHT = 26
MIDDLE = HEIGHT / 2
MARGIN = 6.0
"""Room for half a dot at either end."""

CHART = Markup(
    '<svg class="interval" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
    '<path class="axis" d="M{left} {middle}H{right}M{zero} 4V{foot}"/>{marks}</svg>'
)
MARK = Markup('<path class="{tone}" d="M{x} 5V{foot}"><title>{text}</title></path>')
WHISKER = Markup('<path class="whisker" d="M{low} {middle}H{high}M{low} 8v10M{high} 8v10"/>')
DOT = Markup('<circle class="ours" cx="{x}" cy="{middle}" r="4.5"/>')


def draw_interval(row: Standing, columns: tuple[str, ...]) -> Markup:
    """Draw one row of the table; the numbers stand beside it.

    Args:
        row: a metric and its baselines.
        columns: names of the baselines, in the order of the row's.
    """
    scale = _Scale(row)
    marks = [
        MARK.format(
            tone="baseline" if name == row.rival else "other",
            x=scale.place(value),
            foot=HEIGHT - 5,
            text=show_controls(f"{name} {shown.text}"),
        )
        for name, shown in sorted(
            zip(columns, row.baselines, strict=True), key=lambda one: one[0] == row.rival
        )  # the best lies on top of those that are equal to it
        if (value := row.metric.baselines.get(name)) is not None
    ]
    if row.metric.ci95 is not None:
        low, high = map(scale.place, row.metric.ci95)
        marks.append(WHISKER.format(low=low, high=high, middle=format_length(MIDDLE)))
    if row.metric.value is not None:
        marks.append(DOT.format(x=scale.place(row.metric.value), middle=format_length(MIDDLE)))
    return CHART.format(
        width=format_length(WIDTH),
        height=HEIGHT,
        label=show_controls(describe_row(row, columns)),
        left=format_length(MARGIN),
        right=format_length(WIDTH - MARGIN),
        middle=format_length(MIDDLE),
        zero=scale.place(0.0),
        foot=HEIGHT - 4,
        marks=Markup().join(marks),
    )


def describe_row(row: Standing, columns: tuple[str, ...]) -> str:
    """A row with its numbers, in words."""
    interval = f", 95 % interval {row.interval}" if row.interval else ""
    reached = (
        f"{name} {shown.text}"
        for name, shown in zip(columns, row.baselines, strict=True)
        if shown.text
    )
    return "; ".join([f"{row.metric.name} {row.ours.text or 'not known'}{interval}", *reached])


class _Scale:
    """Where a number of a row lies in its drawing."""

    def __init__(self, row: Standing) -> None:
        metric = row.metric
        values = (metric.value, *metric.baselines.values(), *(metric.ci95 or ()))
        known = [0.0, *(value for value in values if value is not None)]
        self._start = min(known)
        # Halves, as the distance of the two ends of what a float can hold is none that it can.
        self._half = max(known) / 2 - self._start / 2

    def place(self, value: float) -> str:
        """The x of a number."""
        share = (value / 2 - self._start / 2) / self._half if self._half else 0.0
        return format_length(MARGIN + (WIDTH - 2 * MARGIN) * share)
