"""The command line of llm-annotate."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import (
    BackendSpec,
    Determinism,
    FileContent,
    Kind,
    Memory,
    Run,
    Tool,
)
from affectory_protocol.records import Expression, Labels, Source, Text

from llm_annotate.config import EvaluationConfig, ExpressionConfig, Overlap
from llm_annotate.mapped_labels import EkmanLabels, GoEmotionsLabels

tool = Tool(
    "llm-annotate",
    package="llm_annotate",
    summary="Write facial expressions for sentences.",
)

LEXICON = BackendSpec(
    "lexicon",
    licence="Apache-2.0; weights counted in GoEmotions, CC-BY-4.0",
    determinism=Determinism.BYTES,
    measured_on="macro-F1 0.55 on the test split of GoEmotions, 7 classes (llm-annotate evaluate)",
)
labelled_file = partial(typer.Option, exists=True, dir_okay=False)


@tool.verb(
    kind=Kind.MAP,
    behaviour=1,
    needs=(Text,),
    reads=(Labels,),
    writes=(Expression,),
    backends=(LEXICON,),
)
def expression(
    run: Run,
    use_labels: Annotated[
        bool,
        typer.Option(
            "--use-labels/--no-use-labels",
            help="Show the emotions that people labelled, where they did, rather than those found.",
        ),
    ] = False,
) -> None:
    """Write how a face would show each sentence.

    Example: llm-annotate expression --backend lexicon -i sentences.jsonl -o expressions.jsonl
    """
    from llm_annotate.run import annotate, load_backend

    config = ExpressionConfig(use_labels=use_labels)
    run.map(partial(annotate, backend=load_backend(run.backend), config=config))


@tool.verb(
    kind=Kind.SINK,
    behaviour=2,
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
) -> None:
    """Compare expressions with people's labels, beside trivial baselines.

    Example: llm-annotate evaluate -i expressions.jsonl -o evaluation.json
    """
    from llm_annotate.run import evaluate as evaluate_records

    say = (lambda _: None) if run.settings.quiet else partial(typer.echo, err=True)
    config = EvaluationConfig(overlap=overlap)
    run.sink(partial(evaluate_records, learning=(train, validation), config=config, say=say))


@tool.verb(kind=Kind.SINK, behaviour=1, needs=(Text, GoEmotionsLabels), memory=Memory.PER_RECORD)
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
    from llm_annotate.run import derive_lexicon as derive

    run.sink(partial(derive, validation=validation))


def main() -> None:
    """Run the command line."""
    tool.main()
