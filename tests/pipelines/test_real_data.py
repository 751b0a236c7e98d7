"""The datasets as their authors publish them: imported, annotated and audited, none of it lost."""

import json
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from affectory_protocol.cli.audit import audit_manifests
from affectory_protocol.places import Places
from affectory_protocol.reasons import DropReason, Reason

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "AFFECTORY_TRIAL_DATA"


@dataclass(frozen=True)
class Published:
    """A dataset in the form in which it is published.

    Attributes:
        importer: the verb that reads it.
        pattern: of its files.
        rows: how many its authors count.
    """

    importer: str
    pattern: str
    rows: int


# Demszky et al. 2020 (43,410 + 5,426 + 5,427); Mohammad and Bravo-Marquez 2017
# (3,613 + 347 + 3,142); Scherer and Wallbott 1994.
SETS = {
    "goemotions": Published("goemotions", "goemotions/*.tsv", 54_263),
    "emoint": Published("emoint", "emoint/*.csv", 7_102),
    "isear": Published("isear", "isear/isear_dataset.csv", 7_666),
    "isear-wide": Published("isear", "isear/isear_wide.csv", 7_666),
}

pytestmark = pytest.mark.skipif(
    VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder of trial data"
)


@dataclass(frozen=True)
class Annotated:
    """A dataset that was imported and annotated.

    Attributes:
        published: what it is made of.
        folder: where the manifests are.
    """

    published: Published
    folder: Path

    def receipt(self, file: str) -> dict[str, Any]:
        """What a run said of itself."""
        return json.loads((self.folder / f"{file}.run.json").read_bytes())

    def lines(self, file: str) -> int:
        """How many lines a file has."""
        return (self.folder / file).read_bytes().count(b"\n")


def _run(*words: object) -> None:
    command = [str(ROOT / "bin/affectory"), *map(str, words), "--max-rejects", "100%"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module", params=SETS)
def annotated(request, tmp_path_factory):
    published, folder = SETS[request.param], tmp_path_factory.mktemp(request.param)
    files = sorted(Path(os.environ[VARIABLE]).glob(published.pattern))
    assert files
    imported = folder / "imported.jsonl"
    _run("dataset-io", "import", published.importer, *files, "-o", imported)
    words = ["--backend", "lexicon", "-i", imported, "-o", folder / "expressions.jsonl"]
    _run("llm-annotate", "expression", *words)
    return Annotated(published, folder)


def test_every_row_is_written_dropped_or_rejected(annotated):
    counts = annotated.receipt("imported.jsonl")["counts"]
    assert counts["read"] == counts["written"] + counts["dropped"] + counts["rejected"]
    assert counts["written"] == annotated.lines("imported.jsonl") > 0


def test_all_rows_that_were_published_are_read(annotated):
    assert annotated.receipt("imported.jsonl")["counts"]["read"] == annotated.published.rows


def test_reasons_are_of_the_closed_lists(annotated):
    receipt = annotated.receipt("imported.jsonl")
    assert set(receipt["rejected_by_reason"]) <= set(Reason)
    assert set(receipt["dropped_by_reason"]) <= set(DropReason)
    assert sum(receipt["rejected_by_reason"].values()) == receipt["counts"]["rejected"]
    assert sum(receipt["dropped_by_reason"].values()) == receipt["counts"]["dropped"]


def test_every_sentence_is_annotated(annotated):
    counts = annotated.receipt("expressions.jsonl")["counts"]
    assert counts["passed"] == counts["read"] == annotated.lines("imported.jsonl")


def test_chain_passes_its_audit(annotated):
    manifests = [annotated.folder / "imported.jsonl", annotated.folder / "expressions.jsonl"]
    assert [str(finding) for finding in audit_manifests(manifests, Places({}))] == []
