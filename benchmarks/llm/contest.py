"""Every way at every number of requests in flight, in turns, against one server."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.llm.way import ROOT, TOOL, Load, Way
from benchmarks.peers.trial import Stage, run_stages

LIMIT = 600.0
"""Seconds a way may take."""
_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "CURATOR_DISABLE_RICH_DISPLAY": "1",
    "TELEMETRY_ENABLED": "0",
    "NO_COLOR": "1",
}
"""Nothing is fetched, nothing is reported, nothing is drawn."""


@dataclass(frozen=True)
class Cost:
    """What sending a number of requests cost.

    Attributes:
        requests: how many.
        wall: seconds on the clock, start-up left out.
        cpu: seconds of the client's processor, start-up left out.
        peak: bytes of the client's memory.
    """

    requests: int
    wall: float
    cpu: float
    peak: int

    @property
    def rate(self) -> float:
        """Requests a second."""
        return self.requests / self.wall

    @property
    def cpu_ms(self) -> float:
        """Milliseconds of processor a request."""
        return 1000 * self.cpu / self.requests

    @staticmethod
    def best(costs: "Sequence[Cost]") -> "Cost":
        """The lowest of everything: what the machine can do when nothing disturbs it."""
        return Cost(
            costs[0].requests,
            min(cost.wall for cost in costs),
            min(cost.cpu for cost in costs),
            min(cost.peak for cost in costs),
        )


@contextmanager
def serving() -> Iterator[str]:
    """A server in a process of its own; yields its address."""
    words = [str(TOOL / "python"), "-m", "benchmarks.llm.server"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 - our own module
        try:
            if server.stdout is None:
                raise RuntimeError("the server has no voice")
            yield f"http://127.0.0.1:{int(server.stdout.readline())}/v1"
        finally:
            server.kill()


def measure(way: Way, base_url: str, requests: int, concurrency: int) -> Cost:
    """Send requests in one way and take the cost.

    Raises:
        RuntimeError: it failed.
    """
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as name:
        load = _write_load(base_url, requests, concurrency, Path(name))
        if way.is_tool:
            return _measure_tool(way, load, requests)
        done = subprocess.run(  # noqa: S603 - commands written in way.py
            [str(word) for word in way.command(load)],
            cwd=ROOT,
            env={**os.environ, **_QUIET},
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    if done.returncode:
        raise RuntimeError(f"{way.name} failed:\n{done.stderr[-2000:]}")
    told = next(line for line in done.stdout.splitlines() if line.startswith('{"wall"'))
    return Cost(requests, **json.loads(told))


def _measure_tool(way: Way, load: Load, requests: int) -> Cost:
    """A whole command; that of an empty manifest is its start."""
    empty = load.folder / "empty"
    empty.mkdir()
    (empty / "in.jsonl").touch()
    nothing = Load(load.base_url, load.bodies, empty / "in.jsonl", load.concurrency, empty)
    start, whole = (
        run_stages([Stage((tuple(way.command(one)),))], one.folder / "log.txt", LIMIT)
        for one in (nothing, load)
    )
    return Cost(requests, whole.wall - start.wall, whole.cpu - start.cpu, whole.peak)


def _write_load(base_url: str, requests: int, concurrency: int, folder: Path) -> Load:
    """The same requests for everybody: those that the tool makes of these sentences."""
    words = [TOOL / "python", "-m", "benchmarks.llm.sentences", str(requests), folder]
    subprocess.run([str(word) for word in words], cwd=ROOT, check=True)  # noqa: S603 - our own
    kept = folder / "kept"
    kept.mkdir()
    return Load(base_url, folder / "bodies.jsonl", folder / "in.jsonl", concurrency, kept)


def say(words: str) -> None:
    """Tell how far it is."""
    sys.stderr.write(f"{words}\n")
