"""From records with a text to facial expressions, and from labelled ones to figures and tables."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Blendshapes, Emotion, Expression, Labels, Text

from llm_annotate.config import EvaluationConfig, ExpressionConfig
from llm_annotate.evaluation import Learning, evaluate_records, render_table, write_evaluation
from llm_annotate.examples import open_examples, read_examples
from llm_annotate.facs import blend_units, describe, to_blendshapes
from llm_annotate.feeling import Felt, Mood, rank
from llm_annotate.human import read_labels
from llm_annotate.lexicon import load_table
from llm_annotate.lexicon_table import derive_table, write_table
from llm_annotate.mapped_labels import EkmanLabels, GoEmotionsLabels

LAYOUT = "arkit-52"
CACHED_EXPRESSIONS = 4_096
"""Expressions remembered by their emotions, some 3 kB each; most recur."""

BACKENDS: dict[str, str] = {"lexicon": "llm_annotate.backends.lexicon"}
"""Module of each backend; it has a function `load`."""


class Backend(Protocol):
    """Finds emotions in a text."""

    def read_mood(self, text: str) -> Mood:
        """Find the emotions of a text."""
        ...


def load_backend(name: str) -> Backend:
    """Load a backend by name.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in BACKENDS:
        raise UsageError(f"unknown backend (known: {', '.join(BACKENDS)}): {name}")
    load = cast("Callable[[], Backend]", import_module(BACKENDS[name]).load)
    return load()


def annotate(
    records: Sequence[Record], *, backend: Backend, config: ExpressionConfig
) -> list[Expression | RecordError]:
    """Write how a face shows each record, one outcome a record, in order."""
    return [annotate_one(record, backend=backend, config=config) for record in records]


def annotate_one(
    record: Record, *, backend: Backend, config: ExpressionConfig
) -> Expression | RecordError:
    """Write how a face shows what a record says."""
    mood = backend.read_mood(record[Text].content)
    labels = record.get(Labels) if config.use_labels else None
    if labels is None or not labels.emotions:
        return express(rank(mood.shown.values()))
    try:
        return express(rank(read_labels(labels.emotions, mood)))
    except RecordError as error:
        return error


@lru_cache(maxsize=CACHED_EXPRESSIONS)
def express(felt: tuple[Felt, ...]) -> Expression:
    """Compose the face that shows emotions.

    Args:
        felt: strongest first; not empty.
    """
    emotions = [
        Emotion(vocabulary=each.vocabulary, label=each.label, intensity=each.intensity)
        for each in felt
    ]
    units = blend_units(emotions)
    return Expression(
        emotions=emotions,
        action_units=units,
        description=describe(emotions, units),
        blendshapes=Blendshapes(layout=LAYOUT, weights=to_blendshapes(units)),
    )


def evaluate(
    records: Iterable[Record],
    *,
    learning: tuple[Path | None, Path | None],
    config: EvaluationConfig,
    say: Callable[[str], None],
) -> bytes:
    """Compare expressions with people's labels.

    Args:
        records: with `text`, `labels` as `EkmanLabels`, and `expression`.
        learning: manifests that the naive Bayes baseline is trained and chosen on: both or neither.
        config: what happens to sentences that something was learned from.
        say: shows the table of figures.

    Returns:
        The evaluation as JSON.

    Raises:
        UsageError: one of the manifests is given without the other.
    """
    evaluation = evaluate_records(
        records, table=load_table(), learning=_open_learning(*learning), config=config
    )
    say(render_table(evaluation))
    return write_evaluation(evaluation)


def _open_learning(train: Path | None, validation: Path | None) -> Learning:
    if train is None and validation is None:
        return Learning()
    if train is None or validation is None:
        raise UsageError(
            "the naive Bayes baseline is trained on one manifest and chosen on another",
            hint="Give both: --train FILE --validation FILE.",
        )
    return Learning(*(list(open_examples(path, EkmanLabels)) for path in (train, validation)))


def derive_lexicon(records: Iterable[Record], *, validation: Path) -> bytes:
    """Derive the table of the lexicon.

    Args:
        records: with `text` and `labels` as `GoEmotionsLabels`.
        validation: manifest that the thresholds are set on.

    Returns:
        The table as JSON.
    """
    train = list(read_examples(records, GoEmotionsLabels))
    return write_table(derive_table(train, list(open_examples(validation, GoEmotionsLabels))))
