"""The command line of llm-annotate."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import FileContent, Kind, Memory, Run
from affectory_protocol.records import Expression, Source, Text

from llm_annotate import batch_command, expression_command
from llm_annotate.config import EvaluationConfig, Overlap
from llm_annotate.mapped_labels import EkmanLabels, GoEmotionsLabels
from llm_annotate.tool import tool

labelled_file = partial(typer.Option, exists=True, dir_okay=False)


@tool.verb(
    kind=Kind.SINK,
    behaviour=5,
    needs=(Text, EkmanLabels, Expression),
    reads=(Source,),
    memory=Memory.PER_RECORD,
)
def evaluate(
    run: Run,
    train: Annotated[
        Path | None,
        labelled_file(help="Labelled manifest for the naive Bayes baseline."),
        FileContent,
    ] = None,
    validation: Annotated[
        Path | None,
        labelled_file(help="Labelled manifest that the baseline is chosen on."),
        FileContent,
    ] = None,
    overlap: Annotated[
        Overlap,
        typer.Option(help="What to do about sentences that something was learned from."),
    ] = Overlap.FAIL,
    weights: Annotated[
        Path | None,
        labelled_file(help="File of derive-linear that found the expressions, if one did."),
        FileContent,
    ] = None,
) -> None:
    """Compare expressions with people's labels, beside trivial baselines.

    Example: llm-annotate evaluate -i expressions.jsonl -o evaluation.json
    """
    from llm_annotate.labelled import check_emotions
    from llm_annotate.labelled import evaluate as evaluate_records

    say = (lambda _: None) if run.settings.quiet else partial(typer.echo, err=True)
    config = EvaluationConfig(overlap=overlap)
    learning = (train, validation)
    work = partial(evaluate_records, learning=learning, config=config, say=say, weights=weights)
    run.sink(work, check=check_emotions)


@tool.verb(kind=Kind.SINK, behaviour=2, needs=(Text, GoEmotionsLabels), memory=Memory.PER_RECORD)
def derive_lexicon(
    run: Run,
    validation: Annotated[
        Path,
        labelled_file(help="Labelled manifest that the thresholds are set on."),
        FileContent,
    ],
) -> None:
    """Derive the table of the backend lexicon from sentences with GoEmotions labels.

    Example: llm-annotate derive-lexicon -i train.jsonl --validation dev.jsonl -o lexicon.json
    """
    from llm_annotate.labelled import derive_lexicon as derive

    run.sink(partial(derive, validation=validation))


@tool.verb(
    kind=Kind.SINK,
    behaviour=2,
    needs=(Text, EkmanLabels),
    reads=(Source,),
    memory=Memory.PER_RECORD,
)
def derive_linear(
    run: Run,
    validation: Annotated[
        Path,
        labelled_file(help="Labelled manifest that the model is calibrated on."),
        FileContent,
    ],
    overlap: Annotated[
        Overlap,
        typer.Option(help="What to do about validation sentences that are learned from, too."),
    ] = Overlap.FAIL,
) -> None:
    """Train the weights of the backend linear on labelled sentences.

    Example: llm-annotate derive-linear -i train.jsonl --validation dev.jsonl -o linear.safetensors
    """
    from llm_annotate.labelled import derive_linear as derive

    run.sink(partial(derive, validation=validation, overlap=overlap))


def main() -> None:
    """Run the command line."""
    tool.main()


__all__ = ["batch_command", "expression_command", "main", "tool"]
