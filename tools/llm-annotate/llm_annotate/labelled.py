"""From labelled records to figures, and to what the embedded backends know."""

from collections.abc import Callable, Iterable
from pathlib import Path

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.evaluation import write_evaluation
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Expression

from llm_annotate.config import EvaluationConfig, Overlap
from llm_annotate.evaluation import Learning, evaluate_records, render_table
from llm_annotate.examples import open_examples, open_labelled, read_examples
from llm_annotate.lessons import part, read_lessons
from llm_annotate.lexicon import load_table
from llm_annotate.lexicon_table import derive_table, write_table
from llm_annotate.linear import parse_model, write_model
from llm_annotate.linear_training import derive_model
from llm_annotate.mapped_labels import EkmanLabels, GoEmotionsLabels


def evaluate(
    records: Iterable[Record],
    *,
    learning: tuple[Path | None, Path | None],
    config: EvaluationConfig,
    say: Callable[[str], None],
    weights: Path | None = None,
) -> bytes:
    """Compare expressions with people's labels.

    Args:
        records: with `text`, `labels` as `EkmanLabels`, and `expression`.
        learning: manifests that the naive Bayes baseline is trained and chosen on: both or neither.
        config: what happens to sentences that something was learned from.
        say: shows the table of figures.
        weights: file that the expressions were found by, where it is not that of the package.

    Returns:
        The evaluation as JSON.

    Raises:
        UsageError: one of the manifests is given without the other.
    """
    evaluation = evaluate_records(
        records,
        table=load_table(),
        learning=_open_learning(*learning),
        config=config,
        weights=None if weights is None else parse_model(weights.read_bytes()),
    )
    say(render_table(evaluation))
    return write_evaluation(evaluation)


def check_emotions(record: Record) -> None:
    """Refuse an expression that tells no emotions: action units that were measured, say.

    Raises:
        RecordError: missing-field.
    """
    if not record[Expression].tells_emotions:
        raise RecordError(Reason.MISSING_FIELD, "the expression tells none: /expression/emotions")


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


def derive_linear(records: Iterable[Record], *, validation: Path, overlap: Overlap) -> bytes:
    """Train the linear model.

    Args:
        records: with `text` and `labels` as `EkmanLabels`, and `source` where there is one.
        validation: manifest that the model is calibrated on.
        overlap: whether validation sentences that are trained on, too, end the run or are left out.

    Returns:
        The weights as safetensors.
    """
    train = read_lessons(records)
    held_out = read_lessons(open_labelled(validation, EkmanLabels))
    return write_model(derive_model(train, part(train, held_out, overlap)))
