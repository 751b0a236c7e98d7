"""Where the records went: receipts in pipeline order, and what each step did with what it read."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from affectory_protocol.receipt import Receipt
from affectory_protocol.verb import Kind

MAIN_INPUT = "input"
"""Name of the manifest a verb reads; every other input is consulted on the side."""

MAIN_OUTPUT = "output"


@dataclass(frozen=True, slots=True)
class Step:
    """One run on the page.

    Attributes:
        receipt: the run's own account.
        rank: row in a drawing, 0 at the top: below every step before, close to the first one after.
        feeds: indices of the steps that read its output as their manifest.
        consulted_by: indices of the steps that read its output on the side.
        is_assumed: its place was taken from the order given, since no shown output is its input.
        unknown_inputs: files it read as its manifest that are no output shown here, although
            others it read are.
        came_in: rows and records that it took from outside of what is shown.
    """

    receipt: Receipt
    rank: int
    feeds: tuple[int, ...] = ()
    consulted_by: tuple[int, ...] = ()
    is_assumed: bool = False
    unknown_inputs: int = 0
    came_in: int = 0

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
        """Rows and records that entered anywhere, side inputs left out."""
        aside = self.find_aside()
        return sum(s.came_in for i, s in enumerate(self.steps) if i not in aside)

    def find_aside(self) -> set[int]:
        """Steps whose output was only ever consulted: references and the like."""
        aside: set[int] = set()
        for place, step in reversed(list(enumerate(self.steps))):
            if (step.feeds or step.consulted_by) and aside.issuperset(step.feeds):
                aside.add(place)
        return aside

    @property
    def dropped(self) -> int:
        """Records left out on purpose, over all steps."""
        return sum(s.receipt.counts.dropped for s in self.steps)

    @property
    def rejected(self) -> int:
        """Records that could not be processed, over all steps."""
        return sum(s.receipt.counts.rejected for s in self.steps)

    @property
    def last_written(self) -> int | None:
        """Records the last steps wrote, or None without receipts."""
        ends = [s for s in self.steps if not s.feeds and not s.consulted_by]
        return sum(s.receipt.counts.written for s in ends) if ends else None


@dataclass(frozen=True, slots=True)
class _Need:
    """One input file of a step: who may have written it, and whether it is the step's manifest."""

    writers: frozenset[int]
    is_main: bool
    is_empty: bool


@dataclass(slots=True)
class _Links:
    """Steps read by each step, by position in pipeline order."""

    main: dict[int, set[int]] = field(default_factory=dict)
    side: dict[int, set[int]] = field(default_factory=dict)
    assumed: set[int] = field(default_factory=set)
    unknown: dict[int, int] = field(default_factory=dict)

    def before(self, place: int) -> set[int]:
        return self.main.get(place, set()) | self.side.get(place, set())

    def read(self) -> set[int]:
        return set().union(*self.main.values(), *self.side.values())


def build_flow(receipts: Sequence[Receipt]) -> Flow:
    """Put receipts in the order in which records went through them.

    A step comes after those whose output, by SHA-256, it read. An input that is the outputs of
    earlier steps one after another is known by its size. Everything else keeps the order given.

    Args:
        receipts: in any order.
    """
    needs = _find_needs(receipts)
    order = _sort_steps(needs)
    ordered = [receipts[index] for index in order]
    links = _link_writers(order, needs)
    _link_the_rest(ordered, links)
    ranks = _choose_ranks(len(ordered), links)
    return Flow(
        tuple(
            Step(
                receipt,
                rank=ranks[place],
                feeds=_readers(links.main, place),
                consulted_by=_readers(links.side, place),
                is_assumed=place in links.assumed,
                unknown_inputs=links.unknown.get(place, 0),
                came_in=_count_entering(ordered, place, links),
            )
            for place, receipt in enumerate(ordered)
        )
    )


