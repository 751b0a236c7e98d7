"""Drawings: SVG inside the page, coloured by its style sheet, every text in them escaped.

Lengths are in the units of each drawing's own viewBox, the origin top left, y downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from report.histogram import Bar, Spread
from report.rate import Rate
from report.wording import format_count, format_length, format_number, format_share, show_controls

BAR = Markup(
    '<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
    '<rect class="track" width="100" height="10"/>{filled}</svg>'
)
FILLED = Markup('<rect class="{tone}" width="{width}" height="10"/>')

RATE = Markup(
    '<svg class="rate" viewBox="0 0 600 82" role="img" aria-label="{label}">'
    '<rect class="track" y="30" width="600" height="22" rx="3"/>'
    '<rect class="predicted" y="30" width="{width}" height="22" rx="3"/>'
    '<path class="whisker" d="M{low} 41H{high}M{low} 35v12M{high} 35v12"/>'
    '<path class="baseline" d="M{baseline} 27v31"/>'
    '<text class="strong" x="{width}" y="20" text-anchor="{anchor}">{share}</text>'
    '<text x="{baseline}" y="74" text-anchor="{baseline_anchor}">{baseline_label}</text></svg>'
)

RECT = Markup('<rect class="{tone}" x="{x}" y="{y}" width="{width}" height="{height}"/>')
PROFILE = Markup(
    '<svg class="profile" viewBox="0 0 {width} {height}" preserveAspectRatio="none" '
    'aria-hidden="true">{rects}</svg>'
)
PROFILE_STEP = 5
PROFILE_HEIGHT = 30

HISTOGRAM = Markup(
    '<svg class="histogram" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">'
    "{bars}{thresholds}{axis}</svg>"
)
HISTOGRAM_WIDTH = 420
PLOT_TOP = 30
PLOT_HEIGHT = 110
PLOT_LEFT = 4
LABEL_HEIGHT = 24
GAP = 2
WIDEST_BAR = 56
"""Few bars do not fill the drawing."""

MAX_SINGLE_LABELS = 12
"""Bars of whole numbers that each get their own label."""

HALFWAY = 0.5


@dataclass(frozen=True, slots=True)
class Threshold:
    """A bound drawn over a histogram.

    Attributes:
        value: in the unit of the numbers.
        name: the option that set it, for example min sharpness.
    """

    value: float
    name: str


def draw_bar(share: float, tone: str) -> Markup:
    """Draw one bar of a table; the number stands beside it in the table.

    Args:
        share: part of the width that is filled, 0 to 1.
        tone: class of the filled part: people, predicted, plain, lost.
    """
    width = round(100 * min(max(share, 0.0), 1.0), 2)
    filled = FILLED.format(tone=tone, width=format_length(width)) if width else Markup()
    return BAR.format(filled=filled)


def draw_rate(rate: Rate, baseline: Rate, label: str) -> Markup:
    """Draw a share with its 95 % interval and the baseline it must be held against."""
    return RATE.format(
        label=show_controls(label),
        width=format_length(600 * rate.share),
        low=format_length(600 * rate.low),
        high=format_length(600 * rate.high),
        baseline=format_length(600 * baseline.share),
        share=format_share(rate.share),
        anchor="end" if rate.share > HALFWAY else "start",
        baseline_anchor="end" if baseline.share > HALFWAY else "start",
        baseline_label=f"always guessing the same: {format_share(baseline.share)}",
    )


def draw_profile(weights: Sequence[float]) -> Markup:
    """Draw the weights of a blendshape layout in its order, so that faces compare at a glance."""
    rects = (
        RECT.format(
            tone="plain",
            x=position * PROFILE_STEP,
            y=format_length(PROFILE_HEIGHT - height),
            width=PROFILE_STEP - 1,
            height=format_length(height),
        )
        for position, weight in enumerate(weights)
        if (height := PROFILE_HEIGHT * min(abs(weight), 1.0))
    )
    width = PROFILE_STEP * len(weights)
    return PROFILE.format(width=width, height=PROFILE_HEIGHT, rects=Markup().join(rects))


def draw_histogram(spread: Spread, thresholds: Sequence[Threshold], label: str) -> Markup:
    """Draw how numbers are spread, records that were dropped stacked on those that were kept."""
    width = min((HISTOGRAM_WIDTH - 2 * PLOT_LEFT) / len(spread.bars), WIDEST_BAR)
    tallest = max(bar.kept + bar.dropped for bar in spread.bars)
    bars = Markup().join(
        _draw_stack(bar, PLOT_LEFT + i * width, width, tallest) for i, bar in enumerate(spread.bars)
    )
    return HISTOGRAM.format(
        width=HISTOGRAM_WIDTH,
        height=PLOT_TOP + PLOT_HEIGHT + LABEL_HEIGHT,
        label=show_controls(label),
        bars=bars,
        thresholds=Markup().join(_draw_threshold(t, spread, width) for t in thresholds),
        axis=_draw_axis(spread, width),
    )


def _draw_stack(bar: Bar, left: float, width: float, tallest: int) -> Markup:
    bottom = float(PLOT_TOP + PLOT_HEIGHT)
    pieces = [Markup("<g><title>{}</title>").format(describe_bar(bar))]
    for count, tone in ((bar.kept, "plain"), (bar.dropped, "dropped")):
        height = PLOT_HEIGHT * count / tallest
        bottom -= height
        if count:
            pieces.append(
                RECT.format(
                    tone=tone,
                    x=format_length(left),
                    y=format_length(bottom),
                    width=format_length(max(width - GAP, 1)),
                    height=format_length(height),
                )
            )
    return Markup().join([*pieces, Markup("</g>")])


def describe_range(bar: Bar) -> str:
    """The numbers a bar stands for, in words."""
    if bar.opens_below and bar.opens_above:
        return "all"
    if bar.opens_below:
        return f"below {format_number(bar.stop)}"
    if bar.opens_above:
        return f"{format_number(bar.start)} and above"
    return f"{format_number(bar.start)} to {format_number(bar.stop)}"


def describe_bar(bar: Bar) -> str:
    """A bar with its numbers, in words."""
    dropped = f", {format_count(bar.dropped)} dropped" if bar.dropped else ""
    return f"{describe_range(bar)}: {format_count(bar.kept)} kept{dropped}"


def _draw_axis(spread: Spread, width: float) -> Markup:
    """The ground line and the bounds of some bars: the first, the last and one in between."""
    bottom = PLOT_TOP + PLOT_HEIGHT
    line = Markup('<path class="axis" d="M0 {}.5H{}"/>').format(bottom, HISTOGRAM_WIDTH)
    count = len(spread.bars)
    marks: list[tuple[float, float, str]]
    if spread.is_whole and count <= MAX_SINGLE_LABELS:
        marks = [
            (PLOT_LEFT + (i + 0.5) * width, bar.start, "middle")
            for i, bar in enumerate(spread.bars)
        ]
    else:
        middle = count // 2
        marks = [
            (float(PLOT_LEFT), spread.bars[0].start, "start"),
            (PLOT_LEFT + middle * width, spread.bars[middle].start, "middle"),
            (PLOT_LEFT + count * width, spread.bars[-1].stop, "end"),
        ]
        marks = marks if middle else [marks[0], marks[2]]
    texts = (
        Markup('<text x="{}" y="{}" text-anchor="{}">{}</text>').format(
            format_length(x), bottom + 17, anchor, format_number(value)
        )
        for x, value, anchor in marks
    )
    return line + Markup().join(texts)


def _draw_threshold(threshold: Threshold, spread: Spread, width: float) -> Markup:
    """A line at the bound; one outside the bars stands at their edge with an arrow."""
    start, stop = spread.bars[0].start, spread.bars[-1].stop
    place = (threshold.value - start) / (stop - start)
    inside = min(max(place, 0.0), 1.0)
    x = PLOT_LEFT + inside * width * len(spread.bars)
    arrow = "" if place == inside else ("← " if place < 0 else "→ ")
    return Markup(
        '<path class="threshold" d="M{x} {top}V{bottom}"/>'
        '<text class="strong" x="{text_x}" y="14" text-anchor="{anchor}">{text}</text>'
    ).format(
        x=format_length(x),
        top=PLOT_TOP - 10,
        bottom=PLOT_TOP + PLOT_HEIGHT,
        text_x=format_length(x),
        anchor="end" if x > HALFWAY * HISTOGRAM_WIDTH else "start",
        text=show_controls(f"{arrow}{threshold.name} {format_number(threshold.value)}"),
    )
