"""Where the records went: receipts in pipeline order, and what each step did with what it read."""

from collections.abc import Sequence
from dataclasses import dataclass

from affectory_protocol.receipt import Receipt
from affectory_protocol.verb import Kind

from report.flow_links import Links, find_needs, link_steps, read_part, sort_steps


@dataclass(frozen=True, slots=True)
class Step:
    """One run on the page.

    Attributes:
        receipt: the run's own account.
        rank: row in a drawing, 0 at the top: below every step before, close to the first one after.
        feeds: indices of the steps that read its output as their manifest.
        consulted_by: indices of the steps that read its output on the side.
        is_assumed: its place was taken from the order given, since no shown output is its input.
        part: options by which it read a part of its manifest, where that is why `is_assumed`.
        unknown_inputs: files it read as its manifest that are no output shown here, although
            others it read are.
        came_in: rows and records that it took from outside of what is shown.
    """

    receipt: Receipt
    rank: int
    feeds: tuple[int, ...] = ()
    consulted_by: tuple[int, ...] = ()
    is_assumed: bool = False
    part: str = ""
    unknown_inputs: int = 0
    came_in: int = 0

    @property
    def is_last(self) -> bool:
        """Whether its output is records that no step shown has read."""
        is_sink = self.receipt.kind == Kind.SINK
        return not self.feeds and not self.consulted_by and not is_sink

    @property
    def title(self) -> str:
        """Tool and verb as a person types them."""
        return f"{self.receipt.tool} {self.receipt.verb}"


@dataclass(frozen=True, slots=True)
class Flow:
    """All steps in pipeline order, with the sums of the headline."""

    steps: tuple[Step, ...] = ()

    @property
    def came_in(self) -> int:
        """Rows and records that entered anywhere, steps aside left out."""
        return sum(step.came_in for step in self._list_main())

    def find_aside(self) -> set[int]:
        """Steps whose output was only ever consulted: references and the like."""
        aside: set[int] = set()
        for place, step in reversed(list(enumerate(self.steps))):
            if (step.feeds or step.consulted_by) and aside.issuperset(step.feeds):
                aside.add(place)
        return aside

    @property
    def dropped(self) -> int:
        """Records left out on purpose, steps aside left out."""
        return sum(step.receipt.counts.dropped for step in self._list_main())

    @property
    def rejected(self) -> int:
        """Records that could not be processed, steps aside left out."""
        return sum(step.receipt.counts.rejected for step in self._list_main())

    @property
    def all_dropped(self) -> int:
        """Records left out on purpose by any step."""
        return sum(step.receipt.counts.dropped for step in self.steps)

    @property
    def all_rejected(self) -> int:
        """Records that could not be processed by any step."""
        return sum(step.receipt.counts.rejected for step in self.steps)

    @property
    def last_written(self) -> int | None:
        """Records the last steps wrote, or None when there is no such step."""
        ends = [step for step in self.steps if step.is_last]
        return sum(s.receipt.counts.written for s in ends) if ends else None

    def _list_main(self) -> list[Step]:
        aside = self.find_aside()
        return [step for place, step in enumerate(self.steps) if place not in aside]


def build_flow(receipts: Sequence[Receipt]) -> Flow:
    """Put receipts in the order in which records went through them.

    A step comes after those whose output, by SHA-256, it read. An input that is the outputs of
    earlier steps one after another is known by its size. Everything else keeps the order given.

    Args:
        receipts: in any order.
    """
    needs = find_needs(receipts)
    order = sort_steps(needs)
    ordered = [receipts[index] for index in order]
    links = link_steps(receipts, order, needs)
    ranks = _choose_ranks(len(ordered), links)
    return Flow(
        tuple(
            Step(
                receipt,
                rank=ranks[place],
                feeds=_readers(links.main, place),
                consulted_by=_readers(links.side, place),
                is_assumed=place in links.assumed,
                part=read_part(receipt) if place in links.assumed else "",
                unknown_inputs=links.unknown.get(place, 0),
                came_in=_count_entering(ordered, place, links),
            )
            for place, receipt in enumerate(ordered)
        )
    )


def _choose_ranks(steps: int, links: Links) -> list[int]:
    """Below all that comes before, and then down to what comes after: no way is long."""
    ranks: list[int] = []
    for place in range(steps):
        ranks.append(1 + max((ranks[b] for b in links.before(place)), default=-1))
    for place in reversed(range(steps)):
        readers = (*_readers(links.main, place), *_readers(links.side, place))
        ranks[place] = min((ranks[reader] - 1 for reader in readers), default=ranks[place])
    return ranks


def _count_entering(ordered: Sequence[Receipt], place: int, links: Links) -> int:
    """Records a step read beyond those that the steps before it wrote."""
    read = ordered[place].counts.read
    if not links.main.get(place):
        return read
    if not links.unknown.get(place):
        return 0
    return max(0, read - sum(ordered[b].counts.written for b in links.main[place]))


def _readers(edges: dict[int, set[int]], place: int) -> tuple[int, ...]:
    return tuple(reader for reader, sources in sorted(edges.items()) if place in sources)
