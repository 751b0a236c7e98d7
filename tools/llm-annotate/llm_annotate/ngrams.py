"""The n-grams of a text, as numbers: what the linear model knows a sentence by.

Words and pairs of neighbouring words, signs and emoji among them, and the runs of three to five
letters inside each word, which carry over to spellings and forms that were never seen.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from zlib import crc32

LETTERS = (3, 4, 5)
"""Lengths of the runs of letters, the marks at both ends of the word counted."""
MAX_WORD = 40
"""Longest word whose letters are looked at; a longer one counts as cut off here."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\u00b4`", "'''''")
_START, _END = "^", "$"
_INSIDE = "~"
"""Begins the runs of letters, so that none is taken for a word."""


def read_words(text: str) -> list[str]:
    """Cut a text into words and single signs, in lower case."""
    found = _WORD.findall(text.translate(_APOSTROPHES).casefold())
    return [word[:MAX_WORD] for word in found]


def hash_word(word: str) -> Iterator[int]:
    """Number a word and the runs of letters in it, 32 bits each."""
    yield _hash(word)
    marked = f"<{word}>"
    for length in LETTERS:
        for start in range(len(marked) - length + 1):
            yield _hash(_INSIDE + marked[start : start + length])


def hash_pairs(words: Iterable[str]) -> Iterator[int]:
    """Number the pairs of neighbours, 32 bits each; the ends of the text are neighbours too."""
    for first, second in pairwise((_START, *words, _END)):
        yield _hash(f"{first} {second}")


def hash_text(text: str) -> set[int]:
    """Number all n-grams of a text."""
    words = read_words(text)
    numbers = set(hash_pairs(words))
    for word in set(words):
        numbers.update(hash_word(word))
    return numbers


def _hash(ngram: str) -> int:
    """CRC-32: fast, and the same everywhere; of 60,000 n-grams, less than one shares its number."""
    return crc32(ngram.encode("utf-8", "surrogatepass"))
