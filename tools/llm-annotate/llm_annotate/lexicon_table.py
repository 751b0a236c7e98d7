"""Deriving the table of the lexicon from labelled sentences.

The weight of a word for an emotion is the log-odds ratio of the emotion with the word and over all
sentences, smoothed by a prior of `PRIOR` sentences (Monroe, Colaresi and Quinn 2008, Fightin'
Words, section 3.3), kept where it is above `MIN_WEIGHT` and at least `MIN_Z` of its standard errors
from 0. The thresholds are those with the highest macro-F1 on the validation sentences. Only counts
enter, so the same sentences give the same bytes.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import log, sqrt

from affectory_protocol.errors import UsageError
from affectory_protocol.vocabularies.emotions import MAPPINGS, VOCABULARIES

from llm_annotate.clauses import NEGATED, read_claims
from llm_annotate.examples import Example
from llm_annotate.lexicon import DENIED_JOY, GROUPS, Lexicon, Table
from llm_annotate.seeds import SEED_COUNT, SEED_MARGIN, SEED_WEIGHT, read_seeds
from llm_annotate.thresholds import Judged, tune_thresholds
from llm_annotate.tokens import Kind, Tokeniser
from llm_annotate.training_texts import TextSet

PRIOR = 5.0
"""Sentences that the prior is worth."""
MIN_COUNT = 10
"""Least number of sentences with a word."""
MIN_Z = 3.5
"""Least weight in its standard errors: one word in 4,000 gets as far by chance."""
MIN_WEIGHT = 0.6
"""Least weight, natural logarithm: odds 1.8 times as high."""
VOCABULARY = "goemotions"
_LABELS = VOCABULARIES[VOCABULARY]
_TO_GROUP = MAPPINGS[VOCABULARY, "ekman"]


@dataclass
class Counts:
    """How many sentences there are, with each key, and with each key and each label or group."""

    sentences: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    keys: Counter[str] = field(default_factory=Counter)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, keys: Iterable[str], labels: Sequence[str], times: int = 1) -> None:
        """Count a sentence."""
        self.sentences += times
        for label in labels:
            self.labels[label] += times
        for key in keys:
            self.add_key(key, labels, times)

    def add_key(self, key: str, labels: Sequence[str], times: int) -> None:
        """Count a key as if it stood in further sentences, which are not counted themselves."""
        self.keys[key] += times
        for label in labels:
            self.together[key, label] += times


def count_examples(examples: Sequence[Example]) -> Counts:
    """Count keys with labels (`label`) and groups (`=group`), seeds included."""
    seeds = dict(read_seeds())
    tokeniser = Tokeniser(find_vocabulary(examples) | seeds.keys())
    counts = Counts()
    for example in examples:
        keys = read_claims(tokeniser.tokenise(example.text)).claims
        counts.add(keys, name_targets(example.labels))
    for seed, label in sorted(seeds.items()):
        counts.add_key(seed, name_targets([label]), SEED_COUNT)
    return counts


def find_vocabulary(examples: Iterable[Example]) -> frozenset[str]:
    """The words and signs that are frequent enough to be weighed."""
    tokeniser = Tokeniser(frozenset())
    found = Counter(
        token.key
        for example in examples
        for token in tokeniser.tokenise(example.text)
        if token.kind is Kind.FILLER
    )
    return frozenset(key for key, count in found.items() if count >= MIN_COUNT)


def name_targets(labels: Iterable[str]) -> list[str]:
    """The labels and, marked by `=`, their groups."""
    return sorted({*labels, *(f"={_TO_GROUP[label]}" for label in labels)})


def weigh_keys(counts: Counts, targets: Iterable[str]) -> dict[str, dict[str, float]]:
    """Weigh each key for each target, two decimals; keys without a weight are left out."""
    weights: dict[str, dict[str, float]] = {}
    targets = list(targets)
    frequent = [key for key, count in counts.keys.items() if count >= MIN_COUNT]
    for key in sorted(frequent, key=lambda key: (key.startswith(NEGATED), key)):
        # Plain words come first: what a word says, its denial does not.
        denied = weights.get(key.removeprefix(NEGATED), {})
        found = {
            name: round(weight, 2)
            for target in targets
            if (name := target.removeprefix("=")) not in denied
            and (weight := weigh_key(counts, key, target)) is not None
        }
        if found:
            weights[key] = found
    return weights


def weigh_key(counts: Counts, key: str, target: str) -> float | None:
    """The log-odds ratio of a target with a key, None when it is small or not told from chance."""
    share = counts.labels[target] / counts.sentences
    if not 0.0 < share < 1.0:
        return None
    with_target = counts.together[key, target] + PRIOR * share
    without = counts.keys[key] - counts.together[key, target] + PRIOR * (1.0 - share)
    weight = log(with_target / without) - log(share / (1.0 - share))
    error = sqrt(1.0 / with_target + 1.0 / without)
    return weight if weight >= MIN_WEIGHT and weight >= MIN_Z * error else None


def derive_table(train: Sequence[Example], validation: Sequence[Example]) -> Table:
    """Derive weights from the training sentences and thresholds from the validation sentences.

    Raises:
        UsageError: there is nothing to learn from, or nothing to set thresholds on.
    """
    for examples, what in ((train, "to learn from"), (validation, "to set thresholds on")):
        if not examples:
            raise UsageError(
                f"no labelled sentence is there {what}",
                hint="Give sentences with GoEmotions labels, as dataset-io imports them.",
            )
    counts = count_examples(train)
    groups = weigh_keys(counts, [f"={group}" for group in GROUPS])
    labels = weigh_keys(counts, [label for label in _LABELS if label != "neutral"])
    table = Table(
        groups=groups,
        labels={key: weights for key, weights in labels.items() if key in groups},
        priors={label: _log_odds(counts, label) for label in _LABELS if label != "neutral"},
        thresholds=dict.fromkeys(GROUPS, 0.0),
        sentences={"train": len(train), "validation": len(validation)},
        texts=TextSet.build(example.text for example in (*train, *validation)).encode(),
    )
    lexicon = Lexicon(table)
    judged = [
        Judged(
            lexicon.weigh(lexicon.read(example.text)),
            frozenset(_TO_GROUP[label] for label in example.labels),
        )
        for example in validation
    ]
    return raise_seeds(replace(table, thresholds=tune_thresholds(judged)))


def raise_seeds(table: Table) -> Table:
    """Let each seed speak for its emotion on its own: its weight is above the threshold.

    The denial of a word for joy (not glad) speaks for disappointment on its own, just about.
    """
    groups = {key: dict(weights) for key, weights in table.groups.items()}
    labels = {key: dict(weights) for key, weights in table.labels.items()}
    for seed, label in read_seeds():
        group = _TO_GROUP[label]
        weights = groups.setdefault(seed, {})
        weights[group] = max(weights.get(group, 0.0), table.thresholds[group] + SEED_MARGIN)
        named = labels.setdefault(seed, {})
        named[label] = max(named.get(label, 0.0), SEED_WEIGHT)
        if label == "joy":
            denied = groups.setdefault(NEGATED + seed, {})
            denied["sadness"] = max(denied.get("sadness", 0.0), table.thresholds["sadness"])
            labels.setdefault(NEGATED + seed, {}).setdefault(DENIED_JOY, SEED_WEIGHT)
    return replace(table, groups=groups, labels=labels)


def _log_odds(counts: Counts, label: str) -> float:
    share = (counts.labels[label] + 0.5) / (counts.sentences + 1.0)
    return round(log(share / (1.0 - share)), 2)


def write_table(table: Table) -> bytes:
    """Write a table as JSON, one key a line, so that changes can be read."""
    parts = [
        f"{json.dumps(name)}: {json.dumps(getattr(table, name))}"
        for name in ("sentences", "thresholds", "priors")
    ]
    for name in ("groups", "labels"):
        entries = getattr(table, name)
        lines = [
            f"{json.dumps(key, ensure_ascii=False)}: {json.dumps(entries[key])}"
            for key in sorted(entries)
        ]
        parts.append(f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "}")
    parts.append(f'"texts": {json.dumps(table.texts)}')
    return ("{\n" + ",\n".join(parts) + "}\n").encode()
