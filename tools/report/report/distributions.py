"""What the records hold, counted in one pass: labels, predictions, muscles, splits, verdicts."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from affectory_protocol.record import Record
from affectory_protocol.records import (
    Asset,
    Assets,
    Expression,
    Faces,
    FacesInImage,
    Generation,
    Labels,
    MadeBy,
    Side,
    Source,
    Text,
    Verdict,
    Verdicts,
)

from report.agreement import Agreements
from report.histogram import Histogram
from report.tally import Tally

MAX_FILTERS = 64
MAX_MEASURES = 64
"""Histograms kept apart, as verdicts may come from anywhere."""

SCORE = "score"
"""Name under which the judged number of a filter without measures is drawn."""

Pair = tuple[str, str]


@dataclass(slots=True)
class FilterTally:
    """What one filter found.

    Attributes:
        passed: records of the manifest that it let through.
        marked: records of the manifest that it would have dropped.
        dropped: records it left out, as far as they were given.
        reasons: why records failed.
        thresholds: bounds the score was held against.
        measures: how each measured number is spread.
        makers: tool and verb that judged.
    """

    passed: int = 0
    marked: int = 0
    dropped: int = 0
    reasons: Tally[str] = field(default_factory=Tally)
    thresholds: Tally[float] = field(default_factory=lambda: Tally(max_keys=8))
    measures: dict[str, Histogram] = field(default_factory=dict)
    makers: Tally[Pair] = field(default_factory=lambda: Tally(max_keys=8))

    def add(self, verdict: Verdict, *, kept: bool) -> None:
        """Count one verdict of a record that is in the manifest or was dropped."""
        if not kept:
            self.dropped += 1
        elif verdict.passed:
            self.passed += 1
        else:
            self.marked += 1
        if not verdict.passed:
            self.reasons.add(verdict.reason or "")
        if verdict.threshold is not None:
            self.thresholds.add(verdict.threshold)
        if verdict.made_by is not None:
            self.makers.add((verdict.made_by.tool, verdict.made_by.verb))
        for name, value in _measures(verdict):
            if name in self.measures or len(self.measures) < MAX_MEASURES:
                self.measures.setdefault(name, Histogram()).add(value, kept=kept)


def _measures(verdict: Verdict) -> Iterator[tuple[str, float | None]]:
    if verdict.measures:
        yield from verdict.measures.items()
    elif verdict.score is not None:
        yield SCORE, verdict.score


@dataclass(slots=True)
class Distributions:
    """Counters over the whole manifest."""

    records: int = 0
    sections: Tally[str] = field(default_factory=Tally)
    labels: Tally[Pair] = field(default_factory=Tally)
    labelled: Tally[str] = field(default_factory=Tally)
    emotions: Tally[Pair] = field(default_factory=Tally)
    predicted: Tally[str] = field(default_factory=Tally)
    silent: int = 0
    action_units: Tally[int] = field(default_factory=Tally)
    one_sided: Tally[int] = field(default_factory=Tally)
    splits: Tally[Pair] = field(default_factory=Tally)
    faces: Tally[tuple[str, int]] = field(default_factory=Tally)
    filters: dict[str, FilterTally] = field(default_factory=dict)
    makers: Tally[tuple[str, ...]] = field(default_factory=Tally)
    agreements: Agreements = field(default_factory=Agreements)

    def add(self, record: Record) -> None:
        """Count one record of the manifest."""
        self.records += 1
        for name in record.members:
            if name not in ("id", "parent"):
                self.sections.add(name)
        source = record.get(Source)
        self.splits.add((source.dataset, source.split or "") if source else ("", ""))
        self._add_labels(record.get(Labels))
        self._add_expression(record.get(Expression))
        self._add_faces(record.get(Faces))
        self._add_agreement(record, source)
        self.add_verdicts(record.get(Verdicts), kept=True)
        self._add_makers(record)

    def add_verdicts(self, verdicts: Verdicts | None, *, kept: bool) -> None:
        """Count the verdicts of a record that is in the manifest or was dropped."""
        for name, verdict in (verdicts.root if verdicts else {}).items():
            if name in self.filters or len(self.filters) < MAX_FILTERS:
                self.filters.setdefault(name, FilterTally()).add(verdict, kept=kept)

    def _add_labels(self, labels: Labels | None) -> None:
        given = sorted({(e.vocabulary, e.label) for e in labels.emotions} if labels else ())
        for pair in given:
            self.labels.add(pair)
        for vocabulary in sorted({vocabulary for vocabulary, _ in given}):
            self.labelled.add(vocabulary)

    def _add_expression(self, expression: Expression | None) -> None:
        if expression is None:
            return
        self.silent += expression.tells_emotions and not expression.emotions
        strengths: dict[Pair, float] = {}
        for emotion in expression.emotions:
            pair = (emotion.vocabulary, emotion.label)
            strengths[pair] = max(emotion.intensity, strengths.get(pair, 0.0))
        for pair, intensity in strengths.items():
            self.emotions.add(pair, intensity)
        for vocabulary in sorted({vocabulary for vocabulary, _ in strengths}):
            self.predicted.add(vocabulary)
        self._add_action_units(expression)

    def _add_action_units(self, expression: Expression) -> None:
        strongest: dict[int, float] = {}
        for unit in expression.action_units:
            strongest[unit.au] = max(unit.intensity, strongest.get(unit.au, 0.0))
        for number, intensity in strongest.items():
            self.action_units.add(number, intensity)
        for number in {u.au for u in expression.action_units if u.side is not Side.BOTH}:
            self.one_sided.add(number)

    def _add_faces(self, faces: Faces | None) -> None:
        for role, found in (faces.root if faces else {}).items():
            self.faces.add((role, len(found.items)))

    def _add_agreement(self, record: Record, source: Source | None) -> None:
        labels, expression = record.get(Labels), record.get(Expression)
        if labels and labels.emotions and expression and expression.tells_emotions:
            self.agreements.add(labels, expression, source.split if source else None)

    def _add_makers(self, record: Record) -> None:
        for what, made_by in iterate_makers(record):
            backend, model = made_by.backend or "", made_by.model or ""
            self.makers.add((what, made_by.tool, made_by.verb, backend, model))


def iterate_makers(record: Record) -> Iterator[tuple[str, MadeBy]]:
    """Each part of a record that a verb made, with the verb."""
    sections = (record.get(Source), record.get(Text), record.get(Labels), record.get(Expression))
    for section in (*sections, record.get(Generation)):
        if section is not None and section.made_by is not None:
            yield section.name, section.made_by
    parts: dict[str, Asset | FacesInImage | Verdict] = {}
    for whole in (record.get(Assets), record.get(Faces), record.get(Verdicts)):
        if whole is not None:
            parts |= {f"{whole.name}: {name}": part for name, part in whole.root.items()}
    for name, part in parts.items():
        if part.made_by is not None:
            yield name, part.made_by
