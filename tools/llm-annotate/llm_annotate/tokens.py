"""The tokens of a sentence: words, phrases, emoji, emoticons and the punctuation between them.

A token says what it does to its sentence, under which key its weights are found, and how much
emphasis its spelling adds: SHOUTED, sooo long, :)))).
"""

import re
from collections.abc import Container
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from llm_annotate.cues import CONTRASTS, MODIFIERS, NEGATORS, PHRASES, PLAIN_PHRASES
from llm_annotate.hashtags import spell_out_hashtags

MAX_WORD = 40
"""Longest word that is looked at, characters; no English word for an emotion is longer."""
CACHED_TOKENS = 16_384
"""Spellings whose token is remembered, some 4 MB."""
SHOUT_GAIN = 1.2
"""Emphasis of a word in capitals, as in VADER (Hutto and Gilbert 2014, section 3.1)."""
STRETCH_GAIN = 1.2
"""Emphasis of stretched letters and of an emoticon with more than one mouth."""

QUESTION = "?"
"""Key of a clause that ends in a question mark."""

_PICTURE = (
    r"[\u203c\u2049\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff]"
)
_STYLE = r"[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
_END = r"(?![^\W_])"
_FACES = (
    rf"</?3+|\^_*\^|[Tt;]_+[Tt;]{_END}|[oO0][._]+[oO0]{_END}|-_+-|>_+<|xD+{_END}|XD+{_END}|D+[:=]{_END}"
    rf"|>?[:;=]['-]*[oc^]?(?:[)\]}}(\[{{]+|[DPpOo3sS/\\|$*@]+{_END})"
)
_KINDS = {
    "skip": r"(?:https?://|www\.)\S+|[@/]\w\S*|\b[ru]/\w+|\[[A-Z]+\]",
    "emoticon": rf"(?<![^\W_])(?:{_FACES})",
    "phrase": rf"(?i:{'|'.join(PHRASES).replace(' ', '[ ]+')}){_END}",
    "word": r"[^\W_]+(?:'[^\W_]+)*",
    "emoji": rf"{_PICTURE}{_STYLE}(?:\u200d{_PICTURE}{_STYLE})*",
    "stop": r"[.!?,;:\u2026\u2014\uff01\uff1f\u3002\uff0c\n]+",
}
"""Patterns by kind, in order. Addresses, users and placeholders such as [NAME] are skipped."""
_OPENINGS = "|".join(sorted({phrase.split()[0] for phrase in PHRASES}))
_PLAIN_WORD = rf"(?!(?:{_OPENINGS})\b|http|www)[a-z]{{3,}}(?![^\W_]|['_/])"
"""Most words, which are no beginning of anything else; tried first, for speed."""
_TOKEN = re.compile("|".join([_PLAIN_WORD, *_KINDS.values()]))
_NAMED_TOKEN = re.compile("|".join(f"(?P<{kind}>{form})" for kind, form in _KINDS.items()))
_STRETCHED = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED = re.compile(r"([^\W\d_])\1+")
_SPELLINGS = str.maketrans("\u2018\u2019\u02bc\u00b4`\u200b", "''''' ")
_LAUGHTER = re.compile(r"[ab]?(?:ha|he){2,}h?")
_REPEATED = re.compile(r"(.)\1+")
_EYES = str.maketrans("=", ":", "-oc^")
_MOUTHS = str.maketrans("]}[{P\\OS$@", "))((p/os|*")


class Kind(IntEnum):
    """What a token does to its sentence."""

    WORD = 0
    SIGN = 1
    """An emoji or emoticon: a word that nothing negates."""
    FILLER = 2
    """A word outside the vocabulary: it only counts towards the reach of negators and modifiers."""
    NEGATOR = 3
    MODIFIER = 4
    STOP = 5
    CONTRAST = 6
    SKIP = 7


