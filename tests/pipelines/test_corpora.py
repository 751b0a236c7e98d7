"""All corpora in one pool: imported, freed of repeats, split, annotated, killed twice on the way.

Sentences without repeats go to a server (one of the tests', with faults) and to the embedded model.
"""

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from affectory_protocol.cli.audit import audit_manifests
from affectory_protocol.places import Places
from mock_server import MockServer

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "AFFECTORY_TRIAL_DATA"
KILLS = (3.0, 6.0)
"""Seconds after its start when a run is killed, the first time and the second."""
CORPORA = {
    "goemotions": "goemotions/*.tsv",
    "emoint": "emoint/*.csv",
    "isear": "isear/*dataset.csv",
}
SENTENCES = 60_000

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder of trial data"
    ),
]


def _start(folder: Path, *words: object) -> subprocess.Popen[bytes]:
    command = [str(ROOT / "bin/affectory"), *map(str, words), "--quiet"]
    return subprocess.Popen(command, cwd=folder, start_new_session=True, stderr=subprocess.PIPE)


def _run(folder: Path, *words: object) -> None:
    with _start(folder, *words) as running:
        assert running.stderr is not None
        said = running.stderr.read()
        assert running.wait() == 0, said


def _run_killed(folder: Path, *words: object) -> None:
    """Kill a run twice, then let it end."""
    for seconds in KILLS:
        with _start(folder, *words) as running:
            time.sleep(seconds)
            os.killpg(running.pid, signal.SIGKILL)
            assert running.wait() == -signal.SIGKILL, "it was over before it could be killed"
    _run(folder, *words)


@pytest.fixture(scope="module")
def pool(tmp_path_factory):
    """A folder with every corpus, and `split.jsonl` of all their sentences without repeats."""
    folder = tmp_path_factory.mktemp("corpora")
    for name, pattern in CORPORA.items():
        files = sorted(Path(os.environ[VARIABLE]).glob(pattern))
        _run(folder, "dataset-io", "import", name, *files, "-o", f"{name}.jsonl")
    _run(folder, "manifest", "merge", *(f"{name}.jsonl" for name in CORPORA), "-o", "pool.jsonl")
    repeats = ("filters", "duplicates")
    _run(folder, *repeats, "exact-text", "-i", "pool.jsonl", "-o", "distinct.jsonl")
    _run_killed(folder, *repeats, "near-text", "-i", "distinct.jsonl", "-o", "apart.jsonl")
    split = ("manifest", "split", "apart.jsonl", "--by", "text", "--overwrite-human")
    _run(folder, *split, "-o", "split.jsonl")
    return folder


def _audit(folder: Path, *names: str) -> list[str]:
    before = [*(f"{name}.jsonl" for name in CORPORA), "pool.jsonl", "distinct.jsonl"]
    manifests = [folder / name for name in (*before, "apart.jsonl", "split.jsonl", *names)]
    return [str(finding) for finding in audit_manifests(manifests, Places([]))]


def _expressions(path: Path) -> list[dict]:
    return [json.loads(line)["expression"] for line in path.read_text("utf-8").splitlines()]


def test_nothing_lies_in_two_splits_and_nothing_is_lost(pool):
    records = [json.loads(line) for line in (pool / "split.jsonl").read_text().splitlines()]
    splits: dict[str, set[str]] = {}
    for record in records:
        splits.setdefault(record["source"]["groups"]["text"], set()).add(record["source"]["split"])
    lines = {
        name: (pool / name).read_bytes().count(b"\n")
        for name in ("pool.jsonl", "distinct.jsonl.dropped.jsonl", "apart.jsonl.dropped.jsonl")
    }

    assert len(records) >= SENTENCES
    assert {len(found) for found in splits.values()} == {1}
    assert len(records) == lines.pop("pool.jsonl") - sum(lines.values())


def test_embedded_model_annotates_all_killed_or_not(pool):
    words = ("llm-annotate", "expression", "--backend", "linear", "-i", "split.jsonl")
    _run_killed(pool, *words, "-o", "linear.jsonl")
    _run(pool, *words, "-o", "whole.jsonl")

    assert (pool / "linear.jsonl").read_bytes() == (pool / "whole.jsonl").read_bytes()
    assert _audit(pool, "linear.jsonl") == []


def test_server_is_asked_for_each_sentence_once(pool):
    server, concurrency = MockServer(faults=1, delays="0,50"), 64
    words = ("llm-annotate", "expression", "--backend", "openai", "--model", "mock")
    where = ("--base-url", server.base_url, "--concurrency", concurrency, "--max-retries", 9)
    where += ("--max-rejects", "1%")  # this server declines some sentences
    _run_killed(pool, *words, *where, "-i", "split.jsonl", "-o", "asked.jsonl")
    answered = server.asked()["answered"]
    server.close()
    expressions = _expressions(pool / "asked.jsonl")
    rejects = (pool / "asked.jsonl.rejects.jsonl").read_bytes().count(b"\n")
    asked = (pool / "split.jsonl").read_bytes().count(b"\n")

    assert len(expressions) + rejects == asked
    assert all(len(one["emotions"]) >= 3 for one in expressions)
    assert sum(answered.values()) - len(answered) <= len(KILLS) * concurrency
    assert _audit(pool, "asked.jsonl") == []
