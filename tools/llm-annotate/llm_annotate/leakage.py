"""Which sentences may not be scored: those that something was learned from, or that belong to them.

Two sentences belong together when they are the same up to typing, or share a value of a group: one
speaker, one identity.
"""

from collections.abc import Iterable, Sequence

from llm_annotate.examples import Example
from llm_annotate.training_texts import TextSet, normalise_text


class Learned:
    """Sentences that were learned from.

    Args:
        texts: the sentences of the lexicon, and of other weights.
        examples: the sentences of the baseline.
    """

    def __init__(self, texts: Sequence[TextSet], examples: Iterable[Example]) -> None:
        self._texts = texts
        self._examples = list(examples)
        self._normal = {normalise_text(example.text) for example in self._examples}
        self._groups = {group for example in self._examples for group in example.groups}

    def touches(self, example: Example) -> bool:
        """Whether a sentence is among them, or belongs to one of them."""
        return (
            self._knows(example.text)
            or normalise_text(example.text) in self._normal
            or not self._groups.isdisjoint(example.groups)
        )

    def _knows(self, text: str) -> bool:
        return any(text in texts for texts in self._texts)

    def count_overlap(self, scored: Sequence[Example]) -> int:
        """Compare the two sides as they are, whatever was left out of one of them before.

        Returns:
            How many texts and values of groups stand on both sides.
        """
        texts = {normalise_text(example.text) for example in scored}
        learned = {normalise_text(example.text) for example in self._examples}
        learned |= {text for text in texts if self._knows(text)}
        groups = set().union(*(example.groups for example in scored))
        known = set().union(*(example.groups for example in self._examples))
        return len(texts & learned) + len(groups & known)
