"""A baseline: naive Bayes over plain word counts, the likeliest class of each sentence.

Source: McCallum and Nigam 1998, A comparison of event models for naive Bayes text classification,
the multinomial model; smoothing after Lidstone.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import product
from math import log
from typing import NamedTuple

from llm_annotate.examples import Example
from llm_annotate.scores import Pattern, score

SMOOTHINGS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
"""Counts added to every word of a class that are tried; 1 is Laplace's."""
PRIORS = (0.0, 0.5, 1.0)
"""Weights of the sizes of the classes that are tried: 0 ignores them, 1 is Bayes' rule."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


class Choice(NamedTuple):
    """What naive Bayes leaves open.

    Attributes:
        smoothing: count added to every word of a class.
        prior: weight of the logarithm of a class's size.
    """

    smoothing: float
    prior: float


class WordCounts:
    """How often each word stands in sentences of each class.

    Args:
        examples: labelled sentences, at least one; one with several classes counts for each of
            them.
        classes: to choose from.
    """

    def __init__(self, examples: Sequence[Example], classes: Sequence[str]) -> None:
        self.words: dict[str, Counter[str]] = {label: Counter() for label in classes}
        self.sizes: Counter[str] = Counter()
        self.sentences = len(examples)
        for example in examples:
            counts = _read_words(example.text)
            for label in example.labels & self.words.keys():
                self.words[label].update(counts)
                self.sizes[label] += 1
        self.vocabulary = frozenset(word for counts in self.words.values() for word in counts)


class NaiveBayes:
    """Finds the likeliest class of a sentence; the first of equally likely ones wins.

    Args:
        counts: of the training sentences.
        choice: how they are smoothed and weighed.
    """

    def __init__(self, counts: WordCounts, choice: Choice) -> None:
        self._vocabulary = counts.vocabulary
        self._unseen = log(choice.smoothing)
        self._priors = {
            label: choice.prior * log((counts.sizes[label] + 1) / (counts.sentences + 1))
            for label in counts.words
        }
        self._totals = {
            label: log(words.total() + choice.smoothing * len(self._vocabulary) + 1)
            for label, words in counts.words.items()
        }
        self._words = {
            label: {word: log(count + choice.smoothing) for word, count in words.items()}
            for label, words in counts.words.items()
        }

    def predict(self, text: str) -> str:
        """The likeliest class of a text; words never seen count for nothing."""
        words = [word for word in _read_words(text) if word in self._vocabulary]
        return max(
            self._words,
            key=lambda label: (
                self._priors[label]
                - len(words) * self._totals[label]
                + sum(self._words[label].get(word, self._unseen) for word in words)
            ),
        )


def choose(counts: WordCounts, validation: Sequence[Example]) -> Choice:
    """Find the smoothing and the prior with the highest macro-F1 over other sentences.

    Args:
        counts: of the training sentences.
        validation: sentences that are neither trained on nor tested.
    """
    choices = [Choice(*values) for values in product(SMOOTHINGS, PRIORS)]
    return max(choices, key=lambda choice: _macro_f1(NaiveBayes(counts, choice), validation))


def _macro_f1(bayes: NaiveBayes, examples: Sequence[Example]) -> float:
    patterns = Counter(
        Pattern(example.labels, frozenset([bayes.predict(example.text)])) for example in examples
    )
    return score(patterns)["macro-f1"]


def _read_words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
