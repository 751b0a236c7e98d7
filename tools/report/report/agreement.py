"""How often what a program predicted is among what people said, in terms both can be put into."""

from collections import Counter
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from affectory_protocol.records import Expression, Labels
from affectory_protocol.vocabularies.emotions import MAPPINGS, VOCABULARIES

from report.confusion import Confusion, Said, build_confusion
from report.rate import Rate, compute_rate

COMMON = "ekman"
"""The coarsest vocabulary: all that a mapping leads to it are compared in it."""

NEUTRAL = "neutral"

MAX_COMBINATIONS = 20_000
"""Distinct combinations of vocabulary, labels, prediction and split that are kept apart."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Some records, what people said of them held against what a program predicted.

    Attributes:
        split: the dataset's own split, "" for records without one, None for all together.
        rate: records whose strongest prediction is among the labels.
        baseline: the same for always answering `majority`, chosen on these very records.
        majority: the most frequent label.
    """

    split: str | None
    rate: Rate
    baseline: Rate
    majority: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """All records that people labelled in one vocabulary and a program was asked about.

    Attributes:
        people: vocabulary of the labels.
        terms: vocabulary in which both sides are compared; `people` itself without a mapping.
        whole: all of the records.
        parts: by split, where there are several.
        neutral: records for which the prediction was neutral.
        silent: records without any predicted emotion; they count as disagreement.
        named: rate over the records left, whose prediction is an emotion; None without any.
        has_neutral: whether people could say neutral too, so that a neutral prediction can agree.
        confusion: who said what.
        fine: the labels as people chose them, when every prediction is of their vocabulary too.
        unmapped: records not compared: no label of people can be said in the terms.
        foreign: records not compared: no predicted emotion can be.
    """

    people: str
    terms: str
    whole: Comparison
    parts: tuple[Comparison, ...]
    neutral: int
    silent: int
    named: Rate | None
    has_neutral: bool
    confusion: Confusion
    fine: Comparison | None
    unmapped: int
    foreign: int


@dataclass(frozen=True, slots=True)
class Uncompared:
    """A vocabulary of people's labels against which no prediction can be held."""

    vocabulary: str
    records: int


_Key = tuple[Said, str]
"""What was said in common terms, and the split."""


@dataclass(slots=True)
class _Sums:
    """What a comparison is made of."""

    n: int = 0
    hits: int = 0
    given: Counter[str] = field(default_factory=Counter)

    def add(self, labels: AbstractSet[str], answer: str | None, count: int = 1) -> None:
        self.n += count
        self.hits += count if answer in labels else 0
        self.given.update(dict.fromkeys(labels, count))


@dataclass(slots=True)
class _Count:
    """Records that people labelled in one vocabulary.

    Attributes:
        fine: by the labels as they are; None once a prediction was of another vocabulary.
    """

    said: Counter[_Key] = field(default_factory=Counter)
    fine: _Sums | None = field(default_factory=_Sums)
    unmapped: int = 0
    foreign: int = 0


@dataclass(slots=True)
class Agreements:
    """Counts records by what people and the program said of them."""

    skipped: int = 0
    _counts: dict[str, _Count] = field(default_factory=dict)
    _combinations: int = 0

    def add(self, labels: Labels, expression: Expression, split: str | None) -> None:
        """Count one record, once for each vocabulary it is labelled in."""
        named: dict[str, set[str]] = {}
        for label in labels.emotions:
            named.setdefault(label.vocabulary, set()).add(label.label)
        for vocabulary, given in named.items():
            if vocabulary in self._counts or self._find_room():
                count = self._counts.setdefault(vocabulary, _Count())
                self._add_one(count, vocabulary, given, expression, split or "")
            else:
                self.skipped += 1

    def _find_room(self) -> bool:
        self._combinations += 1
        return self._combinations <= MAX_COMBINATIONS

    def _add_one(
        self, count: _Count, vocabulary: str, given: set[str], expression: Expression, split: str
    ) -> None:
        terms = choose_terms(vocabulary)
        mapped = (_translate(label, vocabulary, terms) for label in given)
        groups = frozenset(label for label in mapped if label is not None)
        answer = _find_strongest(expression, terms)
        if not groups:
            count.unmapped += 1
        elif answer is None and expression.emotions:
            count.foreign += 1
        else:
            key = ((groups, answer), split)
            if key in count.said or self._find_room():
                count.said[key] += 1
            else:
                self.skipped += 1
            if terms != vocabulary:
                _add_fine(count, vocabulary, given, expression)

    def finish(self) -> tuple[list[Agreement], list[Uncompared]]:
        """Compare what can be compared, most records first, and name the rest."""
        agreements = [_summarise(name, count) for name, count in self._counts.items() if count.said]
        uncompared = [
            Uncompared(name, count.unmapped + count.foreign)
            for name, count in self._counts.items()
            if not count.said and count.unmapped + count.foreign
        ]
        agreements.sort(key=lambda one: (-one.whole.rate.n, one.people))
        uncompared.sort(key=lambda one: (-one.records, one.vocabulary))
        return agreements, uncompared


