"""The backend `lexicon`: words with counted weights and a few rules, no model.

The words decide which emotions a sentence shows; emphasis (very, a bit, capitals, exclamation
marks) decides how strongly, and never whether.
"""

from llm_annotate.feeling import Felt, Mood, grade
from llm_annotate.lexicon import Feeling, Lexicon, load_table


class LexiconBackend:
    """Finds emotions by a lexicon.

    Attributes:
        model: None, as there is one table, which comes with the package.
    """

    model: str | None = None

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def read_mood(self, text: str) -> Mood:
        """Find the emotions of a text."""
        reading = self._lexicon.read(text)
        shown = {feeling.group: _to_felt(feeling) for feeling in self._lexicon.judge(reading)}
        return Mood(shown, reading.gain)


def load() -> LexiconBackend:
    """Load the table that comes with the package."""
    return LexiconBackend(Lexicon(load_table()))


def _to_felt(feeling: Feeling) -> Felt:
    intensity = grade(feeling.margin, feeling.gain)
    if feeling.label is None:
        return Felt("ekman", feeling.group, intensity)
    return Felt("goemotions", feeling.label, intensity)
