"""What a way through the requests cost, told to whoever started it."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def timed() -> Iterator[None]:
    """Take the cost of a block and print it as JSON.

    It tells `wall` and `cpu`, seconds, start-up left out, and `peak`, bytes of memory.
    """
    begun, cpu = time.perf_counter(), time.process_time()
    yield
    cost = {
        "wall": time.perf_counter() - begun,
        "cpu": time.process_time() - cpu,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    sys.stdout.write(json.dumps(cost) + "\n")


def read_bodies(path: str) -> Iterator[bytes]:
    """The requests, one a line."""
    with Path(path).open("rb") as lines:
        yield from lines


def read_fields(path: str) -> list[dict[str, Any]]:
    """The requests, decoded, for clients that encode them once more."""
    return [json.loads(body) for body in read_bodies(path)]
