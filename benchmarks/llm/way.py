"""The ways to send requests: the limit, ours, and what each peer's documentation recommends."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.locks import find_version

ROOT = Path(__file__).parents[2]
TOOL = ROOT / "tools/llm-annotate/.venv/bin"
OPENAI_CLIENT = "openai client"

Words = list[str | Path]


@dataclass(frozen=True)
class Load:
    """What is sent.

    Attributes:
        base_url: of the server.
        bodies: file of requests, one a line.
        records: manifest of the sentences that these requests ask about.
        concurrency: requests in flight at most.
        folder: empty; for what a way keeps.
    """

    base_url: str
    bodies: Path
    records: Path
    concurrency: int
    folder: Path


@dataclass(frozen=True)
class Way:
    """One way to send requests.

    Attributes:
        name: as the table has it.
        command: what runs; it prints its cost, start-up left out, unless it `is_tool`.
        is_tool: whether it is a whole command, whose start is measured and taken off.
        keeps: whether an answer survives the end of the process.
        peer: the folder of its environment; None for ours and for the limit.
        distribution: the package that is compared.
    """

    name: str
    command: Callable[[Load], Words]
    is_tool: bool = False
    keeps: bool = False
    peer: str | None = None
    distribution: str | None = None


def _words(python: str | Path, module: str, load: Load, *more: str | Path) -> Words:
    given = [load.base_url, load.bodies, str(load.concurrency), *more]
    return [python, "-m", f"benchmarks.llm.{module}", *given]


def _command(load: Load) -> Words:
    words: Words = ["expression", "--backend", "openai", "--model", "mock"]
    server: Words = ["--base-url", load.base_url]
    files: Words = ["-i", load.records, "-o", load.folder / "out.jsonl"]
    more = ["--concurrency", str(load.concurrency), "--quiet"]
    return [TOOL / "llm-annotate", *words, *server, *files, *more]


def _peer(name: str, folder: str, distribution: str, *, keeps: bool = False) -> Way:
    python = ROOT / "benchmarks/llm" / folder / ".venv/bin/python"
    return Way(
        name,
        lambda load: _words(python, f"{folder}.job", load),
        keeps=keeps,
        peer=folder,
        distribution=distribution,
    )


BARE = Way("bare aiohttp loop", lambda load: _words(sys.executable, "bare", load))
CLIENT = Way("ours, the client", lambda load: _words(TOOL / "python", "ours", load))
STORED = Way(
    "ours, with its store",
    lambda load: _words(TOOL / "python", "ours", load, load.folder / "store.sqlite"),
    keeps=True,
)
COMMAND = Way("ours, the whole command", _command, is_tool=True, keeps=True)

PEERS = [
    _peer(OPENAI_CLIENT, "openai_sdk", "openai"),
    _peer("litellm", "litellm", "litellm"),
    _peer("distilabel", "distilabel", "distilabel"),
    _peer("curator", "curator", "bespokelabs-curator", keeps=True),
]
WAYS = [BARE, CLIENT, STORED, COMMAND, *PEERS]


def version_of(way: Way) -> str:
    """The version of a peer's package that its lock names."""
    return find_version(ROOT / "benchmarks/llm" / str(way.peer), str(way.distribution))
