"""The verbs `batch write` and `batch collect` on the command line."""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import Execution, FileContent, FolderContent, Kind, Run
from affectory_protocol.records import Text, Verdicts
from affectory_protocol.settings import Restart
from affectory_protocol.workplace import is_wire

from llm_annotate import chat_options as options
from llm_annotate.chat_config import ChatConfig, Structured
from llm_annotate.config import BatchConfig
from llm_annotate.store_place import beside_output, refuse_store_as_output
from llm_annotate.tool import tool

DEFAULTS = BatchConfig()


def _settled(store: Path | None) -> Path | None:
    """A store all of whose answers are in its file, before a digest of that is taken."""
    from llm_annotate.batch.answers import settle

    if store is not None:
        settle(store)
    return store


@tool.verb(kind=Kind.SINK, group="batch", behaviour=1, needs=(Text,))
def write(  # noqa: PLR0913 - an option each
    run: Run,
    *,
    model: Annotated[str, typer.Option(help="Model, as the provider knows it.")],
    store: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            callback=_settled,
            help="Store of the answers so far; none before the first were collected.",
        ),
        FileContent,
    ] = None,
    requests: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Folder for the files. Default: OUTPUT.requests."),
        Execution,
    ] = None,
    prompt: options.PromptFile = None,
    structured: options.StructuredAnswers = Structured.SCHEMA,
    temperature: options.Temperature = 0.0,
    max_tokens: options.MaxTokens = 800,
    max_retries: options.MaxRetries = 2,
    endpoint: Annotated[
        str, typer.Option(help="Address that each request names.")
    ] = DEFAULTS.endpoint,
    max_requests_per_file: Annotated[
        int, typer.Option(help="Requests in a file, at most.", min=1)
    ] = DEFAULTS.max_requests_per_file,
    max_bytes_per_file: Annotated[
        int, typer.Option(help="Size of a file, at most, bytes.", min=1)
    ] = DEFAULTS.max_bytes_per_file,
    ask_refused: Annotated[
        bool,
        typer.Option(
            "--ask-refused/--no-ask-refused", help="Ask again what a server refused for good."
        ),
    ] = False,
) -> None:
    """Write request files for what the store does not answer, and an index of them.

    Example: llm-annotate batch write --model gpt-4o-mini -i sentences.jsonl -o round-1.json
    """
    from llm_annotate.batch.request_files import check_files, until_published
    from llm_annotate.batch.writing import BatchWriter
    from llm_annotate.prompt import load_prompt

    chat = ChatConfig(
        model=model,
        structured=structured,
        temperature=temperature,
        max_tokens=max_tokens,
        max_retries=max_retries,
    )
    config = BatchConfig(
        endpoint=endpoint,
        max_requests_per_file=max_requests_per_file,
        max_bytes_per_file=max_bytes_per_file,
        ask_refused=ask_refused,
    )
    folder = requests or beside_output("--requests", ".requests", run.settings)
    if (earlier := _earlier_output(run)) is not None:
        check_files(earlier, folder)
    index = None if is_wire(run.settings.output) else Path(run.settings.output)
    writer = BatchWriter(load_prompt(prompt), chat, config, store, folder, index)
    say = (lambda _: None) if run.settings.quiet else partial(typer.echo, err=True)
    with until_published(folder):
        run.sink(partial(writer.write, say=say))


@tool.verb(kind=Kind.SOURCE, group="batch", behaviour=1, writes=(Verdicts,), stateful=True)
def collect(
    run: Run,
    answers: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...",
            exists=True,
            dir_okay=False,
            help="Output and error files, in any order.",
        ),
        FileContent,
    ],
    *,
    requests: Annotated[
        list[Path],
        typer.Option(
            exists=True,
            file_okay=False,
            help="Folder of the request files they answer; repeatable.",
        ),
        FolderContent,
    ],
    store: Annotated[
        Path,
        typer.Option(
            dir_okay=False, help="Store that the answers go into.", envvar="AFFECTORY_STORE"
        ),
        Execution,
    ],
) -> None:
    """Put answers into the store, and tell which requests have one; those without are dropped.

    Example: llm-annotate batch collect out.jsonl --requests round-1.json.requests --store s.sqlite
    """
    from llm_annotate.batch.collecting import check_store
    from llm_annotate.batch.collecting import collect as collect_answers

    refuse_store_as_output(store, run.settings)
    if (earlier := _earlier_output(run)) is not None:
        check_store(earlier, store)
    run.source(collect_answers(answers, requests, store))


def _earlier_output(run: Run) -> Path | None:
    """What an earlier run has finished, where it is not to be made again."""
    output = Path(run.settings.output)
    again = run.settings.restart is Restart.ALWAYS
    return None if again or is_wire(run.settings.output) or not output.is_file() else output