class Token(NamedTuple):
    """One token.

    Attributes:
        kind: what it does.
        key: where its weights are found; lower case, one spelling for all variants.
        gain: factor on the strength of what it says, of a modifier: on what the next words say.
    """

    kind: Kind
    key: str
    gain: float


_SKIPPED = Token(Kind.SKIP, "", 1.0)


class Tokeniser:
    """Cuts texts into tokens.

    Args:
        vocabulary: words worth telling from their variants, lower case: `goooood` becomes `good`,
            and `#sohappy` `so happy`, because these are among them.
    """

    def __init__(self, vocabulary: Container[str]) -> None:
        self._vocabulary = vocabulary
        self._classify = lru_cache(maxsize=CACHED_TOKENS)(self._classify_spelling)

    def tokenise(self, text: str) -> list[Token]:
        """Cut a text into tokens. Any Unicode text will do; what is no token is passed over."""
        text = text.translate(_SPELLINGS)
        if "#" in text:
            text = spell_out_hashtags(text, self._vocabulary)
        classify = self._classify
        return [classify(spelling) for spelling in _TOKEN.findall(text)]

    def _classify_spelling(self, spelling: str) -> Token:
        match = _NAMED_TOKEN.fullmatch(spelling)
        kind = match.lastgroup if match else "skip"
        if kind == "skip":
            return _SKIPPED
        if kind == "stop":
            return _read_stop(spelling)
        if kind in ("word", "phrase"):
            return self._read_word(" ".join(spelling[:MAX_WORD].split()))
        key, gain = (spelling[0], 1.0) if kind == "emoji" else _read_emoticon(spelling)
        return Token(Kind.SIGN if key in self._vocabulary else Kind.FILLER, key, gain)

    def _read_word(self, spelling: str) -> Token:
        word = spelling.casefold()
        gain = SHOUT_GAIN if len(word) > 1 and spelling.isupper() else 1.0
        if _STRETCHED.search(word):
            word, gain = self._shorten(word), gain * STRETCH_GAIN
        elif _LAUGHTER.fullmatch(word):
            word = "haha"
        if word in MODIFIERS:
            modifier = MODIFIERS[word]
            return Token(Kind.MODIFIER, word, modifier * gain if modifier > 1.0 else modifier)
        if word in PLAIN_PHRASES:
            return _SKIPPED
        if word in NEGATORS or word.endswith("n't"):
            return Token(Kind.NEGATOR, word, 1.0)
        if word in CONTRASTS:
            return Token(Kind.CONTRAST, word, 0.0)
        return Token(Kind.WORD if word in self._vocabulary else Kind.FILLER, word, gain)

    def _shorten(self, word: str) -> str:
        """Shorten stretched letters to the known word they stand for."""
        twice = _STRETCHED.sub(r"\1\1", word)
        for known in (twice, _STRETCHED.sub(r"\1", word), _DOUBLED.sub(r"\1", word)):
            if known in self._vocabulary or known in MODIFIERS or known in NEGATORS:
                return known
        return twice


def _read_stop(spelling: str) -> Token:
    """Name a run of punctuation by whether it asks; its gain is the number of exclamation marks."""
    asks = "?" in spelling or "\uff1f" in spelling
    exclamations = spelling.count("!") + spelling.count("\uff01")
    return Token(Kind.STOP, QUESTION if asks else ".", float(exclamations))


def _read_emoticon(spelling: str) -> tuple[str, float]:
    """Bring eyes, nose and mouth of an emoticon to one form: `=-))` is `:)`, stretched."""
    if spelling[0] in "xX":
        return ":D", 1.0
    if spelling[0] not in ":;=>" or spelling[-1] == "<":
        return _REPEATED.sub(r"\1", spelling.lower()), 1.0
    mouth = spelling[-1]
    eyes = spelling.rstrip(mouth)
    gain = STRETCH_GAIN if len(eyes) + 1 < len(spelling) else 1.0
    return eyes.translate(_EYES) + mouth.translate(_MOUTHS), gain
