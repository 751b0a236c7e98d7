"""The mock server as a process of its own, and one that a whole session of tests shares."""

import atexit
import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from urllib.request import urlopen

SCRIPT = Path(__file__).with_name("mock_llm.py")


class MockServer:
    """A server that runs.

    Args:
        **options: of `mock_llm.py`, underscores for hyphens.
    """

    def __init__(self, **options: object) -> None:
        words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items()]
        self._process = subprocess.Popen(
            [sys.executable, SCRIPT, *words], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
        )
        assert self._process.stdout is not None
        self._port = int(self._process.stdout.readline())

    @property
    def base_url(self) -> str:
        """Its address, as --base-url takes it."""
        return f"http://127.0.0.1:{self._port}/v1"

    def asked(self) -> dict[str, Any]:
        """What it was asked: how often each request was answered in full, and more."""
        with urlopen(f"http://127.0.0.1:{self._port}/asked", timeout=30) as answer:
            return json.load(answer)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()


@cache
def shared_server() -> MockServer:
    """One without faults for all tests of a session."""
    server = MockServer()
    atexit.register(server.close)
    return server
