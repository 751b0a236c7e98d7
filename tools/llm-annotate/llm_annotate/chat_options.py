"""Options of the backends that talk to a language model; what changes no byte is marked so."""

from pathlib import Path
from typing import Annotated

import typer
from affectory_protocol.command import Execution, FileContent, OnlyFor

from llm_annotate.chat_config import Structured

CHAT = OnlyFor("openai", "batch", "transformers")
ASKED = OnlyFor("openai", "batch")
SERVED = OnlyFor("openai")

SERVER = "Server"
"""Panel of --help that these options stand in."""


def _option(*names: str, help_text: str, least: float | None = None, env: bool = False) -> object:
    variable = "AFFECTORY_" + names[0].removeprefix("--").replace("-", "_").upper() if env else None
    return typer.Option(
        *names,
        help=help_text,
        min=least,
        envvar=variable,
        show_envvar=False,
        rich_help_panel=SERVER,
    )


Model = Annotated[
    str | None,
    _option(
        "--model",
        help_text="Model, as server or hub know it, or a folder of one.",
    ),
    CHAT,
]
PromptFile = Annotated[
    Path | None,
    typer.Option(
        "--prompt",
        exists=True,
        dir_okay=False,
        help="File of turns in place of the prompt that comes with the tool.",
        rich_help_panel=SERVER,
    ),
    FileContent,
    CHAT,
]
StructuredAnswers = Annotated[
    Structured,
    _option("--structured", help_text="How the server is told to answer in JSON."),
    CHAT,
]
Temperature = Annotated[
    float,
    _option("--temperature", help_text="0 takes the likeliest words.", least=0),
    ASKED,
]
MaxTokens = Annotated[
    int,
    _option("--max-tokens", help_text="Longest answer, tokens.", least=1),
    CHAT,
]
MaxRetries = Annotated[
    int,
    _option(
        "--max-retries",
        help_text="Further requests about an answer that is not valid; then it is rejected.",
        least=0,
    ),
    CHAT,
]
BaseUrl = Annotated[
    str | None,
    _option(
        "--base-url",
        help_text="Address of an OpenAI-compatible server, up to /v1. The key comes from "
        "OPENAI_API_KEY.",
        env=True,
    ),
    Execution,
    SERVED,
]
Store = Annotated[
    Path | None,
    _option(
        "--store",
        help_text="SQLite file that keeps every answer. Default with openai: "
        "OUTPUT.answers.sqlite.",
        env=True,
    ),
    Execution,
    ASKED,
]
Concurrency = Annotated[
    int,
    _option("--concurrency", help_text="Requests in flight at most.", least=1, env=True),
    Execution,
    SERVED,
]
MaxAttempts = Annotated[
    int,
    _option(
        "--max-attempts",
        help_text="Times a request is sent before the server counts as gone.",
        least=1,
        env=True,
    ),
    Execution,
    SERVED,
]
RequestTimeout = Annotated[
    float,
    _option("--request-timeout", help_text="Seconds an answer may take.", least=0.001, env=True),
    Execution,
    SERVED,
]
RequestsPerMinute = Annotated[
    int | None,
    _option("--requests-per-minute", help_text="Limit of the server.", least=1, env=True),
    Execution,
    SERVED,
]
TokensPerMinute = Annotated[
    int | None,
    _option("--tokens-per-minute", help_text="Limit of the server, estimated.", least=1, env=True),
    Execution,
    SERVED,
]
MaxRequests = Annotated[
    int | None,
    _option(
        "--max-requests", help_text="Stop after so many requests, status 5.", least=0, env=True
    ),
    Execution,
    SERVED,
]
MaxTokensTotal = Annotated[
    int | None,
    _option(
        "--max-tokens-total",
        help_text="Stop when so many tokens are spent, status 5.",
        least=0,
        env=True,
    ),
    Execution,
    SERVED,
]
Prices = Annotated[
    Path | None,
    _option(
        "--prices",
        help_text='JSON for --dry-run: {"MODEL": {"input": X, "output": Y}}, a million tokens.',
    ),
    Execution,
    SERVED,
]
