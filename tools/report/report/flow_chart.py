"""The flow of records as a drawing: a bar for each step, ribbons between them, losses to the side.

Widths are to scale: one record has the same width everywhere in the drawing.
"""

from collections.abc import Mapping

from markupsafe import Markup

from report.flow import Flow, Step
from report.flow_layout import BAR_HEIGHT, LETTER, MARGIN, Layout, Node, lay_out
from report.wording import format_count, format_length, show_controls

LEAST_SHARE = 0.85
"""The drawing scrolls rather than shrink below this: its text stays legible."""

LEAD_OUT = 30
"""Ribbons run straight below a bar, behind its numbers."""

LEAD_IN = 44
"""And above one, behind its title."""

THIN = 24
"""Bars narrower than this do not carry their own text."""

CORNER = 20
LABEL_ROOM = 110
NOTE_GAP = 14
NOTE_ROOM = 210
"""Space beside a bar that a list of losses needs, with the gap before it."""

NOTE_LINES = 4
NOTE_LINES_BELOW = 2
LINE_HEIGHT = 16
MIN_LOSS = 2.0
"""Width of the thinnest loss: one record of very many must still be seen."""

MIN_RIBBON = 1.0
"""The same of a ribbon: without it steps would seem to hang together with nothing."""

CHART = Markup(
    '<svg class="flow" viewBox="0 0 {width} {height}" style="min-width:{least}px" role="img" '
    'aria-label="{label}">{ribbons}{nodes}</svg>'
)
TEXT = Markup('<text class="{tone}" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>')
RECT = Markup('<rect class="{tone}" x="{x}" y="{y}" width="{width}" height="{height}"/>')


def draw_flow(flow: Flow, final: int) -> Markup:
    """Draw the steps from top to bottom, the page itself last.

    Args:
        flow: steps in pipeline order.
        final: records on the page.
    """
    layout = lay_out(flow, final)
    ribbons = _draw_ribbons(flow, layout)
    drawn = [_draw_node(node) for node in (*layout.nodes.values(), layout.end)]
    return CHART.format(
        width=format_length(layout.width),
        height=format_length(layout.height),
        least=format_length(LEAST_SHARE * layout.width),
        label="Flow of records through the steps; the table below holds the same numbers.",
        ribbons=Markup().join(ribbons),
        nodes=Markup().join(drawn),
    )


def _draw_ribbons(flow: Flow, layout: Layout) -> list[Markup]:
    """Ribbons to the readers of each output; those that arrive together lie side by side."""
    nodes, scale = layout.nodes, layout.scale
    taken: dict[int, float] = {}
    drawn: list[Markup] = []
    for place, step in enumerate(flow.steps):
        node = nodes[place]
        for reader in step.feeds or ((len(nodes),) if step.is_last else ()):
            target = nodes.get(reader, layout.end)
            start = target.x + taken.get(reader, 0.0)
            arriving = min(node.written * scale, max(target.x + target.width - start, 0.0))
            arriving = max(arriving, MIN_RIBBON if node.written else 0.0)
            taken[reader] = taken.get(reader, 0.0) + arriving
            drawn.append(_draw_ribbon(node, target, start, arriving))
    return drawn + _draw_side_lines(flow, layout)


def _draw_side_lines(flow: Flow, layout: Layout) -> list[Markup]:
    """Dashed lines from what was looked up; those at one height have one label."""
    drawn: list[Markup] = []
    labelled: set[float] = set()
    for place, step in enumerate(flow.steps):
        for reader in step.consulted_by:
            node, target = layout.nodes[place], layout.nodes[reader]
            drawn.append(_draw_side_line(node, target))
            label = None if target.y in labelled else _draw_label(node, target)
            if label is not None:
                labelled.add(target.y)
                drawn.append(label)
    return drawn


def _draw_ribbon(node: Node, target: Node, start: float, arriving: float) -> Markup:
    top, bottom = node.y + BAR_HEIGHT, target.y
    upper, lower = top + LEAD_OUT, bottom - LEAD_IN
    left, right = node.x, node.x + max(node.on, arriving)
    return Markup(
        '<path class="ribbon" d="M{a} {top}V{upper}C{a} {mid} {c} {mid} {c} {lower}V{bottom}H{d}'
        'V{lower}C{d} {mid} {b} {mid} {b} {upper}V{top}Z"/>'
    ).format(
        a=format_length(left),
        b=format_length(right),
        c=format_length(start),
        d=format_length(start + arriving),
        top=format_length(top),
        upper=format_length(upper),
        mid=format_length((upper + lower) / 2),
        lower=format_length(lower),
        bottom=format_length(bottom),
    )


