"""What labelled sentences teach the linear model: which emotions, by which name, how strong.

Which are there is the rule of `Labels.find_said`. A score is how strong one is, 0 among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from affectory_protocol.errors import ManifestError
from affectory_protocol.record import Record
from affectory_protocol.records import EmotionLabel, Source, Text
from affectory_protocol.vocabularies.emotions import map_label

from llm_annotate.config import Overlap
from llm_annotate.examples import Example
from llm_annotate.leakage import Learned
from llm_annotate.mapped_labels import EkmanLabels

FINE, BASIC = "goemotions", EkmanLabels.target


class Lesson(NamedTuple):
    """One sentence.

    Attributes:
        example: the sentence; its labels are the classes of `ekman` that are there, maybe none.
        labels: the same by the names of `goemotions`, None when people used another vocabulary.
        strengths: intensity by class of `ekman`, 0 to 1, where people rated it.
    """

    example: Example
    labels: frozenset[str] | None
    strengths: Mapping[str, float]


def read_lessons(records: Iterable[Record]) -> list[Lesson]:
    """Read what each sentence teaches; those without a text or any label are passed over."""
    found = []
    for record in records:
        text, said = record.get(Text), record.get(EkmanLabels)
        if text is not None and said is not None and said.emotions:
            found.append(_read_lesson(text.content, said, record.get(Source)))
    return found


def _read_lesson(text: str, said: EkmanLabels, source: Source | None) -> Lesson:
    is_fine = all(each.vocabulary == FINE for each in said.emotions)
    strengths: dict[str, list[float]] = {}
    for each in said.emotions:
        name = _to_class(each)
        if each.score is not None and name is not None:
            strengths.setdefault(name, []).append(each.score)
    return Lesson(
        Example(text, said.read(), frozenset(source.groups.items()) if source else frozenset()),
        frozenset(each.label for each in said.find_said()) if is_fine else None,
        {name: sum(scores) / len(scores) for name, scores in strengths.items()},
    )


def _to_class(said: EmotionLabel) -> str | None:
    return map_label(said.label, said.vocabulary, BASIC)


def part(
    train: Sequence[Lesson], validation: Sequence[Lesson], overlap: Overlap
) -> Sequence[Lesson]:
    """Leave the validation sentences that are not among those trained on, nor belong to one.

    Raises:
        ManifestError: some do, and the choice is to fail.
    """
    learned = Learned((), (lesson.example for lesson in train))
    fresh = [lesson for lesson in validation if not learned.touches(lesson.example)]
    shared = len(validation) - len(fresh)
    if shared and overlap is Overlap.FAIL:
        raise ManifestError(
            "validation sentences are among those to learn from, or share a group with them: "
            f"{shared}",
            hint="Leave them out, or let them be left out: --overlap drop.",
        )
    return fresh
