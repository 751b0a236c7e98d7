"""The backend `lexicon`: words with counted weights and a few rules, no model.

The words decide which emotions a sentence shows; emphasis (very, a bit, capitals, exclamation
marks) decides how strongly, and never whether.
"""

from math import exp

from llm_annotate.clauses import Reading
from llm_annotate.feeling import Felt, Mood, emphasise
from llm_annotate.lexicon import Feeling, Lexicon, load_table

FAINTEST, SPAN = 0.4, 0.4
"""Intensity of an emotion whose evidence just reaches its threshold; what more evidence adds."""
MARGIN_SCALE = 2.0
"""Evidence above the threshold that adds 63 % of `SPAN`, natural logarithm of odds."""


class LexiconBackend:
    """Finds emotions by a lexicon."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def read_mood(self, text: str) -> Mood:
        """Find the emotions of a text."""
        reading = self._lexicon.read(text)
        if not reading.claims:
            return Mood({}, reading.emphasis)
        shown = {feeling.group: _to_felt(feeling) for feeling in self._lexicon.judge(reading)}
        return Mood(shown, mean_gain(reading))


def load() -> LexiconBackend:
    """Load the table that comes with the package."""
    return LexiconBackend(Lexicon(load_table()))


def mean_gain(reading: Reading) -> float:
    """How emphatic a text is on the whole."""
    gains = [claim.gain for claim in reading.claims.values()]
    return reading.emphasis * sum(gains) / len(gains)


def _to_felt(feeling: Feeling) -> Felt:
    plain = FAINTEST + SPAN * (1.0 - exp(-feeling.margin / MARGIN_SCALE))
    intensity = emphasise(plain, feeling.gain)
    if feeling.label is None:
        return Felt("ekman", feeling.group, intensity)
    return Felt("goemotions", feeling.label, intensity)
