"""A digest by which texts that differ in nothing but typing are kept on one side of a split."""

import hashlib
import unicodedata

_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u2039\u203a", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
)
_DIGITS = 16


def normalise_text(content: str) -> str:
    """Fold case, white space, quotes and compatibility forms.

    Quotes are folded first, because compatibility forms would tear an acute accent from its space.
    """
    if content.isascii():
        return " ".join(content.lower().replace("`", "'").split())
    folded = unicodedata.normalize("NFKC", content.translate(_QUOTES)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def compute_text_digest(content: str) -> str:
    """SHA-256 of the normalised text, its first 16 hexadecimal digits."""
    normalised = normalise_text(content).encode(errors="surrogatepass")
    return hashlib.sha256(normalised).hexdigest()[:_DIGITS]
