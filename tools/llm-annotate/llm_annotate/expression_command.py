"""The verb `expression` on the command line: one verb, backends with options of their own."""

from functools import partial
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from affectory_protocol.command import FileContent, Kind, ModelRequest, OnlyFor, Run, Waits
from affectory_protocol.errors import UsageError
from affectory_protocol.model_lock import find_models
from affectory_protocol.records import Expression, Labels, Text
from affectory_protocol.settings import DType

from llm_annotate import chat_options as options
from llm_annotate import local_options as local
from llm_annotate.chat_config import ChatConfig, ServerConfig, Structured
from llm_annotate.config import ExpressionConfig
from llm_annotate.expression_backends import BATCH, LEXICON, LINEAR, OPENAI, TRANSFORMERS
from llm_annotate.local_config import LocalConfig, Quantisation, check_choices
from llm_annotate.store_place import beside_output, refuse_store_as_output
from llm_annotate.tool import tool

ValueT = TypeVar("ValueT")


@tool.verb(
    kind=Kind.MAP,
    behaviour=3,
    needs=(Text,),
    reads=(Labels,),
    writes=(Expression,),
    backends=(LEXICON, LINEAR, OPENAI, BATCH, TRANSFORMERS),
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
        OnlyFor(LEXICON.name, LINEAR.name),
    ] = False,
    weights: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="File of derive-linear in place of the weights that come with the tool; linear.",
        ),
        FileContent,
        OnlyFor(LINEAR.name),
    ] = None,
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
    quantisation: local.Quantised = Quantisation.NONE,
    max_sequences: local.MaxSequences = 16,
    continuous_batching: local.Continuous = False,
) -> None:
    """Write how a face would show each sentence.

    Example: llm-annotate expression --backend lexicon -i sentences.jsonl -o expressions.jsonl
    """
    if run.backend in {LEXICON.name, LINEAR.name}:
        _annotate(run, ExpressionConfig(use_labels=use_labels), weights)
        return
    chat = ChatConfig(
        model=_needed(run, "--model", model),
        structured=structured,
        temperature=temperature,
        max_tokens=max_tokens,
        max_retries=max_retries,
    )
    if run.backend == TRANSFORMERS.name:
        placed = LocalConfig(
            device=run.settings.device or "cpu",
            dtype=run.settings.dtype or DType.AUTO,
            quantisation=quantisation,
            max_sequences=max_sequences,
            continuous=continuous_batching,
        )
        _load(run, chat, placed, prompt)
        return
    if run.backend == BATCH.name:
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
    kept = store or beside_output("--store", ".answers.sqlite", run.settings)
    _ask(run, chat, server, prompt, kept, prices)


def _annotate(run: Run, config: ExpressionConfig, weights: Path | None) -> None:
    from llm_annotate.run import annotate, load_backend

    backend = load_backend(run.backend, weights)
    if backend.model is not None:
        run.use_model(backend.model, None)
    run.map(partial(annotate, backend=backend, config=config))


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

    refuse_store_as_output(store, run.settings)
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
    from llm_annotate.batch.answers import KnownAnswers
    from llm_annotate.batch.need import count_needs
    from llm_annotate.prompt import load_prompt

    refuse_store_as_output(store, run.settings)
    prompt = load_prompt(prompt_file)
    run.use_prompt(prompt.digest)
    if run.settings.dry_run:
        typer.echo(str(count_needs(run.records(), prompt, chat, store)), err=True)
        return
    KnownAnswers(store).close()  # a mistake is told before the run begins
    run.map(BatchBackend(prompt, chat, store).annotate)


def _load(run: Run, chat: ChatConfig, placed: LocalConfig, prompt_file: Path | None) -> None:
    from llm_annotate.backends.transformers import TransformersBackend
    from llm_annotate.model_folder import find_model
    from llm_annotate.prompt import load_prompt

    prompt = load_prompt(prompt_file)
    run.use_prompt(prompt.digest)
    check_choices(chat, placed)
    settings = run.settings
    folder = find_model(ModelRequest(chat.model, settings.revision, find_models(settings.models)))
    run.use_model(folder.name, folder.licence)
    run.map(TransformersBackend(folder, prompt, chat, placed).annotate)


def _needed(run: Run, option: str, value: ValueT | None) -> ValueT:
    if value is None:
        raise UsageError(f"{option} is needed by the backend {run.backend}")
    return value
