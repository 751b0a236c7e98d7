"""Hashtags spelt out as the words they were made of."""

import re
from collections.abc import Container

from llm_annotate.cues import FUNCTION_WORDS, MODIFIERS, NEGATORS

HASHTAG = re.compile(r"#(\w{1,64})")
_PARTS = re.compile(r"[A-Z]?[^\W\d_A-Z]+|[A-Z]+(?![^\W\d_A-Z])|\d+|[^\W_]+")


def spell_out_hashtags(text: str, vocabulary: Container[str]) -> str:
    """Replace each hashtag by its words: at capitals, digits and underscores, else at known words.

    Args:
        text: any text.
        vocabulary: known words, lower case.
    """

    def replace(match: re.Match[str]) -> str:
        parts = _PARTS.findall(match[1])
        words = (word for part in parts for word in _split_known(part, vocabulary))
        return f" {' '.join(words)} "

    return HASHTAG.sub(replace, text)


def _split_known(part: str, vocabulary: Container[str]) -> list[str]:
    """Cut into the fewest known words, longest first; a part that cannot be cut stays whole."""
    lower = part.casefold()
    if len(lower) != len(part) or _is_known(lower, vocabulary):
        return [part]
    best: list[list[str] | None] = [[]]
    for end in range(1, len(part) + 1):
        cuts = [
            [*before, part[start:end]]
            for start in range(end)
            if (before := best[start]) is not None and _is_known(lower[start:end], vocabulary)
        ]
        best.append(min(cuts, key=len, default=None))
    return best[-1] or [part]


def _is_known(word: str, vocabulary: Container[str]) -> bool:
    return word in vocabulary or word in FUNCTION_WORDS or word in MODIFIERS or word in NEGATORS
