"""The weights of words, and what they say together about a sentence.

A word of the table raises some emotions: its weight is the log-odds ratio of the emotion with and
without the word among the training sentences (`lexicon_table.py`). The evidence for an emotion is
the sum of the weights of the claims of a sentence; it is shown when the evidence reaches the
emotion's threshold.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from math import inf, log
from typing import Any, NamedTuple

from affectory_protocol.vocabularies.emotions import MAPPINGS

from llm_annotate.clauses import NEGATED, Reading, read_claims
from llm_annotate.tokens import QUESTION, Tokeniser

GROUPS: tuple[str, ...] = ("anger", "disgust", "fear", "joy", "sadness", "surprise")
"""The emotions that are told apart first, labels of `ekman` without neutral."""
GROUP_LABELS: dict[str, tuple[str, ...]] = {
    group: tuple(label for label, of in MAPPINGS["goemotions", "ekman"].items() if of == group)
    for group in GROUPS
}
"""The labels of `goemotions` in each group."""
DENIAL = 0.5
"""Evidence of a denied joy (not happy) for sadness, as a share of its evidence for joy."""
MIN_LEAD = log(2.0)
"""A fine label is named when its odds are twice those of the next."""
DENIED_JOY = "disappointment"
"""The label of `goemotions` that a denied joy speaks for."""

_TABLE = "lexicon.json"

_NOTHING: Mapping[str, "_Share"] = {}


@dataclass(frozen=True)
class Table:
    """What was derived from labelled sentences.

    Attributes:
        groups: weight by group by key, log-odds ratio (natural logarithm), above 0.
        labels: weight by label of `goemotions` by key, the same measure.
        priors: log-odds of each label of `goemotions` over all sentences.
        thresholds: least evidence by group.
        sentences: number of sentences by split: train gave the weights, validation the thresholds.
        texts: the sentences themselves, a Bloom filter in base64 (`training_texts.py`).
    """

    groups: Mapping[str, Mapping[str, float]]
    labels: Mapping[str, Mapping[str, float]]
    priors: Mapping[str, float]
    thresholds: Mapping[str, float]
    sentences: Mapping[str, int]
    texts: str


class Feeling(NamedTuple):
    """One emotion found in a sentence.

    Attributes:
        group: label of `ekman`.
        label: label of `goemotions` within the group, None when no single one stands out.
        margin: evidence above the threshold, 0 or more.
        gain: factor on its strength, from the words that speak for it.
    """

    group: str
    label: str | None
    margin: float
    gain: float


class _Share(NamedTuple):
    """What a key says about one group: the weight of the group, and those of its labels."""

    weight: float
    labels: tuple[tuple[str, float], ...]


_Entry = Mapping[str, _Share]
"""What a key says, by group."""


class Lexicon:
    """Finds emotions in sentences by the weights of a table."""

    def __init__(self, table: Table) -> None:
        self._entries = _build_entries(table)
        self._priors = dict(table.priors)
        self._thresholds = dict(table.thresholds)
        self._tokeniser = Tokeniser(
            frozenset(key.removeprefix(NEGATED) for key in self._entries if key != QUESTION)
        )

    def read(self, text: str) -> Reading:
        """Read what a text claims about the keys of the table."""
        return read_claims(self._tokeniser.tokenise(text))

    def weigh(self, reading: Reading) -> dict[str, float]:
        """Sum up the evidence of a reading by group; a group without evidence is absent."""
        evidence: dict[str, float] = {}
        for key, claim in reading.claims.items():
            for group, share in self._entries.get(key, _NOTHING).items():
                evidence[group] = evidence.get(group, 0.0) + share.weight * claim.share
        return evidence

    def judge(self, reading: Reading) -> list[Feeling]:
        """Find the emotions of a reading, in the order of `GROUPS`; none means neutral."""
        evidence = self.weigh(reading)
        feelings = []
        for group in GROUPS:
            if group in evidence:
                margin = round(evidence[group] - self._thresholds[group], 4)
                if margin >= 0.0:
                    feelings.append(self._describe(group, margin, reading))
        return feelings

    def _describe(self, group: str, margin: float, reading: Reading) -> Feeling:
        """Name a feeling, and average the emphasis of the claims for it by their weight."""
        scores = {label: self._priors[label] for label in GROUP_LABELS[group]}
        total = gains = 0.0
        for key, claim in reading.claims.items():
            share = self._entries.get(key, _NOTHING).get(group)
            if share is not None:
                weight = share.weight * claim.share
                total += weight
                gains += weight * claim.gain
                for label, points in share.labels:
                    scores[label] += points * claim.share
        return Feeling(group, name_clearest(scores), margin, reading.emphasis * gains / total)


def name_clearest(scores: dict[str, float]) -> str | None:
    """The label that is clearly likelier than the next, None when there is no such label."""
    best = max(scores, key=scores.__getitem__)
    top = scores.pop(best)
    return best if top - max(scores.values(), default=-inf) >= MIN_LEAD else None


def _build_entries(table: Table) -> dict[str, _Entry]:
    """Join groups and labels of each key; a denied joy speaks for disappointment."""
    entries: dict[str, _Entry] = {
        key: {
            group: _Share(weight, _labels_of(group, table.labels.get(key, {})))
            for group, weight in weights.items()
        }
        for key, weights in table.groups.items()
    }
    for key, weights in table.groups.items():
        denied = NEGATED + key
        if "joy" in weights and denied not in entries and not key.startswith(NEGATED):
            weight = DENIAL * weights["joy"]
            entries[denied] = {"sadness": _Share(weight, ((DENIED_JOY, weight),))}
    return entries


def _labels_of(group: str, weights: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    return tuple((label, weights[label]) for label in GROUP_LABELS[group] if label in weights)


def parse_table(content: bytes) -> Table:
    """Read a table as `lexicon_table.py` writes it."""
    fields: dict[str, Any] = json.loads(content)
    return Table(**{name: fields[name] for name in Table.__dataclass_fields__})


@cache
def load_table() -> Table:
    """Read the table that comes with the package, some milliseconds the first time."""
    return parse_table(files("llm_annotate").joinpath("data", _TABLE).read_bytes())
