"""Who said what: people's labels down, a program's strongest prediction across."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MAX_LABELS = 12
"""Labels that get a row and a column; the rest share one column."""

Said = tuple[frozenset[str], str | None]
"""Labels by people, and the prediction: None when there was none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Records with one label by people and one prediction.

    Attributes:
        count: records.
        share: of the row, 0 to 1.
        is_same: whether label and prediction are the same.
    """

    count: int
    share: float
    is_same: bool


@dataclass(frozen=True, slots=True)
class ConfusionRow:
    """What the program said where people said one thing.

    Attributes:
        label: by people.
        records: that carry the label; one with several labels is in several rows.
        cells: one for each column.
    """

    label: str
    records: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """A finished table.

    Attributes:
        columns: predictions.
        has_others: whether a column of all other predictions follows.
        has_none: whether a last column of records without prediction follows.
        rows: labels by people.
        hidden: labels by people that have no row.
    """

    columns: tuple[str, ...]
    has_others: bool
    has_none: bool
    rows: tuple[ConfusionRow, ...]
    hidden: int


def build_confusion(said: Mapping[Said, int], order: Sequence[str]) -> Confusion:
    """Make the table of people's labels against predictions.

    Args:
        said: records by what people and the program said.
        order: labels in the order of their vocabulary; others follow, most frequent first.
    """
    given, answered = _count_sides(said)
    total = given + Counter({label: n for label, n in answered.items() if label is not None})
    ranked = sorted(total, key=lambda label: (-total[label], label))
    kept = set(ranked[:MAX_LABELS])
    columns = tuple(label for label in dict.fromkeys([*order, *ranked]) if label in kept)
    has_others = any(label is not None and label not in kept for label in answered)
    keys: list[str | None] = [*columns, *([""] if has_others else [])]
    keys += [None] if None in answered else []
    pairs = _count_pairs(said, kept)
    rows = tuple(_make_row(label, given[label], keys, pairs) for label in columns if given[label])
    return Confusion(columns, has_others, None in answered, rows, len(given) - len(rows))


def _count_sides(said: Mapping[Said, int]) -> tuple[Counter[str], Counter[str | None]]:
    given: Counter[str] = Counter()
    answered: Counter[str | None] = Counter()
    for (labels, answer), count in said.items():
        given.update(dict.fromkeys(labels, count))
        answered[answer] += count
    return given, answered


def _count_pairs(said: Mapping[Said, int], kept: set[str]) -> Counter[tuple[str, str | None]]:
    pairs: Counter[tuple[str, str | None]] = Counter()
    for (labels, answer), count in said.items():
        column = answer if answer is None or answer in kept else ""
        pairs.update({(label, column): count for label in labels})
    return pairs


def _make_row(
    label: str,
    records: int,
    keys: Iterable[str | None],
    pairs: Mapping[tuple[str, str | None], int],
) -> ConfusionRow:
    counts = ((key, pairs.get((label, key), 0)) for key in keys)
    cells = tuple(Cell(count, count / records, key == label) for key, count in counts)
    return ConfusionRow(label, records, cells)
