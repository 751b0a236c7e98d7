"""The encoder `hashed`: n-grams of a text, hashed into a vector. It has no weights.

Words, pairs of neighbouring words, and the runs of four letters inside each word are numbered by
CRC-32. The low bits of a number are a position of the vector, its highest bit a sign
(Weinberger et al. 2009, "Feature Hashing for Large Scale Multitask Learning", section 2). An n-gram
that stands c times counts 1 + ln(c), and the vector has length 1.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import log
from zlib import crc32

import numpy as np
from affectory_protocol.fingerprint import digest_values
from numpy.typing import NDArray

NAME = "hashed"
DIMENSION = 2_048
"""A power of two, so that the low bits of a number are a position."""
RUN = 4
"""Letters of a run, the marks at both ends of the word counted."""
MAX_WORD = 40
"""Longest word whose letters are looked at; a longer one counts as cut off here."""
CACHED_WORDS = 32_768
"""Words whose numbers are remembered, some 10 MB; most words recur."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*|[^\w\s]")
_APOSTROPHES = str.maketrans("\u2018\u2019\u02bc\u00b4`", "'''''")
_RUN = "~"
"""Begins the runs of letters, so that none is taken for a word."""
_SIGN = 31
"""Position of the bit that is the sign."""
_ALGORITHM = "signed crc32, sublinear, length 1; 1"
"""Its last number is raised when the same text gives another vector."""


class HashedEncoder:
    """Turns texts into vectors without any weights."""

    name = NAME
    dimension = DIMENSION
    model = None

    @property
    def digest(self) -> str:
        """Of the algorithm and its numbers."""
        return digest_values(
            {
                "algorithm": _ALGORITHM,
                "dimension": str(DIMENSION),
                "run": str(RUN),
                "longest word": str(MAX_WORD),
            }
        )

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts.

        Returns:
            (n, 2048) float32, rows of length 1; of zeros for a text without any word or sign.
        """
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = _encode(text)
        return vectors


def _encode(text: str) -> NDArray[np.float64]:
    """Encode one text.

    Returns:
        (2048,).
    """
    words = [word[:MAX_WORD] for word in _WORD.findall(text.translate(_APOSTROPHES).casefold())]
    counts = Counter(number for word in words for number in _hash_word(word))
    counts.update(_hash(f"{one} {other}") for one, other in pairwise(words))
    found = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
    values = np.array([1.0 + log(count) for count in counts.values()])
    signs = 1.0 - 2.0 * (found >> _SIGN)
    vector = np.zeros(DIMENSION)
    np.add.at(vector, found % DIMENSION, signs * values)
    length = float(np.sqrt((vector * vector).sum()))
    return vector / length if length else vector


@lru_cache(maxsize=CACHED_WORDS)
def _hash_word(word: str) -> tuple[int, ...]:
    """Number a word and the runs of letters in it, 32 bits each."""
    marked = f"<{word}>"
    starts = range(max(1, len(marked) - RUN + 1))
    return (_hash(word), *(_hash(_RUN + marked[start : start + RUN]) for start in starts))


def _hash(ngram: str) -> int:
    return crc32(ngram.encode("utf-8", "surrogatepass"))
