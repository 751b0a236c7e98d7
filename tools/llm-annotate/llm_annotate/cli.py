"""The command line of llm-annotate."""

from collections.abc import Iterator
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
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Labels, Text

from llm_annotate.config import EvaluationConfig, ExpressionConfig, Overlap

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


@tool.verb(kind=Kind.SINK, behaviour=1, needs=(Text, Labels, Expression), memory=Memory.PER_RECORD)
def evaluate(
    run: Run,
    train: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Labelled manifest for the naive Bayes baseline; its sentences are not scored.",
        ),
        FileContent,
    ] = None,
    overlap: Annotated[
        Overlap,
        typer.Option(help="What to do about sentences that the lexicon was derived from."),
    ] = Overlap.FAIL,
) -> None:
    """Compare expressions with people's labels, beside trivial baselines.

    Example: llm-annotate evaluate -i expressions.jsonl -o evaluation.json
    """
    from llm_annotate.evaluation import evaluate_records, render_table, write_evaluation
    from llm_annotate.examples import open_examples
    from llm_annotate.lexicon import load_table

    def write(records: Iterator[Record]) -> bytes:
        evaluation = evaluate_records(
            records,
            table=load_table(),
            train=list(open_examples(train, "ekman")) if train else [],
            config=EvaluationConfig(overlap=overlap),
        )
        if not run.settings.quiet:
            typer.echo(render_table(evaluation), err=True)
        return write_evaluation(evaluation)

    run.sink(write)


@tool.verb(kind=Kind.SINK, behaviour=1, needs=(Text, Labels), memory=Memory.PER_RECORD)
def derive_lexicon(
    run: Run,
    validation: Annotated[
        Path,
        typer.Option(
            exists=True, dir_okay=False, help="Labelled manifest that the thresholds are set on."
        ),
        FileContent,
    ],
) -> None:
    """Derive the table of the backend lexicon from sentences with GoEmotions labels.

    Example: llm-annotate derive-lexicon -i train.jsonl --validation dev.jsonl -o lexicon.json
    """
    from llm_annotate.examples import open_examples, read_examples
    from llm_annotate.lexicon_table import VOCABULARY, derive_table, write_table

    def write(records: Iterator[Record]) -> bytes:
        train = list(read_examples(records, VOCABULARY))
        return write_table(derive_table(train, list(open_examples(validation, VOCABULARY))))

    run.sink(write)


def main() -> None:
    """Run the command line."""
    tool.main()
