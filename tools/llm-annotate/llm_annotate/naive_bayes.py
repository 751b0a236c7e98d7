"""A baseline: naive Bayes over plain word counts, the likeliest class of each sentence.

Source: McCallum and Nigam 1998, A comparison of event models for naive Bayes text classification,
the multinomial model; smoothing after Lidstone.
"""

import re
from collections import Counter
from collections.abc import Sequence
from math import log

from llm_annotate.examples import Example

SMOOTHING = 0.1
"""Count added to every word of a class; with 1 (Laplace) hardly a small class is ever found."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)?")


class NaiveBayes:
    """Finds the likeliest class of a sentence.

    Args:
        examples: labelled sentences, at least one; one with several classes counts for each of
            them.
        classes: to choose from; the first of equally likely ones wins.
    """

    def __init__(self, examples: Sequence[Example], classes: Sequence[str]) -> None:
        words: dict[str, Counter[str]] = {label: Counter() for label in classes}
        sizes: Counter[str] = Counter()
        for example in examples:
            counts = _read_words(example.text)
            for label in example.labels & words.keys():
                words[label].update(counts)
                sizes[label] += 1
        self._vocabulary = frozenset(word for counts in words.values() for word in counts)
        self._words = words
        self._priors = {label: log((sizes[label] + 1) / (len(examples) + 1)) for label in classes}
        self._totals = {
            label: log(counts.total() + SMOOTHING * len(self._vocabulary) + 1)
            for label, counts in words.items()
        }

    def predict(self, text: str) -> str:
        """The likeliest class of a text; words never seen count for nothing."""
        words = [word for word in _read_words(text) if word in self._vocabulary]
        return max(
            self._words,
            key=lambda label: (
                self._priors[label]
                - len(words) * self._totals[label]
                + sum(log(self._words[label][word] + SMOOTHING) for word in words)
            ),
        )


def _read_words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())
