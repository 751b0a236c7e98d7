"""Labels by people in a table: emotions, ratings, captions."""

from enum import StrEnum
from functools import cached_property
from typing import Annotated, Self

from affectory_protocol.records import BigFive, EmotionLabel, Labels
from pydantic import Field, model_validator

from dataset_io.formats.table.cells import Cells
from dataset_io.formats.table.label import check_labels, fold_words, name_label
from dataset_io.formats.table.part import Columns, ColumnsByName, Part, SomeColumn, Words
from dataset_io.formats.table.rating import Rating, Scale, check_scale, rescale


class Holds(StrEnum):
    """What the cells of a column for each label say."""

    FLAGS = "flags"
    SCORES = "scores"
    VOTES = "votes"


class EmotionsMap(Part):
    """Labels of one vocabulary: one column that names them, or a column for each."""

    vocabulary: Words
    rater: SomeColumn = None
    # one column that names them
    column: SomeColumn = None
    separator: Words | None = None
    names: dict[str, Words] = Field(default_factory=dict)
    score: SomeColumn = None
    votes: SomeColumn = None
    # a column for each label
    columns: ColumnsByName = Field(default_factory=dict)
    holds: Annotated[Holds, Field(strict=False)] = Holds.FLAGS
    scale: Scale

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.column is None) == (not self.columns):
            raise ValueError("give column, which names the label, or columns, one for each label")
        if self.columns and self.model_fields_set & {"separator", "names", "score", "votes"}:
            raise ValueError("separator, names, score and votes go with column, not with columns")
        if self.column and "holds" in self.model_fields_set:
            raise ValueError("holds goes with columns, not with column")
        check_scale(self.scale)
        check_labels(self.vocabulary, [*self.names.values(), *self.columns])
        return self

    @cached_property
    def _names(self) -> dict[str, str]:
        return fold_words(self.names)

    def read(self, cells: Cells) -> list[EmotionLabel]:
        """The labels of one row.

        Raises:
            RecordError: unknown-label or malformed-row.
        """
        rater = cells.text(self.rater)
        return self._read_each(cells, rater) if self.columns else self._read_named(cells, rater)

    def _read_named(self, cells: Cells, rater: str | None) -> list[EmotionLabel]:
        words = cells.items(self.column, self.separator)
        score = rescale(cells, self.score, self.scale) if self.score else None
        votes = cells.count(self.votes)
        labels = dict.fromkeys(name_label(self.vocabulary, word, self._names) for word in words)
        return [self._build(label, score=score, votes=votes, rater=rater) for label in labels]

    def _read_each(self, cells: Cells, rater: str | None) -> list[EmotionLabel]:
        """One label for each column that does not say 0."""
        found: list[EmotionLabel] = []
        for label, column in self.columns.items():
            if self.holds is Holds.FLAGS:
                score, votes, present = None, None, cells.flag(column)
            elif self.holds is Holds.SCORES:
                score, votes = rescale(cells, column, self.scale), None
                present = bool(score)
            else:
                score, votes = None, cells.count(column)
                present = bool(votes)
            if present:
                found.append(self._build(label, score=score, votes=votes, rater=rater))
        return found

    def _build(
        self, label: str, *, score: float | None, votes: int | None, rater: str | None
    ) -> EmotionLabel:
        measures = {"score": score, "votes": votes, "rater": rater}
        known = {name: value for name, value in measures.items() if value is not None}
        return EmotionLabel.model_validate({"vocabulary": self.vocabulary, "label": label, **known})


class BigFiveMap(Part):
    """Personality, a rating each."""

    openness: Rating | None = None
    conscientiousness: Rating | None = None
    extraversion: Rating | None = None
    agreeableness: Rating | None = None
    neuroticism: Rating | None = None


class CaptionsMap(Part):
    """Columns of descriptions."""

    columns: Annotated[Columns, Field(min_length=1)]
    separator: Words | None = None


class LabelsMap(Part):
    """What people said."""

    emotions: list[EmotionsMap] = Field(default_factory=list)
    raters: SomeColumn = None
    unclear: SomeColumn = None
    valence: Rating | None = None
    arousal: Rating | None = None
    dominance: Rating | None = None
    big_five: BigFiveMap | None = None
    captions: CaptionsMap | None = None

    def read(self, cells: Cells) -> Labels | None:
        """The section of one row; None when its cells say nothing.

        Raises:
            RecordError: unknown-label or malformed-row.
        """
        traits = _read_ratings(self.big_five, cells) if self.big_five else {}
        found = {
            "emotions": [label for one in self.emotions for label in one.read(cells)],
            "raters": cells.count(self.raters),
            "unclear": cells.count(self.unclear),
            **_read_ratings(self, cells),
            "big_five": BigFive.model_validate(traits) if traits else None,
            "captions": self._read_captions(cells),
        }
        known = {name: value for name, value in found.items() if value not in (None, [])}
        return Labels.model_validate(known) if known else None

    def _read_captions(self, cells: Cells) -> list[str]:
        if self.captions is None:
            return []
        separator = self.captions.separator
        return [text for column in self.captions.columns for text in cells.items(column, separator)]


def _read_ratings(part: Part, cells: Cells) -> dict[str, float]:
    """The ratings that are fields of a part, where their cells say something."""
    ratings = {name: getattr(part, name) for name in type(part).model_fields}
    read = {name: one.read(cells) for name, one in ratings.items() if isinstance(one, Rating)}
    return {name: value for name, value in read.items() if value is not None}
