"""Break a copy of the protocol package, one way at a time; the tests must notice every time.

    tests/mutants/run.py            all faults
    tests/mutants/run.py shard      those whose name has this word

A fault whose text is gone from the package, or that the tests do not notice, ends in status 1.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path

from faults import FAULTS, Fault

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = "affectory_protocol"
COMMANDS = "toy,manifest"
SLOW = "test_killed_run_ends_as_if_nothing_had_happened or environment_changes or outside_the_paths"
"""Tests that are left out: their facts are also told by quicker ones."""
TESTS_FAILED = 1
LIMIT_SECONDS = 600


def main() -> int:
    """Plant every fault that was asked for and say which survived."""
    wanted = [f for f in FAULTS if all(word in f.name for word in sys.argv[1:])]
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        if (stale := list(find_stale(wanted))) or not wanted:
            say(
                "not in the package exactly once: " + "; ".join(stale) if stale else "no such fault"
            )
            return 1
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            if not passes_without_fault(Path(folder), wanted, pool):
                return 1
            noticed = pool.map(lambda fault: try_fault(fault, Path(folder)), wanted)
            survived = [fault.name for fault, one in zip(wanted, noticed, strict=True) if not one]
    say(f"{len(wanted) - len(survived)} of {len(wanted)} faults were noticed")
    for name in survived:
        say(f"survived: {name}")
    return 1 if survived else 0


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def find_stale(faults: Iterable[Fault]) -> Iterable[str]:
    """Names of faults whose text is not there exactly once."""
    for fault in faults:
        text = (ROOT / "protocol" / PACKAGE / fault.file).read_text("utf-8")
        if text.count(fault.old) != 1:
            yield f"{fault.name} ({fault.file})"


def passes_without_fault(folder: Path, faults: Iterable[Fault], pool: Executor) -> bool:
    """Whether the tests pass over a copy that nobody broke; otherwise a failure says nothing."""
    tests = dict.fromkeys(test for fault in faults for test in fault.tests)
    places = [copy_package(folder / f"whole-{number}") for number, _ in enumerate(tests)]
    passes = True
    for test, (status, seconds, words) in zip(
        tests, pool.map(lambda place, test: run_tests(place, [test]), places, tests), strict=True
    ):
        say(f"{seconds:6.1f} s  {'passes  ' if status == 0 else 'FAILS   '}  no fault: {test}")
        if status != 0:
            say(words)
            passes = False
    return passes


def try_fault(fault: Fault, folder: Path) -> bool:
    """Whether the tests notice a fault."""
    place = copy_package(folder / fault.name.replace(" ", "-"))
    path = place / PACKAGE / fault.file
    path.write_text(path.read_text("utf-8").replace(fault.old, fault.new), "utf-8")
    status, seconds, words = run_tests(place, fault.tests)
    noticed = status == TESTS_FAILED
    by = next((w for w in words.splitlines() if w.startswith(("FAILED", "ERROR"))), words[-300:])
    say(f"{seconds:6.1f} s  {'noticed ' if noticed else 'SURVIVED'}  {fault.name}: {by[:110]}")
    shutil.rmtree(place)
    return noticed


def copy_package(place: Path) -> Path:
    """Copy the package into a folder that Python will look into first."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "protocol" / PACKAGE, place / PACKAGE, ignore=ignored)
    return place


def run_tests(place: Path, tests: Iterable[str]) -> tuple[int, float, str]:
    """Run test modules with the package in a place; gives status, seconds and the last words."""
    words = [sys.executable, "-m", "pytest", "-x", "-q", "--no-header", "--tb=no"]
    words += ["-p", "no:cacheprovider", "-p", "no:xdist", "-k", f"not ({SLOW})"]
    variables = dict(
        os.environ,
        PYTHONPATH=str(place),
        PYTHONDONTWRITEBYTECODE="1",
        CONTRACT_TOOLS=COMMANDS,
        COLUMNS="200",
    )
    begun = time.monotonic()
    try:
        done = subprocess.run(
            [*words, "--basetemp", place / "tests", *tests],
            cwd=ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LIMIT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:  # a run that hangs is noticed too
        return TESTS_FAILED, time.monotonic() - begun, "FAILED: out of time"
    return done.returncode, time.monotonic() - begun, done.stdout


if __name__ == "__main__":
    sys.exit(main())