def _draw_side_line(node: Node, target: Node) -> Markup:
    """A dashed line to the end of the bar of a step that only looked things up in this output."""
    x, top = node.x + node.width / 2, node.y + BAR_HEIGHT
    left, right = target.x, target.x + target.width
    y = target.y + BAR_HEIGHT / 2
    if left - CORNER < x < right + CORNER:
        return Markup('<path class="side" d="M{x} {top}V{y}"/>').format(
            x=format_length(x), top=format_length(top), y=format_length(target.y)
        )
    end, turn = (right, x - CORNER) if x > right else (left, x + CORNER)
    return Markup('<path class="side" d="M{x} {top}V{bend}Q{x} {y} {turn} {y}H{end}"/>').format(
        x=format_length(x),
        top=format_length(top),
        bend=format_length(y - CORNER),
        turn=format_length(turn),
        y=format_length(y),
        end=format_length(end),
    )


def _draw_label(node: Node, target: Node) -> Markup | None:
    """What a dashed line says, where it leaves the column it comes from; None without room."""
    x, y = node.x + node.width / 2, target.y + BAR_HEIGHT / 2
    room = max(x - CORNER - target.x - target.width, target.x - x - CORNER)
    if room < LABEL_ROOM:
        return None
    turn = x - CORNER - LABEL_ROOM / 2 if x > target.x else x + CORNER + LABEL_ROOM / 2
    return _draw_text("tool", turn, y - 6, "looked things up")


def _draw_node(node: Node) -> Markup:
    letters = max(8, int((node.slot - MARGIN) / LETTER))
    heading = Markup("<title>{}</title>").format(
        show_controls(f"{node.tool} {node.title}. {node.caption}".lstrip())
    )
    halo = " halo" if node.width < THIN else ""
    titles = [
        _draw_text(f"tool{halo}", node.centre, node.y - 24, _cut(node.tool, letters)),
        _draw_text(f"title{halo}", node.centre, node.y - 8, _cut(node.title, letters)),
    ]
    pieces = [heading, _draw_parts(node), *titles, *_draw_notes(node)]
    return Markup("<g>{}</g>").format(Markup().join(pieces))


def _draw_parts(node: Node) -> Markup:
    """The bar: what went on, what was left out, what failed; hair-thin when nothing was read."""
    parts = [(node.on, "on"), (node.dropped, "dropped"), (node.rejected, "rejected")]
    left = node.x
    drawn = [_draw_rect("on", left, node.y, 1)]
    for width, tone in parts:
        shown = max(width, MIN_LOSS) if width and tone != "on" else width
        if shown:
            drawn.append(_draw_rect(tone, left, node.y, shown))
        left += shown
    return Markup().join(drawn)


def _draw_notes(node: Node) -> list[Markup]:
    """Numbers below the bar, losses beside it or, where there is no room, below."""
    below = node.y + BAR_HEIGHT
    tone = "caption halo" if node.width < THIN else "caption"
    drawn = [_draw_text(tone, node.centre, below + 18, node.caption)] if node.caption else []
    lines = _list_losses(node.step) if node.step else []
    if not node.is_served and node.slot / 2 - node.width / 2 >= NOTE_ROOM:
        x, y, anchor = node.x + node.width + NOTE_GAP, node.y + 15, "start"
        room = float(NOTE_ROOM - NOTE_GAP)
    else:
        x, y, room, anchor = node.centre, below + 34, node.slot - MARGIN, "middle"
        lines = lines[:NOTE_LINES_BELOW]
    for number, (tone, text) in enumerate(lines):
        shown = _cut(text, int(room / LETTER))
        drawn.append(_draw_text(tone, x, y + number * LINE_HEIGHT, shown, anchor))
    return drawn


def _draw_text(tone: str, x: float, y: float, text: str, anchor: str = "middle") -> Markup:
    place = {"x": format_length(x), "y": format_length(y)}
    return TEXT.format(tone=tone, anchor=anchor, text=show_controls(text), **place)


def _draw_rect(tone: str, x: float, y: float, width: float) -> Markup:
    sizes = {"x": format_length(x), "y": format_length(y), "width": format_length(width)}
    return RECT.format(tone=tone, height=BAR_HEIGHT, **sizes)


def _list_losses(step: Step) -> list[tuple[str, str]]:
    receipt = step.receipt
    lines = [
        *(("dropped", f"− {format_count(n)} {r}") for r, n in rank(receipt.dropped_by_reason)),
        *(("rejected", f"− {format_count(n)} {r}") for r, n in rank(receipt.rejected_by_reason)),
    ]
    if len(lines) > NOTE_LINES:
        counts = receipt.counts
        lines = [
            ("dropped", f"− {format_count(counts.dropped)} dropped"),
            ("rejected", f"− {format_count(counts.rejected)} rejected"),
        ]
    return lines


def rank(reasons: Mapping[str, int]) -> list[tuple[str, int]]:
    """Reasons with their counts, most frequent first, those without any left out."""
    ranked = sorted(reasons.items(), key=lambda item: (-item[1], item[0]))
    return [(reason, count) for reason, count in ranked if count]


def _cut(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1]}…"