def _choose_ranks(steps: int, links: _Links) -> list[int]:
    """Below all that comes before, and then down to what comes after: no way is long."""
    ranks: list[int] = []
    for place in range(steps):
        ranks.append(1 + max((ranks[b] for b in links.before(place)), default=-1))
    for place in reversed(range(steps)):
        readers = (*_readers(links.main, place), *_readers(links.side, place))
        ranks[place] = min((ranks[reader] - 1 for reader in readers), default=ranks[place])
    return ranks


def _find_needs(receipts: Sequence[Receipt]) -> list[list[_Need]]:
    writers: dict[str, set[int]] = {}
    for index, receipt in enumerate(receipts):
        for file in receipt.outputs:
            if file.bytes:  # empty files are all alike
                writers.setdefault(file.sha256, set()).add(index)
    return [
        [
            _Need(
                frozenset(writers.get(file.sha256, set()) - {index}),
                is_main=file.name == MAIN_INPUT,
                is_empty=not file.bytes,
            )
            for file in receipt.inputs
        ]
        for index, receipt in enumerate(receipts)
    ]


def _sort_steps(needs: Sequence[Sequence[_Need]]) -> list[int]:
    """Topological order; ties, and the circles that steps changing nothing make, go as given."""
    waits_for = [set().union(*(need.writers for need in given)) for given in needs]
    order: list[int] = []
    waiting = list(range(len(needs)))
    while waiting:
        done = set(order)
        chosen = min(waiting, key=lambda index: (len(waits_for[index] - done), index))
        waiting.remove(chosen)
        order.append(chosen)
    return order


def _link_writers(order: Sequence[int], needs: Sequence[Sequence[_Need]]) -> _Links:
    """Link each input to the latest earlier step that wrote it: others handed on the same bytes."""
    links = _Links()
    place_of = {index: place for place, index in enumerate(order)}
    for place, index in enumerate(order):
        for need in needs[index]:
            earlier = [place_of[w] for w in need.writers if place_of[w] < place]
            if earlier:
                edges = links.main if need.is_main else links.side
                edges.setdefault(place, set()).add(max(earlier))
        if links.main.get(place):
            unknown = sum(
                need.is_main and not need.is_empty and not need.writers for need in needs[index]
            )
            links.unknown[place] = unknown
    return links


def _count_entering(ordered: Sequence[Receipt], place: int, links: _Links) -> int:
    """Records a step read beyond those that the steps before it wrote."""
    read = ordered[place].counts.read
    if not links.main.get(place):
        return read
    if not links.unknown.get(place):
        return 0
    return max(0, read - sum(ordered[b].counts.written for b in links.main[place]))


def _link_the_rest(ordered: Sequence[Receipt], links: _Links) -> None:
    """Link steps whose input no receipt wrote: to files joined into it, else to the step before."""
    for place, receipt in enumerate(ordered):
        if links.main.get(place) or receipt.kind == Kind.SOURCE or place == 0:
            continue
        ends = [e for e in range(place) if e not in links.read()]
        if len(ends) > 1 and _adds_up(receipt, [ordered[e] for e in ends]):
            links.main[place] = set(ends)
            continue
        consulted = _find_upstream(links.side.get(place, set()), links)
        earlier = [e for e in range(place) if e not in consulted]
        if earlier:
            links.main[place] = {max(earlier)}
            links.assumed.add(place)


def _find_upstream(places: set[int], links: _Links) -> set[int]:
    """Steps and all that come before them."""
    found: set[int] = set()
    waiting = set(places)
    while waiting:
        found |= waiting
        waiting = set().union(*(links.before(place) for place in waiting)) - found
    return found


def _adds_up(receipt: Receipt, ends: Sequence[Receipt]) -> bool:
    """Whether the outputs of some steps have, together, the size of the input of another."""
    size = sum(file.bytes for file in receipt.inputs if file.name == MAIN_INPUT)
    joined = sum(file.bytes for end in ends for file in end.outputs if file.name == MAIN_OUTPUT)
    return size > 0 and size == joined


def _readers(edges: dict[int, set[int]], place: int) -> tuple[int, ...]:
    return tuple(reader for reader, sources in sorted(edges.items()) if place in sources)
