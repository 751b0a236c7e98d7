"""A text without what typing makes of it: case, white space, kinds of quotes and of letters."""

import unicodedata

_QUOTES = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u00b4\u0060\u2039\u203a", "'")
    | dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"')
)


def normalise_text(content: str) -> str:
    """Fold case, white space, quotes and compatibility forms.

    Importers give texts that agree in this the same group, `source.groups.text`.
    Quotes are folded first, because compatibility forms would tear an acute accent from its space.
    """
    folded = unicodedata.normalize("NFKC", content.translate(_QUOTES)).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())
