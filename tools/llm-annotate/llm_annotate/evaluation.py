"""How well expressions agree with what people said, beside baselines that know nothing or little.

Emotions are compared in the seven classes of `ekman`, neutral among them; several may hold at once.
Probabilities are compared where every expression has some, intensities where people rated some.
No sentence is scored that the lexicon or the weights behind an expression were derived from, or
that belongs to one a baseline learned from. An expression whose emotions cannot be said in `ekman`
is a failure: it counts as one that shows nothing.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from affectory_protocol.errors import ManifestError, UsageError
from affectory_protocol.evaluation import DIGITS, Evaluation, Groups, Metric, render_metrics
from affectory_protocol.record import Record
from pydantic import Field

from llm_annotate.agreement import Agreement
from llm_annotate.backends.lexicon import LexiconBackend
from llm_annotate.case import Case, read_case
from llm_annotate.config import EvaluationConfig, Overlap
from llm_annotate.examples import Example
from llm_annotate.feeling import MAX_SHOWN
from llm_annotate.lead import Lead
from llm_annotate.leakage import Learned
from llm_annotate.lexicon import Lexicon, Table
from llm_annotate.linear import LinearModel, load_model
from llm_annotate.metric import state_metrics
from llm_annotate.naive_bayes import Choice, NaiveBayes, WordCounts, choose
from llm_annotate.reliability import Reliability
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
from llm_annotate.training_texts import TextSet
from llm_annotate.weights_used import find_used

COMMAND = "llm-annotate evaluate"
LEXICON = "lexicon"
"""The baseline that finds emotions by words with weights."""
UNITS = {
    "macro-f1-lead": "difference of shares",
    "brier": "squared probability",
    "log-loss": "natural logarithm of a probability",
    "ece": "probability",
    "intensity-r": "correlation",
    "intensity-mae": "intensity",
}


class Learning(NamedTuple):
    """What the naive Bayes baseline learns from; nothing, and there is no such baseline.

    Attributes:
        train: sentences whose words are counted, labels of `ekman`.
        validation: sentences that its smoothing and prior are chosen on.
    """

    train: Sequence[Example] = ()
    validation: Sequence[Example] = ()


class Sentences(Groups):
    """How many sentences took part, and how many were left out."""

    excluded: int = Field(description="Sentences left out because they share some.")
    unlabelled: int = Field(description="Sentences left out because no label has a class.")


def evaluate_records(
    records: Iterable[Record],
    *,
    table: Table,
    learning: Learning,
    config: EvaluationConfig,
    weights: LinearModel | None = None,
) -> Evaluation[Sentences]:
    """Compare expressions with labels.

    Args:
        records: with `text`, `labels` as `EkmanLabels`, `expression`, and `source` where there is
            one.
        table: whose training sentences may not be scored.
        learning: for the naive Bayes baseline; its sentences may not be scored either.
        config: what happens to sentences that may not.
        weights: that the expressions were found by, when they are not those of the package; their
            training sentences may not be scored either.

    Raises:
        ManifestError: such a sentence is there, and the choice is to fail; or expressions were
            found by weights that are not known.
        UsageError: nothing is left to score.
    """
    cases = [read_case(record) for record in records]
    labelled = [case for case in cases if case.said]
    used = find_used(
        (case.made_by for case in cases),
        shipped=load_model(),
        given=weights,
        otherwise=table.sentences,
    )
    texts = [TextSet.decode(table.texts), *(TextSet(one.texts.tobytes()) for one in used.models)]
    learned = Learned(texts, (*learning.train, *learning.validation))
    fresh = [case for case in labelled if not learned.touches(case.example)]
    excluded = len(labelled) - len(fresh)
    if excluded and config.overlap is Overlap.FAIL:
        raise ManifestError(
            "sentences to be scored are among those that weights were learned from or a baseline "
            f"learns from, or share a group with them: {excluded}",
            hint="Leave them out, or let them be left out and counted: --overlap drop.",
        )
    if not fresh:
        raise UsageError("no labelled sentence is left to be scored")
    groups = Sentences(
        train=used.sentences["train"],
        validation=used.sentences["validation"],
        test=len(fresh),
        overlap=_prove_apart(learned, fresh),
        excluded=excluded,
        unlabelled=len(cases) - len(labelled),
    )
    counts = WordCounts(learning.train, CLASSES) if learning.train else None
    choice = choose(counts, learning.validation) if counts else None
    bayes = NaiveBayes(counts, choice) if counts and choice else None
    lexicon = _read_all(LexiconBackend(Lexicon(table)), fresh)
    return Evaluation[Sentences](
        command=COMMAND,
        groups=groups,
        chosen=_say_choice(choice),
        metrics=(
            *_measure(fresh, _score_baselines(fresh, bayes, lexicon)),
            *_measure_more(fresh, lexicon),
        ),
    )


def _prove_apart(learned: Learned, scored: Sequence[Case]) -> int:
    overlap = learned.count_overlap([case.example for case in scored])
    if overlap:
        raise ManifestError(
            f"scored sentences share texts or groups with those that were learned from: {overlap}"
        )
    return overlap


def _say_choice(choice: Choice | None) -> dict[str, dict[str, float]]:
    return {} if choice is None else {"naive-bayes": choice._asdict()}


def _read_all(lexicon: LexiconBackend, cases: Sequence[Case]) -> list[Classes]:
    """What the lexicon finds: as many of the strongest emotions as one face shows."""
    found = []
    for case in cases:
        shown = lexicon.read_mood(case.example.text).shown
        strongest = sorted(shown, key=lambda group: -shown[group].intensity)[:MAX_SHOWN]
        found.append(frozenset(strongest or [NEUTRAL]))
    return found


def _measure(cases: Sequence[Case], baselines: dict[str, Figures]) -> tuple[Metric, ...]:
    patterns = Counter(Pattern(case.said, case.found) for case in cases)
    samples = resample(patterns)
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


def _measure_more(cases: Sequence[Case], lexicon: Sequence[Classes]) -> list[Metric]:
    """The lead over the lexicon; probabilities and intensities, where there are some to compare."""
    said = [case.said for case in cases]
    lead = Lead(said, [case.found for case in cases], lexicon)
    metrics = state_metrics(
        lead.measure, len(cases), units=UNITS, baselines={LEXICON: {"macro-f1-lead": 0.0}}
    )
    given = [case.probabilities for case in cases if case.probabilities is not None]
    rated = [pair for case in cases for pair in case.intensities]
    measured: list[tuple[Reliability | Agreement, int]] = []
    if len(given) == len(cases):
        measured.append((Reliability(given, said), len(cases)))
    if rated:
        measured.append((Agreement([f for f, _ in rated], [s for _, s in rated]), len(rated)))
    for each, n in measured:
        constant = {"constant": each.measure_constant()}
        metrics += state_metrics(each.measure, n, units=UNITS, baselines=constant)
    return metrics


def _score_baselines(
    cases: Sequence[Case], bayes: NaiveBayes | None, lexicon: Sequence[Classes]
) -> dict[str, Figures]:
    """Baselines: the class said most often, all classes, the lexicon, naive Bayes that learned."""
    said = [case.said for case in cases]
    counts = Counter(label for classes in said for label in sorted(classes))
    majority = frozenset([max(CLASSES, key=lambda label: counts[label])])
    everything = frozenset(CLASSES)
    baselines = {
        "majority": score_baseline(said, lambda _: majority),
        "all-positive": score_baseline(said, lambda _: everything),
        LEXICON: score_baseline(said, lexicon.__getitem__),
    }
    if bayes is not None:
        baselines["naive-bayes"] = score_baseline(
            said, lambda index: frozenset([bayes.predict(cases[index].example.text)])
        )
    return baselines


def render_table(evaluation: Evaluation[Sentences]) -> str:
    """Say an evaluation as a table of text; a star marks the best value of a line."""
    groups = evaluation.groups
    return (
        f"{render_metrics(evaluation.metrics)}\n"
        f"{groups.test} sentences; {groups.excluded} left out that were learned from, "
        f"{groups.unlabelled} without a label; {evaluation.metrics[0].failures} failures; "
        f"overlap {groups.overlap}"
    )
