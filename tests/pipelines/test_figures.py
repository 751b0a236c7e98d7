"""Figures that the documents state, held against what the commands print on the published data."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from affectory_protocol.spec import describe_tool
from face_annot.cli import tool as face_annot
from llm_annotate.cli import tool as llm_annotate

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "AFFECTORY_TRIAL_DATA"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        VARIABLE not in os.environ, reason=f"{VARIABLE} names no folder of trial data"
    ),
]


def _run(*words: object) -> None:
    command = [str(ROOT / "bin/affectory"), *map(str, words), "--max-rejects", "100%", "--quiet"]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def _readme(tool: str) -> str:
    return " ".join((ROOT / "tools" / tool / "README.md").read_text("utf-8").split())


def _known_by(tool: Any, verb: str, backend: str) -> str:
    """The figure that `spec` states of a backend."""
    return describe_tool(tool)["verbs"][verb]["backends"][backend]["measured_on"]


# Sentences ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory) -> dict[str, Any]:
    """What `evaluate` prints of the backend lexicon on the test split of GoEmotions."""
    folder, data = tmp_path_factory.mktemp("goemotions"), Path(os.environ[VARIABLE]) / "goemotions"
    for split in ("train", "dev", "test"):
        output = folder / f"{split}.jsonl"
        _run("dataset-io", "import", "goemotions", data / f"{split}.tsv", "-o", output)
    found, figures = folder / "found.jsonl", folder / "evaluation.json"
    lexicon = ("--backend", "lexicon", "-i", folder / "test.jsonl", "-o", found)
    _run("llm-annotate", "expression", *lexicon)
    learning = ("--train", folder / "train.jsonl", "--validation", folder / "dev.jsonl")
    words = ("-i", found, "--overlap", "drop", *learning, "-o", figures)
    _run("llm-annotate", "evaluate", *words)
    return json.loads(figures.read_bytes())


def _row(metric: dict[str, Any]) -> str:
    name = re.sub("f1(-|$)", lambda found: "F1 " if found[1] else "F1", metric["name"])
    low, high = metric["ci95"]
    order = ("majority", "all-positive", "naive-bayes")
    baselines = " | ".join(f"{metric['baselines'][baseline]:.3f}" for baseline in order)
    return f"| {name} | {metric['value']:.3f} | {low:.3f} to {high:.3f} | {baselines} |"


def test_table_of_figures_is_what_evaluate_prints(evaluation):
    readme = (ROOT / "tools/llm-annotate/README.md").read_text("utf-8").splitlines()
    stated = [line for line in readme if re.match(r"\| (macro-F1|F1 \w+|coverage) \|", line)]
    assert stated == [_row(metric) for metric in evaluation["metrics"]]


def test_numbers_of_sentences_are_what_evaluate_prints(evaluation):
    groups = evaluation["groups"]
    stated = f"{groups['test']:,} sentences, {groups['excluded']} more left out"
    assert stated in _readme("llm-annotate")


def test_lexicon_is_known_by_its_figure(evaluation):
    macro_f1 = evaluation["metrics"][0]["value"]
    assert f"macro-F1 {macro_f1:.2f} on" in _known_by(llm_annotate, "expression", "lexicon")


def test_share_of_missed_sentences_is_what_evaluate_prints(evaluation):
    coverage = next(one["value"] for one in evaluation["metrics"] if one["name"] == "coverage")
    assert round(10 * (1 - coverage)) == 3
    assert "Three in ten sentences with an emotion come out neutral" in _readme("llm-annotate")


# Photographs ----------------------------------------------------------------------------------

TWO_PEOPLE = "couple.jpg"
"""The one photograph of the folder with two people; each of the others shows one."""


@pytest.fixture(scope="module")
def faces(tmp_path_factory) -> dict[str, list[dict[str, Any]]]:
    """Faces that the backend haar finds, by the name of the photograph."""
    folder, data = tmp_path_factory.mktemp("faces"), Path(os.environ[VARIABLE]) / "faces"
    photographs, found = folder / "photographs.jsonl", folder / "found.jsonl"
    _run("dataset-io", "import", "images", data, "-o", photographs)
    words = ("--backend", "haar", "--root", data, "-i", photographs, "-o", found)
    _run("face-annot", "annotate", *words)
    records = [json.loads(line) for line in found.read_bytes().splitlines()]
    return {r["assets"]["image"]["uri"]: r["faces"]["image"]["items"] for r in records}


def test_haar_finds_the_face_of_each_person_and_no_other(faces):
    assert {name: len(items) for name, items in faces.items()} == {
        name: 2 if name == TWO_PEOPLE else 1 for name in faces
    }


def test_haar_is_known_by_its_figure(faces):
    found = sum(map(len, faces.values()))
    stated = f"all {found} faces and no other in {len(faces)} photographs"
    assert stated in _known_by(face_annot, "annotate", "haar")
    assert f"On {len(faces)} press photographs with {found} faces" in _readme("face-annot")


def test_eyes_and_confidences_are_as_stated(faces):
    items = [item for found in faces.values() for item in found]
    eyes = sum(len(item["landmarks"]) == 2 for item in items)
    low, high = (f"{end([i['confidence'] for i in items]):.2f}" for end in (min, max))
    stated = f"both eyes of {eyes} of them, and nothing else; faces had confidences from "
    assert f"{stated}{low} to {high}." in _readme("face-annot")
