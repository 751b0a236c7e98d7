"""The flow of records as a drawing: a bar for each step, ribbons between them, losses to the side.

Widths are to scale: one record has the same width everywhere in the drawing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from report.flow import Flow, Step
from report.wording import format_count, format_length, show_controls

WIDTH = 860
LEAST_WIDTH = 720
"""Width below which the drawing scrolls rather than shrinks, pixels: its text stays legible."""

MIN_SLOT = 200
MARGIN = 18
TOP = 42
BAR_HEIGHT = 22
RANK_HEIGHT = 130
WIDEST_BAR = 380
LETTER = 8.4
"""Width of an average letter of a title in the widest of the usual fonts."""

NOTE_ROOM = 210
"""Space beside a bar that a list of losses needs."""

NOTE_LINES = 4
NOTE_LINES_BELOW = 2
LINE_HEIGHT = 16
MIN_LOSS = 2.0
"""Width of the thinnest loss: one record of very many must still be seen."""

CHART = Markup(
    '<svg class="flow" viewBox="0 0 {width} {height}" style="min-width:{least}px" role="img" '
    'aria-label="{label}">{ribbons}{nodes}</svg>'
)
TEXT = Markup('<text class="{tone}" x="{x}" y="{y}" text-anchor="{anchor}">{text}</text>')
RECT = Markup('<rect class="{tone}" x="{x}" y="{y}" width="{width}" height="{height}"/>')


@dataclass(frozen=True, slots=True)
class Node:
    """Where a step is drawn.

    Attributes:
        step: None for the page itself, at the end.
        tool: written above its title.
        title: written above its bar.
        caption: written below.
        x: left edge of the bar.
        y: upper edge.
        width: of the bar, all that was read.
        on: width of the part that went on, from the left.
        dropped: width of the part left out.
        rejected: width of the part that could not be processed.
        written: records in the output.
        slot: width of the space it has.
        centre: middle of that space.
    """

    step: Step | None
    tool: str
    title: str
    caption: str
    x: float
    y: float
    width: float
    on: float
    dropped: float
    rejected: float
    written: int
    slot: float
    centre: float


def draw_flow(flow: Flow, final: int) -> Markup:
    """Draw the steps from top to bottom, the page itself last.

    Args:
        flow: steps in pipeline order.
        final: records on the page.
    """
    ranks = _group_ranks(flow)
    columns = max(len(rank) for rank in ranks)
    width = max(WIDTH, columns * MIN_SLOT)
    scale = _choose_scale(flow, ranks, width, final)
    nodes: dict[int, Node] = {}
    for row, rank in enumerate(ranks):
        slot = width / len(rank)
        for column, place in enumerate(rank):
            step = flow.steps[place]
            nodes[place] = _place_step(step, (column + 0.5) * slot, row, slot, scale)
    end = _place_end(final, width, len(ranks), scale)
    ribbons = _draw_ribbons(flow, nodes, end, scale)
    drawn = [_draw_node(node) for node in (*nodes.values(), end)]
    return CHART.format(
        width=width,
        height=TOP + len(ranks) * RANK_HEIGHT + BAR_HEIGHT + MARGIN,
        least=LEAST_WIDTH if width == WIDTH else width,
        label="Flow of records through the steps; the table below holds the same numbers.",
        ribbons=Markup().join(ribbons),
        nodes=Markup().join(drawn),
    )


def _group_ranks(flow: Flow) -> list[list[int]]:
    """Places of the steps by rank; those that are only consulted stand on the right."""
    aside = flow.find_aside()
    ranks: list[list[int]] = [[] for _ in range(1 + max(s.rank for s in flow.steps))]
    for place in sorted(range(len(flow.steps)), key=lambda place: place in aside):
        ranks[flow.steps[place].rank].append(place)
    return ranks


def _choose_scale(flow: Flow, ranks: Sequence[Sequence[int]], width: float, final: int) -> float:
    """The width of one record with which every bar fits its slot."""
    scale = WIDEST_BAR / max(final, 1)
    for rank in ranks:
        room = min(width / len(rank) - 2 * MARGIN, WIDEST_BAR)
        for place in rank:
            counts = flow.steps[place].receipt.counts
            scale = min(scale, room / max(counts.read, counts.written, 1))
    return scale


def _place_step(step: Step, centre: float, row: int, slot: float, scale: float) -> Node:
    counts = step.receipt.counts
    width = counts.read * scale
    return Node(
        step=step,
        tool=step.receipt.tool,
        title=step.receipt.verb,
        caption=f"{format_count(counts.read)} in, {format_count(counts.written)} out",
        x=centre - width / 2,
        y=TOP + row * RANK_HEIGHT,
        width=width,
        on=(counts.passed + counts.consumed) * scale,
        dropped=counts.dropped * scale,
        rejected=counts.rejected * scale,
        written=counts.written,
        slot=slot,
        centre=centre,
    )


def _place_end(final: int, width: float, row: int, scale: float) -> Node:
    length = final * scale
    x = width / 2 - length / 2
    y = TOP + row * RANK_HEIGHT
    title = f"this page: {format_count(final)} {'record' if final == 1 else 'records'}"
    return Node(None, "", title, "", x, y, length, length, 0, 0, final, width, width / 2)


def _draw_ribbons(flow: Flow, nodes: Mapping[int, Node], end: Node, scale: float) -> list[Markup]:
    """Ribbons to the readers of each output; those that arrive together lie side by side."""
    taken: dict[int, float] = {}
    drawn: list[Markup] = []
    for place, step in enumerate(flow.steps):
        node = nodes[place]
        is_last = not step.feeds and not step.consulted_by
        for reader in step.feeds or ((len(nodes),) if is_last else ()):
            target = nodes.get(reader, end)
            start = target.x + taken.get(reader, 0.0)
            arriving = min(node.written * scale, max(target.x + target.width - start, 0.0))
            taken[reader] = taken.get(reader, 0.0) + arriving
            drawn.append(_draw_ribbon(node, target, start, arriving))
        drawn += [_draw_side_line(node, nodes[reader]) for reader in step.consulted_by]
    return drawn


def _draw_ribbon(node: Node, target: Node, start: float, arriving: float) -> Markup:
    top, bottom = node.y + BAR_HEIGHT, target.y
    middle = (top + bottom) / 2
    left, right = node.x, node.x + node.on
    return Markup(
        '<path class="ribbon" d="M{a} {top}C{a} {mid} {c} {mid} {c} {bottom}H{d}'
        'C{d} {mid} {b} {mid} {b} {top}Z"/>'
    ).format(
        a=format_length(left),
        b=format_length(right),
        c=format_length(start),
        d=format_length(start + arriving),
        top=format_length(top),
        mid=format_length(middle),
        bottom=format_length(bottom),
    )


def _draw_side_line(node: Node, target: Node) -> Markup:
    """A dashed line to a step that only looked things up in this output."""
    top, bottom = node.y + BAR_HEIGHT, target.y
    return Markup('<path class="side" d="M{a} {top}C{a} {mid} {b} {mid} {b} {bottom}"/>').format(
        a=format_length(node.x + node.width / 2),
        b=format_length(target.x + target.width / 2),
        top=format_length(top),
        mid=format_length((top + bottom) / 2),
        bottom=format_length(bottom),
    )


def _draw_node(node: Node) -> Markup:
    letters = max(8, int((node.slot - MARGIN) / LETTER))
    heading = Markup("<title>{}</title>").format(
        show_controls(f"{node.tool} {node.title}. {node.caption}".lstrip())
    )
    titles = [
        _draw_text("tool", node.centre, node.y - 24, _cut(node.tool, letters)),
        _draw_text("title", node.centre, node.y - 8, _cut(node.title, letters)),
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
    drawn = [_draw_text("caption", node.centre, below + 18, node.caption)] if node.caption else []
    lines = _list_losses(node.step) if node.step else []
    if node.slot / 2 - node.width / 2 >= NOTE_ROOM:
        x, y, room, anchor = node.x + node.width + 14, node.y + 15, float(NOTE_ROOM), "start"
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
