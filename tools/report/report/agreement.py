"""How often the emotion a program predicted is among those that people named, beside guessing."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import sqrt

from affectory_protocol.records import Expression, Labels
from affectory_protocol.vocabularies.emotions import MAPPINGS, VOCABULARIES

Z_95 = 1.96
"""Two-sided 95 % quantile of the normal distribution."""

MAX_COMBINATIONS = 20_000
"""Distinct combinations of labels, prediction and split that are kept apart."""

Named = tuple[str, frozenset[str]]
"""A vocabulary and the labels people gave in it."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of records with its uncertainty.

    Attributes:
        hits: records that count.
        n: records looked at.
        low: lower end of the 95 % interval (Wilson), 0 to 1.
        high: upper end.
    """

    hits: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """Hits over n, 0 to 1."""
        return self.hits / self.n


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One label: how often people gave it, and how often the prediction was the same then."""

    label: str
    people: int
    predicted: int
    both: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """People's labels in one vocabulary against predictions in another, for one split or all.

    Attributes:
        people: vocabulary of the labels.
        predicted: vocabulary of the predictions, into which labels are put by the declared mapping.
        split: the dataset's own split, "" for records without one, None for all together.
        rate: records whose strongest predicted emotion is among the labels.
        baseline: the same for always answering `majority`, chosen on these very records.
        majority: the most frequent label.
        silent: records without any predicted emotion; they count as wrong.
        rows: by label.
    """

    people: str
    predicted: str
    split: str | None
    rate: Rate
    baseline: Rate
    majority: str
    silent: int
    rows: tuple[LabelRow, ...] = ()


@dataclass(frozen=True, slots=True)
class _Case:
    people: str
    labels: frozenset[str]
    vocabulary: str | None
    answer: str | None
    split: str


@dataclass(slots=True)
class Agreements:
    """Counts records by what people and the program said of them."""

    skipped: int = 0
    _cases: Counter[_Case] = field(default_factory=Counter)

    def add(self, labels: Labels, expression: Expression, split: str | None) -> None:
        """Count one record, once for each vocabulary it is labelled in."""
        strongest = max(expression.emotions, key=lambda e: e.intensity, default=None)
        named: dict[str, set[str]] = {}
        for label in labels.emotions:
            named.setdefault(label.vocabulary, set()).add(label.label)
        for vocabulary, given in named.items():
            case = _Case(
                vocabulary,
                frozenset(given),
                strongest.vocabulary if strongest else None,
                strongest.label if strongest else None,
                split or "",
            )
            if case in self._cases or len(self._cases) < MAX_COMBINATIONS:
                self._cases[case] += 1
            else:
                self.skipped += 1

    def finish(self) -> list[Agreement]:
        """Compare, for each pair of vocabularies, all records together and then by split."""
        pairs = sorted({(c.people, c.vocabulary) for c in self._cases if c.vocabulary})
        found: list[Agreement] = []
        for people, predicted in pairs:
            cases = _translate(self._cases, people, predicted)
            splits = sorted({case.split for case in cases})
            chosen: list[str | None] = [None, *(splits if len(splits) > 1 else [])]
            compared = (_compare(cases, people, predicted, split) for split in chosen)
            found += [one for one in compared if one is not None]
        return found


def _translate(cases: Mapping[_Case, int], people: str, predicted: str) -> Counter[_Case]:
    """Say the labels of one vocabulary in the other; records of which nothing is left are out."""
    if people == predicted:
        mapping = None
    elif (people, predicted) in MAPPINGS:
        mapping = MAPPINGS[people, predicted]
    else:
        return Counter()
    said: Counter[_Case] = Counter()
    for case, count in cases.items():
        if case.people != people or case.vocabulary not in (predicted, None):
            continue
        labels = (
            case.labels
            if mapping is None
            else frozenset(mapping[label] for label in case.labels if label in mapping)
        )
        if labels:
            said[_Case(people, labels, predicted, case.answer, case.split)] += count
    return said


def _compare(
    cases: Mapping[_Case, int], people: str, predicted: str, split: str | None
) -> Agreement | None:
    chosen = {c: n for c, n in cases.items() if split is None or c.split == split}
    total = sum(chosen.values())
    if not total:
        return None
    given: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    both: Counter[str] = Counter()
    for case, count in chosen.items():
        given.update(dict.fromkeys(case.labels, count))
        if case.answer is not None:
            answered[case.answer] += count
            both[case.answer] += count if case.answer in case.labels else 0
    majority = min(given, key=lambda label: (-given[label], label))
    order = [*VOCABULARIES.get(predicted, ()), *sorted({*given, *answered})]
    labels = [label for label in dict.fromkeys(order) if given[label] or answered[label]]
    return Agreement(
        people=people,
        predicted=predicted,
        split=split,
        rate=compute_rate(both.total(), total),
        baseline=compute_rate(given[majority], total),
        majority=majority,
        silent=total - answered.total(),
        rows=tuple(LabelRow(x, given[x], answered[x], both[x]) for x in labels),
    )


def compute_rate(hits: int, n: int) -> Rate:
    """Share of n with its 95 % interval.

    Args:
        hits: 0 to n.
        n: at least 1.

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    share = hits / n
    spread = Z_95 * Z_95 / n
    centre = (share + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(share * (1 - share) / n + spread / (4 * n)) / (1 + spread)
    return Rate(hits, n, max(0.0, centre - half), min(1.0, centre + half))
