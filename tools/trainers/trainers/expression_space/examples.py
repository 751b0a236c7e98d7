"""What a space is trained and judged on: sentences with faces, read from records.

Shapes: n examples; a face is 52 weights in the order of `arkit-52`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import EmotionLabel, Expression, Labels, Source, Text
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, convert
from numpy.typing import NDArray

from trainers.expression_space.split import Split
from trainers.expression_space.terms import Terms, Told, list_terms, read_terms

LAYOUT = "arkit-52"
SHAPES: tuple[str, ...] = LAYOUTS[LAYOUT]
PEOPLE = "people"
"""Annotator of an expression that no verb made."""

Group = tuple[str, str]
"""Name and value of what no split may cut, for example a speaker."""


@dataclass(frozen=True)
class Examples:
    """Sentences with their faces.

    Attributes:
        ids: (n,) of the records.
        texts: (n,) the sentences.
        faces: (n, 52) float32, 0 to 1, in the order of `SHAPES`.
        splits: (n,) on which side each lies.
        emotions: (n,) what people said of each; empty where nobody was asked.
        groups: (n,) what each must not be parted from by a split.
        makers: (n,) who made each face: `TOOL VERB`, with backend and model where there are some,
            or `people`.
        terms: under which the records may be used.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    faces: NDArray[np.float32]
    splits: tuple[Split, ...]
    emotions: tuple[tuple[EmotionLabel, ...], ...]
    groups: tuple[frozenset[Group], ...]
    makers: tuple[str, ...]
    terms: tuple[Terms, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def annotators(self) -> dict[str, int]:
        """How many faces are whose."""
        return dict(sorted(Counter(self.makers).items()))

    @cached_property
    def _sides(self) -> NDArray[np.str_]:
        return np.array(self.splits, dtype=np.str_)

    def rows(self, split: Split) -> NDArray[np.int64]:
        """The positions of the examples of a side, ascending."""
        return np.flatnonzero(self._sides == split.value).astype(np.int64)

    def count(self, split: Split) -> int:
        """How many examples a side has."""
        return len(self.rows(split))

    def part(self, split: Split) -> "Examples":
        """The examples of a side; the terms stay those of all."""
        return self.take(self.rows(split))

    def take(self, positions: NDArray[np.int64]) -> "Examples":
        """The examples at these positions; the terms stay those of all."""
        rows = positions.tolist()
        return Examples(
            ids=tuple(self.ids[row] for row in rows),
            texts=tuple(self.texts[row] for row in rows),
            faces=self.faces[rows],
            splits=tuple(self.splits[row] for row in rows),
            emotions=tuple(self.emotions[row] for row in rows),
            groups=tuple(self.groups[row] for row in rows),
            makers=tuple(self.makers[row] for row in rows),
            terms=self.terms,
        )


def check_example(record: Record) -> None:
    """Refuse a record without a face, or on no side.

    Raises:
        RecordError: missing-field.
    """
    if record[Expression].blendshapes is None:
        raise RecordError(
            Reason.MISSING_FIELD, "the expression has no weights: /expression/blendshapes"
        )
    if record[Source].split not in set(Split):
        raise RecordError(
            Reason.MISSING_FIELD,
            "the record is in none of the splits train, validation, test: /source/split",
        )


def read_examples(records: Iterable[Record]) -> Examples:
    """Read sentences and faces.

    Args:
        records: that passed `check_example`, with `text`, `expression`, `source` and, where there
            are some, `labels`; all of them are held.
    """
    terms: Counter[Told] = Counter()
    rows = list(_read_rows(records, terms))
    faces = [row.face for row in rows]
    return Examples(
        ids=tuple(row.id for row in rows),
        texts=tuple(row.text for row in rows),
        faces=np.stack(faces) if faces else np.zeros((0, len(SHAPES)), np.float32),
        splits=tuple(row.split for row in rows),
        emotions=tuple(row.emotions for row in rows),
        groups=tuple(row.groups for row in rows),
        makers=tuple(row.maker for row in rows),
        terms=list_terms(terms),
    )


@dataclass(frozen=True, slots=True)
class _Row:
    id: str
    text: str
    face: NDArray[np.float32]
    split: Split
    emotions: tuple[EmotionLabel, ...]
    groups: frozenset[Group]
    maker: str


def _read_rows(records: Iterable[Record], terms: Counter[Told]) -> Iterator[_Row]:
    """Read records one after the other, and count what their terms are."""
    for record in records:
        expression, source, labels = record[Expression], record[Source], record.get(Labels)
        terms[read_terms(source)] += 1
        yield _Row(
            id=record.id,
            text=record[Text].content,
            face=read_face(expression),
            split=Split(source.split or ""),
            emotions=tuple(labels.find_said()) if labels is not None else (),
            groups=frozenset(source.groups.items()),
            maker=name_annotator(expression),
        )


def read_face(expression: Expression) -> NDArray[np.float32]:
    """The weights of an expression that has some, whatever their layout.

    Returns:
        (52,) float32, by name in the order of `SHAPES`; 0 for a shape that the layout has not.
    """
    blendshapes = expression.blendshapes
    if blendshapes is None:
        raise ValueError("the expression has no weights")
    weights = blendshapes.weights
    if blendshapes.layout != LAYOUT:
        weights = convert(weights, blendshapes.layout, LAYOUT)
    return np.array(weights, dtype=np.float32)


def name_annotator(expression: Expression) -> str:
    """Who made an expression."""
    made_by = expression.made_by
    if made_by is None:
        return PEOPLE
    words = [made_by.tool, made_by.verb, made_by.backend, made_by.model]
    return " ".join(word for word in words if word)
