"""Run commands and take their wall and processor seconds."""

import os
import resource
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """What something cost.

    Attributes:
        wall: seconds on the clock.
        cpu: seconds of processor, user and system, of all threads and children.
    """

    wall: float
    cpu: float

    def less(self, other: "Cost") -> "Cost":
        """This cost without another, such as that of starting."""
        return Cost(max(self.wall - other.wall, 1e-9), max(self.cpu - other.cpu, 1e-9))


def run_command(command: Sequence[str | Path], *, quiet: bool = False) -> Cost:
    """Run a command to its end and take its cost.

    Args:
        command: of this repository.
        quiet: let go of what it writes to standard output.

    Raises:
        CalledProcessError: it failed.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    words = [str(word) for word in command]
    sink = subprocess.DEVNULL if quiet else None
    subprocess.run(words, check=True, stdout=sink)  # noqa: S603 - commands written in stream.py
    wall = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(wall, cpu)


def run_function(function: Callable[[], object]) -> Cost:
    """Call a function in a child process of its own and take its cost, start-up excluded."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        begun, cpu = time.perf_counter(), time.process_time()
        function()
        cost = f"{time.perf_counter() - begun} {time.process_time() - cpu}"
        os.write(writer, cost.encode())
        os._exit(0)
    os.close(writer)
    said = os.read(reader, 256).decode()
    os.close(reader)
    os.waitpid(child, 0)
    wall, cpu_seconds = said.split()
    return Cost(float(wall), float(cpu_seconds))


def best(measure: Callable[[], Cost], repeats: int) -> Cost:
    """The lowest of several measurements: what the machine can do when nothing disturbs it."""
    costs = [measure() for _ in range(repeats)]
    return Cost(min(c.wall for c in costs), min(c.cpu for c in costs))
