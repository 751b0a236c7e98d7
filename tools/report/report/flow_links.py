"""Which step of a pipeline read what another wrote: told by digests, else guessed and called so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from affectory_protocol.receipt import InputRecord, Receipt
from affectory_protocol.verb import Kind

MAIN_INPUT = "input"
"""Name of the manifest a verb reads; every other input is consulted on the side."""

MAIN_OUTPUT = "output"

PARTIAL = ("limit", "shard")
"""Options by which a step reads a part of its manifest, whose digest is that of no output."""


@dataclass(frozen=True, slots=True)
class Need:
    """One input file of a step.

    Attributes:
        writers: the steps that may have written it.
        is_main: it is the step's manifest.
        is_empty: it has no byte.
        is_guess: a part of it was read, so its writer was chosen by size and place.
    """

    writers: frozenset[int]
    is_main: bool
    is_empty: bool
    is_guess: bool = False


@dataclass(slots=True)
class Links:
    """What each step read, all steps by their position in pipeline order.

    Attributes:
        main: steps whose output was its manifest.
        side: steps whose output it looked things up in.
        assumed: steps whose place is that of the order given.
        unknown: number of its manifests that are no output of a step.
    """

    main: dict[int, set[int]] = field(default_factory=dict)
    side: dict[int, set[int]] = field(default_factory=dict)
    assumed: set[int] = field(default_factory=set)
    unknown: dict[int, int] = field(default_factory=dict)

    def before(self, place: int) -> set[int]:
        """Steps whose output a step read in any way."""
        return self.main.get(place, set()) | self.side.get(place, set())

    def read(self) -> set[int]:
        """Steps whose output was read."""
        return set().union(*self.main.values(), *self.side.values())


def read_part(receipt: Receipt) -> str:
    """The options by which a run read a part of its manifest, as they are typed; "" for none."""
    given = receipt.options.fingerprint
    return " ".join(f"--{name} {given[name]}" for name in PARTIAL if receipt.options.is_set(name))


def find_needs(receipts: Sequence[Receipt]) -> list[list[Need]]:
    """What each run read, and who may have written it, by position in the order given."""
    writers: dict[str, set[int]] = {}
    for index, receipt in enumerate(receipts):
        for file in receipt.outputs:
            if file.bytes:  # empty files are all alike
                writers.setdefault(file.sha256, set()).add(index)
    known = [
        [
            Need(
                frozenset(writers.get(file.sha256, set()) - {index}),
                is_main=file.name == MAIN_INPUT,
                is_empty=not file.bytes,
            )
            for file in receipt.inputs
        ]
        for index, receipt in enumerate(receipts)
    ]
    return _guess_writers(receipts, known)


def _guess_writers(
    receipts: Sequence[Receipt], known: Sequence[Sequence[Need]]
) -> list[list[Need]]:
    """Choose who wrote the manifests that were read in part, and are known by no digest."""
    guessed: list[list[Need]] = []
    for index, (receipt, needs) in enumerate(zip(receipts, known, strict=True)):
        found = list(needs)
        for number, (file, need) in enumerate(zip(receipt.inputs, needs, strict=True)):
            if need.is_main and not need.is_empty and not need.writers and read_part(receipt):
                writer = _guess_writer(index, file, receipts, known)
                if writer is not None:
                    found[number] = replace(need, writers=frozenset([writer]), is_guess=True)
        guessed.append(found)
    return guessed


def _guess_writer(
    index: int, file: InputRecord, receipts: Sequence[Receipt], known: Sequence[Sequence[Need]]
) -> int | None:
    """The step before, of those whose output is larger.

    Those come first that made nothing of what the step looks up, then those nobody else read.
    """
    waits_for = [set().union(*(need.writers for need in needs)) for needs in known]
    readers = [
        {reader for reader, sources in enumerate(waits_for) if writer in sources}
        for writer in range(len(receipts))
    ]
    above, below = _reach({index}, waits_for), _reach({index}, readers)
    fitting = (
        other
        for other, receipt in enumerate(receipts)
        if other not in below and _holds(receipt, file, receipts[index].counts.read)
    )
    return min(
        fitting,
        key=lambda other: (other in above, bool(readers[other]), *_rank(other, index)),
        default=None,
    )


def _rank(other: int, index: int) -> tuple[bool, int]:
    """Those given before come first, the nearest first."""
    return other > index, abs(other - index)


def _holds(receipt: Receipt, part: InputRecord, lines: int) -> bool:
    """Whether a part of some lines, which is not all of it, may be of a run's output."""
    output = receipt.output(MAIN_OUTPUT)
    if output is None or output.lines <= lines:
        return False
    return part.bytes < output.bytes and part.offset + part.bytes <= output.bytes


def _reach(places: Iterable[int], edges: Sequence[set[int]]) -> set[int]:
    """Steps and all that follow from them along edges."""
    found: set[int] = set()
    waiting = set(places)
    while waiting:
        found |= waiting
        waiting = set().union(*(edges[place] for place in waiting)) - found
    return found


def sort_steps(needs: Sequence[Sequence[Need]]) -> list[int]:
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


def link_steps(
    receipts: Sequence[Receipt], order: Sequence[int], needs: Sequence[Sequence[Need]]
) -> Links:
    """Link every step to those before it.

    Args:
        receipts: in the order given.
        order: positions in it, in pipeline order.
        needs: of each, in the order given.
    """
    links = _link_writers(order, needs)
    _link_the_rest([receipts[index] for index in order], links)
    return links


def _link_writers(order: Sequence[int], needs: Sequence[Sequence[Need]]) -> Links:
    """Link each input to the latest earlier step that wrote it: others handed on the same bytes."""
    links = Links()
    place_of = {index: place for place, index in enumerate(order)}
    for place, index in enumerate(order):
        for need in needs[index]:
            earlier = [place_of[w] for w in need.writers if place_of[w] < place]
            if earlier:
                edges = links.main if need.is_main else links.side
                edges.setdefault(place, set()).add(max(earlier))
                if need.is_guess:
                    links.assumed.add(place)
        if links.main.get(place):
            unknown = sum(
                need.is_main and not need.is_empty and not need.writers for need in needs[index]
            )
            links.unknown[place] = unknown
    return links


def _link_the_rest(ordered: Sequence[Receipt], links: Links) -> None:
    """Link steps whose input no receipt wrote: to files joined into it, else to the step before."""
    for place, receipt in enumerate(ordered):
        if links.main.get(place) or receipt.kind == Kind.SOURCE or place == 0:
            continue
        ends = [e for e in range(place) if e not in links.read()]
        if len(ends) > 1 and _adds_up(receipt, [ordered[e] for e in ends]):
            links.main[place] = set(ends)
            continue
        before = [links.before(each) for each in range(len(ordered))]
        consulted = _reach(links.side.get(place, set()), before)
        earlier = [e for e in range(place) if e not in consulted]
        if earlier:
            links.main[place] = {max(earlier)}
            links.assumed.add(place)


def _adds_up(receipt: Receipt, ends: Sequence[Receipt]) -> bool:
    """Whether the outputs of some steps have, together, the size of the input of another."""
    size = sum(file.bytes for file in receipt.inputs if file.name == MAIN_INPUT)
    joined = sum(file.bytes for end in ends for file in end.outputs if file.name == MAIN_OUTPUT)
    return size > 0 and size == joined
