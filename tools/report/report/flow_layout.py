"""Where the steps of a flow are drawn: rows from top to bottom, all widths to one scale.

Lengths are in the units of the drawing's viewBox, the origin top left, y downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from report.flow import Flow, Step
from report.wording import format_count

WIDTH = 860
MIN_SLOT = 200
"""Width of a column of steps that hand records on, at least."""

MARGIN = 18
TOP = 42
BAR_HEIGHT = 22
RANK_HEIGHT = 146
WIDEST_BAR = 380
ASIDE_SLOT = 170
"""Width of a column, on the right, of steps that are only looked things up in, at least."""

LETTER = 8.4
"""Width of an average letter of a title in the widest of the usual fonts."""

CAPTION_LETTER = 7.2
"""The same of a caption, which is digits, a comma for three of them, and two short words."""


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
        is_served: it looked things up, along a line from the right.
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
    is_served: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """All places.

    Attributes:
        nodes: by position of the step in the flow.
        end: the page itself.
        scale: width of one record.
        width: of the drawing.
        height: of the drawing.
    """

    nodes: dict[int, Node]
    end: Node
    scale: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Rows:
    """Positions of steps by row: those that hand records on, and those only consulted."""

    main: list[list[int]]
    aside: list[list[int]]
    main_width: float
    aside_slot: float

    @property
    def width(self) -> float:
        """Of the drawing."""
        return self.main_width + self.aside_slot * max(len(row) for row in self.aside)


def lay_out(flow: Flow, final: int) -> Layout:
    """Give every step and the page itself its place.

    Args:
        flow: steps in pipeline order, at least one.
        final: records on the page.
    """
    rows = _sort_rows(flow)
    scale = _choose_scale(flow, rows, final)
    return Layout(
        nodes=_place_steps(flow, rows, scale),
        end=_place_end(final, rows, scale),
        scale=scale,
        width=rows.width,
        height=TOP + len(rows.main) * RANK_HEIGHT + BAR_HEIGHT + MARGIN,
    )


def _sort_rows(flow: Flow) -> _Rows:
    """Sort the steps into rows by rank; those that are only consulted stand on the right."""
    consulted = flow.find_aside()
    count = 1 + max(step.rank for step in flow.steps)
    main: list[list[int]] = [[] for _ in range(count)]
    aside: list[list[int]] = [[] for _ in range(count)]
    for place, step in enumerate(flow.steps):
        (aside if place in consulted else main)[step.rank].append(place)
    slot = max(MIN_SLOT, _measure_captions(flow, main))
    main_width = max(WIDTH, slot * max(len(row) for row in main))
    return _Rows(main, aside, main_width, max(ASIDE_SLOT, _measure_captions(flow, aside)))


def _measure_captions(flow: Flow, rows: Sequence[Sequence[int]]) -> float:
    """The width of a slot in which the longest caption of some steps has room."""
    captions = (_write_caption(flow.steps[place]) for row in rows for place in row)
    return MARGIN + CAPTION_LETTER * max(map(len, captions), default=0)


def _write_caption(step: Step) -> str:
    counts = step.receipt.counts
    return f"{format_count(counts.read)} in, {format_count(counts.written)} out"


def _choose_scale(flow: Flow, rows: _Rows, final: int) -> float:
    """The width of one record with which every bar fits its slot."""
    scale = WIDEST_BAR / max(final, 1)
    rooms = [(row, rows.main_width / len(row)) for row in rows.main if row]
    rooms += [(row, rows.aside_slot) for row in rows.aside]
    for row, slot in rooms:
        for place in row:
            counts = flow.steps[place].receipt.counts
            room = min(slot - 2 * MARGIN, WIDEST_BAR)
            scale = min(scale, room / max(counts.read, counts.written, 1))
    return scale


def _place_steps(flow: Flow, rows: _Rows, scale: float) -> dict[int, Node]:
    served = {reader for step in flow.steps for reader in step.consulted_by}
    nodes: dict[int, Node] = {}
    for row, (main, aside) in enumerate(zip(rows.main, rows.aside, strict=True)):
        slots = [(place, rows.main_width / len(main)) for place in main]
        slots += [(place, rows.aside_slot) for place in aside]
        left = 0.0
        for number, (place, slot) in enumerate(slots):
            left = rows.main_width if number == len(main) else left
            node = _place_step(flow.steps[place], left + slot / 2, row, slot, scale)
            nodes[place] = replace(node, is_served=place in served)
            left += slot
    return dict(sorted(nodes.items()))


def _place_step(step: Step, centre: float, row: int, slot: float, scale: float) -> Node:
    counts = step.receipt.counts
    width = counts.read * scale
    return Node(
        step=step,
        tool=step.receipt.tool,
        title=step.receipt.verb,
        caption=_write_caption(step),
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


def _place_end(final: int, rows: _Rows, scale: float) -> Node:
    width, length = rows.main_width, final * scale
    x = width / 2 - length / 2
    y = TOP + len(rows.main) * RANK_HEIGHT
    title = f"this page: {format_count(final)} {'record' if final == 1 else 'records'}"
    return Node(None, "", title, "", x, y, length, length, 0, 0, final, width, width / 2)
