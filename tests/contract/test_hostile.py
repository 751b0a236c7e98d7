"""Hostile input passes, is rejected with its reason, or stops the command; nothing is ever lost."""

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from affectory_protocol.reasons import Reason
from commands import MANIFEST, ROOT, Done, Zygote
from hostile import (
    FILE,
    GIGABYTE,
    GOOD,
    INPUTS,
    LAST,
    LINES,
    LONG_LINE,
    PASS,
    PLACES,
    Input,
    Line,
    Place,
)

MAX_MEMORY = 200_000_000
SIDES = ("--max-rejects", "1", "--rejects", "rejects.jsonl", "--receipt", "run.json")
LAUNCHER = """
import resource, subprocess, sys
status = subprocess.run(sys.argv[1:]).returncode
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
print(peak if sys.platform == "darwin" else peak * 1024, file=sys.stderr)
sys.exit(status)
"""
"""Small itself, so that the peak it tells is that of the command and not of the test."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A root as `hostile.ROOT` describes it, with a secret above."""
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "photo.png").write_bytes(b"photo")
    os.mkfifo(root / "pipe")
    (root / "inside").symlink_to("photo.png")
    (root / "outside").symlink_to(tmp_path / "secret.txt")
    (root / "loop").symlink_to("loop")
    (tmp_path / "secret.txt").write_text("secret")
    return root


def _rejects(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "rejects.jsonl").read_bytes().splitlines()]


def _original(reject: dict) -> bytes:
    if "line" in reject:
        return reject["line"].encode()
    return base64.b64decode(reject["line_base64"])


def _counts(folder: Path) -> dict[str, int]:
    counts = json.loads((folder / "run.json").read_bytes())["counts"]
    return {name: number for name, number in counts.items() if number}


def _name(case: Line | Input | Place) -> str:
    return "-".join(case.what.replace("`", "").split())


def test_every_reason_in_the_tables_is_one_of_the_closed_list():
    reasons = {case.reason for case in (*LINES, LONG_LINE, *PLACES)}
    assert reasons - {PASS} <= set(Reason)


def test_rows_have_names_of_their_own():
    for table in (LINES, PLACES):
        assert len({case.what for case in table}) == len(table)


# lines ----------------------------------------------------------------------------------------


def _validate(zygote: Zygote, folder: Path, content: bytes, *words: str) -> Done:
    return zygote.run(MANIFEST, "validate", *SIDES, *words, folder=folder, stdin=content)


@pytest.mark.parametrize("case", [c for c in LINES if c.reason is PASS], ids=_name)
def test_line_passes_byte_for_byte(zygote, tmp_path, case):
    content = GOOD + case.line + b"\n" + LAST
    assert _validate(zygote, tmp_path, content).ok().stdout == content
    assert _counts(tmp_path) == {"read": 3, "passed": 3, "written": 3}


@pytest.mark.parametrize("case", [c for c in LINES if c.reason is not PASS], ids=_name)
def test_line_is_rejected_and_its_neighbours_pass(zygote, tmp_path, case):
    done = _validate(zygote, tmp_path, GOOD + case.line + b"\n" + LAST).ok()
    assert done.stdout == GOOD + LAST
    assert _counts(tmp_path) == {"read": 3, "passed": 2, "rejected": 1, "written": 2}
    (reject,) = _rejects(tmp_path)
    assert reject["reason"] == case.reason
    assert _original(reject) == case.line
    assert (reject["offset"], reject["length"]) == (len(GOOD), len(case.line))


@pytest.mark.slow
def test_line_of_a_gigabyte_is_rejected_without_being_held(tmp_path):
    def pieces() -> Iterator[bytes]:
        piece = LONG_LINE.line * (2**20 // len(LONG_LINE.line))
        yield GOOD
        for _ in range(GIGABYTE // len(piece)):
            digest.update(piece)
            yield piece
        yield b"\n" + LAST

    digest = hashlib.sha256()
    command = [sys.executable, "-m", MANIFEST.module, "validate", *SIDES]
    with subprocess.Popen(
        [sys.executable, "-c", LAUNCHER, *command],
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as launched:
        assert launched.stdin is not None
        for piece in pieces():
            launched.stdin.write(piece)
        stdout, stderr = launched.communicate()
    assert (launched.returncode, stdout) == (0, GOOD + LAST), stderr
    assert int(stderr.split()[-1]) < MAX_MEMORY
    (reject,) = _rejects(tmp_path)
    assert reject["reason"] == LONG_LINE.reason
    assert (reject["length"], reject["sha256"]) == (GIGABYTE, digest.hexdigest())
    assert base64.b64decode(reject["head_base64"]) == LONG_LINE.line * 64


# whole inputs ---------------------------------------------------------------------------------


def _feed(zygote: Zygote, folder: Path, case: Input, *words: str) -> Done:
    if case.by != FILE:
        return zygote.run(MANIFEST, "validate", *words, folder=folder, stdin=case.content)
    (folder / "in.jsonl").write_bytes(case.content)
    return zygote.run(MANIFEST, "validate", "-i", "in.jsonl", *words, folder=folder)


@pytest.mark.parametrize("case", INPUTS, ids=lambda case: f"{_name(case)}-{case.by}")
def test_input_is_written_as_told_and_ends_in_its_status(zygote, tmp_path, case):
    done = _feed(zygote, tmp_path, case)
    assert (done.status, done.stdout) == (case.status, case.written)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "case", [c for c in INPUTS if c.status == 0], ids=lambda case: f"{_name(case)}-{case.by}"
)
def test_input_into_a_file_is_written_alike(zygote, tmp_path, case):
    _feed(zygote, tmp_path, case, "-o", "out.jsonl").ok()
    assert (tmp_path / "out.jsonl").read_bytes() == case.written


@pytest.mark.parametrize(
    "case", [c for c in INPUTS if c.status == 3], ids=lambda case: f"{_name(case)}-{case.by}"
)
def test_rejected_lines_of_an_input_are_given_back(zygote, tmp_path, case):
    _feed(zygote, tmp_path, case, "--rejects", "rejects.jsonl")
    originals = [_original(reject) for reject in _rejects(tmp_path)]
    assert originals == [line for line in case.content.split(b"\n") if line]


# places ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", PLACES, ids=_name)
def test_uri_of_an_asset_is_followed_or_rejected(zygote, folder, case):
    described = f",{case.described}" if case.described else ""
    asset = f'{{"uri":"{case.uri}","media_type":"image/png"{described}}}'
    line = f'{{"id":"x","assets":{{"image":{asset}}}}}'.encode()
    words = ("--verify-assets", "--root", ".", "--root", "data=.", *case.words)
    done = _validate(zygote, folder, GOOD + line + b"\n" + LAST, *words).ok()
    if case.reason is PASS:
        assert done.stdout == GOOD + line + b"\n" + LAST
        assert _rejects(folder) == []
    else:
        assert done.stdout == GOOD + LAST
        (reject,) = _rejects(folder)
        assert (reject["reason"], _original(reject)) == (case.reason, line)
        assert "secret" not in reject["message"]


# the page -------------------------------------------------------------------------------------


def test_page_of_hostile_input_is_current():
    words = [sys.executable, ROOT / "docs" / "part_hostile.py", "--check"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
