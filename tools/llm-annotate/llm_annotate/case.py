"""What people said about a sentence beside what was found in it."""

from collections.abc import Sequence
from typing import NamedTuple

from affectory_protocol.record import Record
from affectory_protocol.records import Emotion, Expression
from affectory_protocol.records.base import MadeBy
from affectory_protocol.vocabularies.emotions import map_label

from llm_annotate.examples import Example, read_examples
from llm_annotate.lexicon import GROUPS
from llm_annotate.mapped_labels import EkmanLabels
from llm_annotate.scores import Classes

VOCABULARY = EkmanLabels.target


class Case(NamedTuple):
    """A sentence with what people said and what was found.

    Attributes:
        example: the sentence.
        found: the classes shown.
        probabilities: of each class, when the backend gave some.
        intensities: found and said, of each emotion that people rated.
        made_by: what found it, when a program did.
    """

    example: Example
    found: Classes
    probabilities: tuple[float, ...] | None
    intensities: tuple[tuple[float, float], ...]
    made_by: MadeBy | None

    @property
    def said(self) -> Classes:
        """What people said."""
        return self.example.labels


def read_case(record: Record) -> Case:
    """Compare nothing yet: put what was said and what was found side by side."""
    example = next(read_examples([record], EkmanLabels))
    expression = record[Expression]
    found = _read_found(expression.emotions)
    given = expression.probabilities
    return Case(
        example,
        frozenset(found),
        tuple(given.values) if given is not None and given.vocabulary == VOCABULARY else None,
        tuple(
            (found.get(name, 0.0), said.score)
            for said in record[EkmanLabels].emotions
            if said.score is not None
            and (name := map_label(said.label, said.vocabulary, VOCABULARY)) in GROUPS
        ),
        expression.made_by,
    )


def _read_found(emotions: Sequence[Emotion]) -> dict[str, float]:
    """Intensity by class; nothing where one is of a vocabulary that nobody mapped."""
    found: dict[str, float] = {}
    for emotion in emotions:
        try:
            name = map_label(emotion.label, emotion.vocabulary, VOCABULARY)
        except ValueError:
            return {}
        if name is not None:
            found[name] = max(emotion.intensity, found.get(name, 0.0))
    return found
