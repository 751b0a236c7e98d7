"""The receipt of a run."""

import json
import subprocess
import sys

import pytest
from affectory_protocol.journal import Counts
from affectory_protocol.receipt import (
    InputRecord,
    OptionRecords,
    OutputRecord,
    Receipt,
    encode_receipt,
    peak_memory_bytes,
    read_receipt,
)

RECEIPT = Receipt(
    tool="filters",
    verb="quality",
    kind="filter",
    behaviour=1,
    backend=None,
    model=None,
    licence=None,
    versions={"filters": "0.1.0"},
    fingerprint={"tool": "filters"},
    options=OptionRecords(result={"min-size": "64"}),
    counts=Counts(read=3, passed=2, dropped=1, written=2),
    rejected_by_reason={},
    dropped_by_reason={"too-small": 1},
    inputs=[InputRecord(name="input", sha256="0" * 64, bytes=9)],
    outputs=[
        OutputRecord(name="output", sha256="1" * 64, bytes=6, lines=2),
        OutputRecord(name="dropped", sha256="2" * 64, bytes=3, lines=1),
    ],
    seconds=0.5,
    records_per_second=6.0,
    peak_memory_bytes=1,
    ended="finished",
    resumed=0,
)


def test_receipt_is_read_back_as_it_was_written(tmp_path):
    (tmp_path / "receipt").write_bytes(encode_receipt(RECEIPT))
    assert read_receipt(tmp_path / "receipt") == RECEIPT


def test_receipt_is_json_that_ends_with_a_newline():
    encoded = encode_receipt(RECEIPT)
    assert json.loads(encoded)["counts"]["dropped"] == 1
    assert encoded.endswith(b"}\n")


def test_receipt_says_which_protocol_it_follows():
    assert json.loads(encode_receipt(RECEIPT))["protocol"] == 1


def test_missing_receipt_is_none(tmp_path):
    assert read_receipt(tmp_path / "receipt") is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"\xff", b"null"])
def test_receipt_that_cannot_be_read_is_none(tmp_path, content):
    (tmp_path / "receipt").write_bytes(content)
    assert read_receipt(tmp_path / "receipt") is None


def test_truncated_receipt_is_none(tmp_path):
    encoded = encode_receipt(RECEIPT)
    for length in range(0, len(encoded) - 2, 7):
        (tmp_path / "receipt").write_bytes(encoded[:length])
        assert read_receipt(tmp_path / "receipt") is None


def test_receipt_with_newer_fields_is_still_read(tmp_path):
    newer = json.loads(encode_receipt(RECEIPT)) | {"newer": 1}
    (tmp_path / "receipt").write_text(json.dumps(newer))
    assert read_receipt(tmp_path / "receipt") == RECEIPT


@pytest.mark.parametrize(("name", "lines"), [("output", 2), ("dropped", 1), ("rejects", None)])
def test_stream_is_found_by_its_name(name, lines):
    stream = RECEIPT.output(name)
    assert (stream.lines if stream else None) == lines


def test_peak_memory_is_that_of_an_interpreter():
    assert 2**22 < peak_memory_bytes() < 2**40


def test_peak_of_memory_is_not_that_of_the_program_that_started_this_one():
    ours = "from affectory_protocol.receipt import peak_memory_bytes; print(peak_memory_bytes())"
    theirs = (
        "import subprocess, sys; large = bytearray(400 * 2**20); "
        f"subprocess.run([sys.executable, '-c', {ours!r}], check=True)"
    )
    done = subprocess.run([sys.executable, "-c", theirs], capture_output=True, check=True)

    assert int(done.stdout) < 300 * 2**20
