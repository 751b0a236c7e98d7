"""Which texts a table was derived from, as a set that answers without holding them.

A Bloom filter (Bloom 1970): a text that was added is always found; one that was not is found by
mistake with a probability of about (1 - exp(-k n / m))^k for n texts, m bits, k hashes.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterable

BITS_PER_TEXT = 16
HASHES = 11
"""k; with 16 bits a text, one text in about 2,200 is found by mistake."""
_WORDS = re.compile(r"[^\W_]+")
_HASH_BYTES = 4


def normalise_text(text: str) -> str:
    """Leave what makes two texts the same: letters and digits, in lower case, compatibility forms.

    A text without any letter or digit is its own normal form.
    """
    words = _WORDS.findall(unicodedata.normalize("NFKC", text).casefold())
    return " ".join(words) or text


class TextSet:
    """A set of texts up to normalisation.

    Args:
        bits: the filter, little endian.
    """

    def __init__(self, bits: bytes) -> None:
        self._bits = bits

    @classmethod
    def decode(cls, text: str) -> "TextSet":
        """Read what `encode` wrote."""
        return cls(base64.b64decode(text, validate=True))

    @classmethod
    def build(cls, texts: Iterable[str]) -> "TextSet":
        """Make the set of these texts, at least 64 bits."""
        distinct = {normalise_text(text) for text in texts}
        bits = bytearray(max(8, len(distinct) * BITS_PER_TEXT // 8))
        for text in distinct:
            for position in _hash(text, len(bits) * 8):
                bits[position >> 3] |= 1 << (position & 7)
        return cls(bytes(bits))

    @property
    def bits(self) -> bytes:
        """The filter, little endian."""
        return self._bits

    def encode(self) -> str:
        """Write the set as base64."""
        return base64.b64encode(self._bits).decode()

    def __contains__(self, text: str) -> bool:
        size = len(self._bits) * 8
        return all(
            self._bits[position >> 3] >> (position & 7) & 1
            for position in _hash(normalise_text(text), size)
        )


def _hash(text: str, size: int) -> list[int]:
    """`HASHES` positions in [0, size)."""
    digest = hashlib.shake_256(text.encode("utf-8", "surrogatepass")).digest(HASHES * _HASH_BYTES)
    return [
        int.from_bytes(digest[start : start + _HASH_BYTES], "little") % size
        for start in range(0, len(digest), _HASH_BYTES)
    ]
