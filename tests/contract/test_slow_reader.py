"""A reader that does not keep up holds a run back; what it has not taken is not piled up."""

import json
import os
import threading
import time
from pathlib import Path

import pytest
from cases import case_named
from trials import Trial, folder_in_memory

PADDING = "some words " * 190
"""Two kilobytes a record."""

FEW, MANY = 600, 20_000
GROWTH_BYTES = 16 * 2**20
"""What a run may need more when its reader is slow: less than half of its output."""


def _manifest(path, records, members=""):
    with path.open("w", encoding="utf-8") as file:
        for n in range(records):
            file.write(f'{{"id":"{n}"{members},"x":"{PADDING}"}}\n')


def _tsv(path, records):
    with path.open("w", encoding="utf-8") as file:
        for n in range(records):
            file.write(f"{PADDING}\t{n % 28}\tt{n}\n")


def _texts(trial, records):
    _manifest(trial.input, records, ',"text":{"content":"short"}')


INPUTS = {
    "toy shout": _texts,
    "toy short": _texts,
    "toy draw": lambda trial, records: _texts(trial, records // 4),
    "dataset-io import goemotions": lambda trial, records: _tsv(trial.data / "train.tsv", records),
    "manifest merge": lambda trial, records: _manifest(trial.data / "a.jsonl", records),
    "manifest validate": _texts,
}
MORE = {"toy draw": ["--copies", "4"]}


@pytest.fixture
def run(zygote):
    """Run a case over so many records into a pipe; gives what came out and the peak of memory."""
    folders = []

    def run(name, records, *, is_slow):
        context = folder_in_memory()
        folder = context.__enter__()
        folders.append(context)
        trial = Trial(zygote, case_named(name), folder)
        INPUTS[name](trial, records)
        receipt = folder / "receipt.json"
        reader, writer = os.pipe()
        words = ["--rejects", folder / "rejects", "--max-rejects", "100%", *MORE.get(name, [])]
        started = trial.start(*words, "--receipt", receipt, stdout=writer)
        os.close(writer)
        if is_slow:
            _wait_until_idle(started.pid)
        sizes = []
        thread = threading.Thread(target=lambda: sizes.append(_drain(reader)))
        thread.start()
        started.wait().ok()
        thread.join()
        os.close(reader)
        return sizes[0], json.loads(receipt.read_bytes())["peak_memory_bytes"]

    yield run
    for context in folders:
        context.__exit__(None, None, None)


def _drain(reader):
    size = 0
    while block := os.read(reader, 2**20):
        size += len(block)
    return size


def _wait_until_idle(pid):
    """Until a process has used no time for half a second: it waits for its reader."""
    used, since = -1, time.monotonic()
    until = since + 60
    while time.monotonic() - since < 0.5:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        now = int(fields[11]) + int(fields[12])
        if now != used:
            used, since = now, time.monotonic()
        assert time.monotonic() < until
        time.sleep(0.05)


@pytest.mark.parametrize("name", INPUTS)
def test_slow_reader_costs_no_memory(run, name):
    _, few = run(name, FEW, is_slow=False)
    size, many = run(name, MANY, is_slow=True)

    assert size > 2 * GROWTH_BYTES
    assert many - few < GROWTH_BYTES