def choose_terms(vocabulary: str) -> str:
    """The vocabulary in which labels of another are compared: their own without a mapping."""
    return COMMON if (vocabulary, COMMON) in MAPPINGS else vocabulary


def _translate(label: str, source: str, target: str) -> str | None:
    """Say a label in other terms; one that the vocabulary does not know has no counterpart."""
    if source == target:
        return label
    return MAPPINGS.get((source, target), {}).get(label)


def _find_strongest(expression: Expression, terms: str) -> str | None:
    """The strongest predicted emotion that can be said in the terms, the first of equal ones."""
    ranked = sorted(expression.emotions, key=lambda emotion: -emotion.intensity)
    said = (_translate(e.label, e.vocabulary, terms) for e in ranked)
    return next((label for label in said if label is not None), None)


def _add_fine(count: _Count, vocabulary: str, given: set[str], expression: Expression) -> None:
    """Count the labels as they are for as long as every prediction is of their vocabulary."""
    strongest = max(expression.emotions, key=lambda e: e.intensity, default=None)
    if strongest is not None and strongest.vocabulary != vocabulary:
        count.fine = None
    elif count.fine is not None:
        known = given.intersection(VOCABULARIES[vocabulary])
        count.fine.add(known, strongest.label if strongest else None)


def _summarise(people: str, count: _Count) -> Agreement:
    terms = choose_terms(people)
    whole = _sum_splits(count.said)
    splits = sorted({split for _, split in count.said})
    parts = [
        _compare(_sum_up(_sum_splits(count.said, only=split)), split)
        for split in splits
        if len(splits) > 1
    ]
    spoken = {said: n for said, n in whole.items() if said[1] not in (None, NEUTRAL)}
    choices = VOCABULARIES.get(people) or set().union(*(labels for labels, _ in whole))
    return Agreement(
        people=people,
        terms=terms,
        whole=_compare(_sum_up(whole)),
        parts=tuple(parts),
        neutral=sum(n for (_, answer), n in whole.items() if answer == NEUTRAL),
        silent=sum(n for (_, answer), n in whole.items() if answer is None),
        named=_compare(_sum_up(spoken)).rate if spoken else None,
        has_neutral=NEUTRAL in choices,
        confusion=build_confusion(whole, VOCABULARIES.get(terms, ())),
        fine=_compare(count.fine) if count.fine and count.fine.n else None,
        unmapped=count.unmapped,
        foreign=count.foreign,
    )


def _sum_splits(said: Mapping[_Key, int], only: str | None = None) -> Counter[Said]:
    summed: Counter[Said] = Counter()
    for (one, split), count in said.items():
        if only is None or split == only:
            summed[one] += count
    return summed


def _sum_up(said: Mapping[Said, int]) -> _Sums:
    sums = _Sums()
    for (labels, answer), count in said.items():
        sums.add(labels, answer, count)
    return sums


def _compare(sums: _Sums, split: str | None = None) -> Comparison:
    majority = min(sums.given, key=lambda label: (-sums.given[label], label))
    baseline = compute_rate(sums.given[majority], sums.n)
    return Comparison(split, compute_rate(sums.hits, sums.n), baseline, majority)
