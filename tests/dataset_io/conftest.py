"""What the tests of dataset-io share: files, rows as lines, the tool as a process."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Dropped, Imported


@pytest.fixture
def write(tmp_path):
    """Write a file below the test's folder and give its path."""

    def write(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


@pytest.fixture(scope="session")
def describe():
    """What became of a row, as one JSON line."""

    def describe(row) -> bytes:
        outcome = row.outcome
        told = {"offset": row.offset, "length": len(row.raw)}
        if isinstance(outcome, RecordError):
            told |= {"reason": outcome.reason.value, "message": outcome.message}
        else:
            kind = "dropped" if isinstance(outcome, Dropped) else "record"
            members = {s.name: s.model_dump(exclude_unset=True) for s in outcome.sections}
            told[kind] = {"id": outcome.id, **members}
        return orjson.dumps(told) + b"\n"

    return describe


@pytest.fixture(scope="session")
def tiles():
    """Whether rows lie in a file without overlap, with nothing but line ends between them."""

    def tiles(content: bytes, rows, *, start: int = 0) -> bool:
        position = start
        for row in rows:
            gap = content[position : row.offset]
            if not _is_gap(gap, at_start=position == 0) or row.offset < position:
                return False
            position = row.offset + len(row.raw)
            if content[row.offset : position] != row.raw:
                return False
        return _is_gap(content[position:], at_start=position == 0)

    return tiles


def _is_gap(gap: bytes, *, at_start: bool) -> bool:
    if at_start:
        gap = gap.removeprefix(b"\xef\xbb\xbf")
    return gap.replace(b"\r\n", b"\n").strip(b"\n") == b""


@pytest.fixture(scope="session")
def reasons():
    """The reason of each row, `imported` or `dropped`."""

    def reasons(rows) -> list[str]:
        return [_reason(row.outcome) for row in rows]

    return reasons


def _reason(outcome) -> str:
    if isinstance(outcome, RecordError):
        return outcome.reason.value
    return "imported" if isinstance(outcome, Imported) else "dropped"


@pytest.fixture
def dataset_io(tmp_path):
    """Run the tool in the test's folder."""

    def dataset_io(*words: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "dataset_io", *map(str, words)],
            cwd=tmp_path,
            env=dict(os.environ, NO_COLOR="1"),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )

    return dataset_io
