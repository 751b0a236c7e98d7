"""The verb `expression` on the command line: one verb, backends with options of their own."""

from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from affectory_protocol.command import BackendSpec, Determinism, Kind, Run, Waits
from affectory_protocol.errors import UsageError
from affectory_protocol.records import Expression, Labels, Text

from llm_annotate import chat_options as options
from llm_annotate.chat_config import ChatConfig, ServerConfig, Structured
from llm_annotate.config import ExpressionConfig
from llm_annotate.tool import tool

LEXICON = BackendSpec(
    "lexicon",
    licence="Apache-2.0; weights counted in GoEmotions, CC-BY-4.0",
    determinism=Determinism.BYTES,
    measured_on="macro-F1 0.55 on the test split of GoEmotions, 7 classes (llm-annotate evaluate)",
)
OPENAI = BackendSpec(
    "openai",
    licence="that of the model the server runs",
    determinism=Determinism.NONE,
    measured_on="not measured: it depends on the model",
    waits=True,
)
BATCH = BackendSpec(
    "batch",
    licence="that of the model that answered",
    determinism=Determinism.NONE,
    measured_on="not measured: it depends on the model",
)
ValueT = TypeVar("ValueT")


@tool.verb(
    kind=Kind.MAP,
    behaviour=2,
    needs=(Text,),
    reads=(Labels,),
    writes=(Expression,),
    backends=(LEXICON, OPENAI, BATCH),
)
def expression(  # noqa: PLR0913 - an option each, and the command line has them all
    run: Run,
    *,
    use_labels: Annotated[
        bool,
        typer.Option(
            "--use-labels/--no-use-labels",
            help="Show the emotions that people labelled, where they did, rather than those found.",
        ),
    ] = False,
    model: options.Model = None,
    prompt: options.PromptFile = None,
    structured: options.StructuredAnswers = Structured.SCHEMA,
    temperature: options.Temperature = 0.0,
    max_tokens: options.MaxTokens = 800,
    max_retries: options.MaxRetries = 2,
    base_url: options.BaseUrl = None,
    store: options.Store = None,
    concurrency: options.Concurrency = 64,
    max_attempts: options.MaxAttempts = 8,
    request_timeout: options.RequestTimeout = 120.0,
    requests_per_minute: options.RequestsPerMinute = None,
    tokens_per_minute: options.TokensPerMinute = None,
    max_requests: options.MaxRequests = None,
    max_tokens_total: options.MaxTokensTotal = None,
    prices: options.Prices = None,
) -> None:
    """Write how a face would show each sentence.

    Example: llm-annotate expression --backend lexicon -i sentences.jsonl -o expressions.jsonl
    """
    if run.backend == LEXICON.name:
        from llm_annotate.run import annotate, load_backend

        _refuse_given(model=model, prompt=prompt)
        config = ExpressionConfig(use_labels=use_labels)
        run.map(partial(annotate, backend=load_backend(run.backend), config=config))
        return
    if use_labels:
        raise UsageError("--use-labels is for the backend lexicon")
    chat = ChatConfig(
        model=_needed(run, "--model", model),
        structured=structured,
        temperature=temperature,
        max_tokens=max_tokens,
        max_retries=max_retries,
    )
    if run.backend == BATCH.name:
        _refuse_given(prices=prices)
        _look_up(run, chat, prompt, _needed(run, "--store", store))
        return
    server = ServerConfig(
        base_url=_needed(run, "--base-url", base_url),
        concurrency=concurrency,
        max_attempts=max_attempts,
        request_timeout=request_timeout,
        requests_per_minute=requests_per_minute,
        tokens_per_minute=tokens_per_minute,
        max_requests=max_requests,
        max_tokens_total=max_tokens_total,
    )
    _ask(run, chat, server, prompt, store or _beside_output(run), prices)


def _ask(
    run: Run,
    chat: ChatConfig,
    server: ServerConfig,
    prompt_file: Path | None,
    store: Path,
    prices: Path | None,
) -> None:
    from llm_annotate.backends.openai import OpenAiBackend
    from llm_annotate.client import check_address
    from llm_annotate.plan import make_plan
    from llm_annotate.prompt import load_prompt

    prompt = load_prompt(prompt_file)
    run.use_prompt(prompt.digest)
    if run.settings.dry_run:
        typer.echo(make_plan(run.records(), prompt, chat, store, prices), err=True)
        return
    check_address(server.base_url)
    backend = OpenAiBackend(prompt, chat, server, store)
    at_once = -(-server.concurrency // run.settings.batch_size) + 1
    run.map(backend.annotate, waits=Waits(at_once, backend.close))


def _look_up(run: Run, chat: ChatConfig, prompt_file: Path | None, store: Path) -> None:
    from llm_annotate.backends.batch import BatchBackend
    from llm_annotate.batch.need import count_needs
    from llm_annotate.prompt import load_prompt

    prompt = load_prompt(prompt_file)
    run.use_prompt(prompt.digest)
    if run.settings.dry_run:
        typer.echo(str(count_needs(run.records(), prompt, chat, store)), err=True)
        return
    run.map(BatchBackend(prompt, chat, store).annotate)


def _beside_output(run: Run) -> Path:
    if run.settings.output == "-":
        raise UsageError("--store is needed when the output is a pipe", hint="Answers cost money.")
    return Path(f"{run.settings.output}.answers.sqlite")


def _needed(run: Run, option: str, value: ValueT | None) -> ValueT:
    if value is None:
        raise UsageError(f"{option} is needed by the backend {run.backend}")
    return value


def _refuse_given(**given: object) -> None:
    for name, value in given.items():
        if value is not None:
            raise UsageError(f"--{name.replace('_', '-')} is for the backend openai")
