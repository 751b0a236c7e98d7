"""How well expressions agree with what people said, beside baselines that know nothing or little.

Emotions are compared in the seven classes of `ekman`, neutral among them; several may hold at once.
No sentence is scored that the lexicon was derived from.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import orjson
from affectory_protocol.errors import ManifestError, UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Expression
from affectory_protocol.vocabularies.emotions import map_label
from pydantic import BaseModel, ConfigDict, Field

from llm_annotate.config import EvaluationConfig, Overlap
from llm_annotate.examples import Example, read_examples
from llm_annotate.lexicon import Table
from llm_annotate.naive_bayes import NaiveBayes
from llm_annotate.scores import (
    CLASSES,
    NEUTRAL,
    Classes,
    Figures,
    Pattern,
    read_interval,
    resample,
    score,
    score_baseline,
)
from llm_annotate.training_texts import TextSet, normalise_text

COMMAND = "llm-annotate evaluate"
VOCABULARY = "ekman"
DIGITS = 4
"""Decimals of a figure."""


class Case(NamedTuple):
    """A sentence with what people said and what was found."""

    text: str
    said: Classes
    found: Classes


class Groups(BaseModel):
    """How many sentences took part, each on one side only."""

    model_config = ConfigDict(frozen=True)

    train: int = Field(description="Sentences the weights were counted in.")
    validation: int = Field(description="Sentences the thresholds were set on.")
    test: int = Field(description="Sentences that are scored.")
    overlap: int = Field(description="Scored sentences that are among the first two: always 0.")
    excluded: int = Field(description="Sentences left out because they are among the first two.")
    unlabelled: int = Field(description="Sentences left out because no label has a class.")


class Metric(BaseModel):
    """One figure."""

    model_config = ConfigDict(frozen=True)

    name: str
    unit: str
    value: float
    ci95: tuple[float, float]
    n: int
    failures: int
    baselines: dict[str, float]


class Evaluation(BaseModel):
    """All figures of one run."""

    model_config = ConfigDict(frozen=True)

    command: str
    groups: Groups
    metrics: tuple[Metric, ...]


def evaluate_records(
    records: Iterable[Record], *, table: Table, train: Sequence[Example], config: EvaluationConfig
) -> Evaluation:
    """Compare expressions with labels.

    Args:
        records: with `text`, `labels` and `expression`.
        table: whose training sentences may not be scored.
        train: labelled sentences for the naive Bayes baseline, labels of `ekman`; none, no such
            baseline. They may not be scored either.
        config: what happens to sentences that may not.

    Raises:
        ManifestError: such a sentence is there, and the choice is to fail.
        UsageError: nothing is left to score.
    """
    cases = [_read_case(record) for record in records]
    labelled = [case for case in cases if case.said]
    known = TextSet.decode(table.texts)
    trained = {normalise_text(example.text) for example in train}
    fresh = [
        case
        for case in labelled
        if case.text not in known and normalise_text(case.text) not in trained
    ]
    excluded = len(labelled) - len(fresh)
    if excluded and config.overlap is Overlap.FAIL:
        raise ManifestError(
            f"sentences to be scored are among those the lexicon was derived from: {excluded}",
            hint="Leave them out, or let them be left out and counted: --overlap drop.",
        )
    if not fresh:
        raise UsageError("no labelled sentence is left to be scored")
    groups = Groups(
        train=table.sentences["train"],
        validation=table.sentences["validation"],
        test=len(fresh),
        overlap=sum(case.text in known for case in fresh),
        excluded=excluded,
        unlabelled=len(cases) - len(labelled),
    )
    return Evaluation(command=COMMAND, groups=groups, metrics=_measure(fresh, train))


def _read_case(record: Record) -> Case:
    example = next(read_examples([record], VOCABULARY))
    found = {
        map_label(emotion.label, emotion.vocabulary, VOCABULARY)
        for emotion in record[Expression].emotions
    }
    return Case(
        example.text, example.labels, frozenset(label for label in found if label is not None)
    )


def _measure(cases: Sequence[Case], train: Sequence[Example]) -> tuple[Metric, ...]:
    patterns = Counter(Pattern(case.said, case.found) for case in cases)
    samples = resample(patterns)
    baselines = _score_baselines(cases, train)
    failures = sum(not case.found for case in cases)
    emotional = sum(bool(case.said - {NEUTRAL}) for case in cases)
    metrics = []
    for name, value in score(patterns).items():
        low, high = read_interval(sample[name] for sample in samples)
        metrics.append(
            Metric(
                name=name,
                unit="share",
                value=round(value, DIGITS),
                ci95=(round(low, DIGITS), round(high, DIGITS)),
                n=emotional if name == "coverage" else len(cases),
                failures=failures,
                baselines={of: round(figures[name], DIGITS) for of, figures in baselines.items()},
            )
        )
    return tuple(metrics)


def _score_baselines(cases: Sequence[Case], train: Sequence[Example]) -> dict[str, Figures]:
    """Baselines: the class said most often, all classes, naive Bayes where there is `train`."""
    said = [case.said for case in cases]
    counts = Counter(label for classes in said for label in sorted(classes))
    majority = frozenset([max(CLASSES, key=lambda label: counts[label])])
    everything = frozenset(CLASSES)
    baselines = {
        "majority": score_baseline(said, lambda _: majority),
        "all-positive": score_baseline(said, lambda _: everything),
    }
    if train:
        bayes = NaiveBayes(train, CLASSES)
        baselines["naive-bayes"] = score_baseline(
            said, lambda index: frozenset([bayes.predict(cases[index].text)])
        )
    return baselines


def write_evaluation(evaluation: Evaluation) -> bytes:
    """Write an evaluation as JSON, with a newline at its end."""
    return orjson.dumps(
        evaluation.model_dump(mode="json"), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )


def render_table(evaluation: Evaluation) -> str:
    """Say an evaluation as a table of text; a star marks the best value of a line."""
    names = ["this", "95 % interval", *evaluation.metrics[0].baselines]
    lines = [_pad("", names)]
    for metric in evaluation.metrics:
        best = max(metric.value, *metric.baselines.values())
        low, high = metric.ci95
        cells = [
            _mark(metric.value, best),
            f"{low:.3f} to {high:.3f}",
            *(_mark(value, best) for value in metric.baselines.values()),
        ]
        lines.append(_pad(metric.name, cells))
    groups = evaluation.groups
    lines.append(
        f"{groups.test} sentences; {groups.excluded} left out that the lexicon was derived from, "
        f"{groups.unlabelled} without a label; overlap {groups.overlap}"
    )
    return "\n".join(lines)


def _mark(value: float, best: float) -> str:
    return f"{value:.3f}{'*' if value == best else ' '}"


def _pad(head: str, cells: Sequence[str]) -> str:
    return f"{head:<12}" + "".join(f"{cell:>18}" for cell in cells)
