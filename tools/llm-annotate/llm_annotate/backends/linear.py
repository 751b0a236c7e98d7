"""The backend `linear`: logistic regressions on the n-grams of a text.

A probability for each basic emotion and for neutral; an emotion is shown when its probability
reaches its threshold. How strong comes from ratings where the weights were learned from some, else
from how far the probability is above the threshold and how emphatic the text is, by the rules of
the lexicon.
"""

from math import log
from pathlib import Path

from llm_annotate.feeling import STEPS, Felt, Mood, grade
from llm_annotate.lexicon import GROUP_LABELS, GROUPS, Lexicon, load_table, name_clearest
from llm_annotate.linear import CLASSES, Head, LinearModel, load_model, parse_model, to_probability


class LinearBackend:
    """Finds emotions by a linear model.

    Args:
        model: the weights.
        lexicon: for the emphasis of a text.
    """

    def __init__(self, model: LinearModel, lexicon: Lexicon) -> None:
        self._model = model
        self._lexicon = lexicon
        self._heads = {head: number for number, head in enumerate(model.heads)}

    @property
    def model(self) -> str:
        """The weights, by their content."""
        return self._model.name

    def read_mood(self, text: str) -> Mood:
        """Find the emotions of a text."""
        evidence = self._model.weigh(text)
        probabilities = tuple(map(to_probability, evidence[: len(CLASSES)]))
        gain = self._lexicon.read(text).gain
        shown = {
            group: self._feel(group, probability, evidence, gain)
            for group, probability in zip(CLASSES, probabilities, strict=True)
            if group in GROUPS and probability >= self._model.thresholds[group]
        }
        return Mood(shown, gain, probabilities)

    def _feel(self, group: str, probability: float, evidence: list[float], gain: float) -> Felt:
        strength = self._heads.get(Head("strength", group))
        if strength is None:
            margin = _log_odds(probability) - _log_odds(self._model.thresholds[group])
            intensity = grade(margin, gain)
        else:
            intensity = min(STEPS, max(1, round(evidence[strength] * STEPS))) / STEPS
        label = self._name(group, evidence)
        if label is None:
            return Felt("ekman", group, intensity)
        return Felt("goemotions", label, intensity)

    def _name(self, group: str, evidence: list[float]) -> str | None:
        """The label within a group that is clearly likelier than the next, None when none is."""
        if len(GROUP_LABELS[group]) == 1:
            return group
        scores = {
            label: evidence[number]
            for label in GROUP_LABELS[group]
            if (number := self._heads.get(Head("label", label))) is not None
        }
        return name_clearest(scores) if scores else None


def _log_odds(probability: float) -> float:
    """The log-odds of a probability in steps of 0.0001; 0 and 1 count as half a step from there."""
    inner = min(max(probability, 0.00005), 0.99995)
    return log(inner / (1.0 - inner))


def load(weights: Path | None = None) -> LinearBackend:
    """Load weights from a file, or those that come with the package.

    Raises:
        UsageError: the file holds no such weights.
    """
    model = load_model() if weights is None else parse_model(weights.read_bytes())
    return LinearBackend(model, Lexicon(load_table()))
