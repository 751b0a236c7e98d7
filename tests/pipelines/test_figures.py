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


def _import(folder: Path, corpus: str, *files: Path) -> Path:
    output = folder / f"{corpus}-{files[0].stem}.jsonl"
    _run("dataset-io", "import", corpus, *files, "-o", output)
    return output


def _evaluate(manifest: Path, *words: object) -> dict[str, Any]:
    """What `evaluate` prints of the backend linear, beside the lexicon."""
    found, figures = manifest.with_suffix(".found"), manifest.with_suffix(".json")
    _run("llm-annotate", "expression", "--backend", "linear", "-i", manifest, "-o", found)
    _run("llm-annotate", "evaluate", "-i", found, "--overlap", "drop", *words, "-o", figures)
    return json.loads(figures.read_bytes())


@pytest.fixture(scope="module")
def evaluation(tmp_path_factory) -> dict[str, Any]:
    """The test split of GoEmotions."""
    folder, data = tmp_path_factory.mktemp("goemotions"), Path(os.environ[VARIABLE]) / "goemotions"
    train, dev, test = (
        _import(folder, "goemotions", data / f"{split}.tsv") for split in ("train", "dev", "test")
    )
    return _evaluate(test, "--train", train, "--validation", dev)


@pytest.fixture(scope="module", params=["emoint", "isear"])
def elsewhere(request, tmp_path_factory) -> tuple[str, dict[str, Any]]:
    """Sentences of another kind than those that weights were learned from."""
    folder, data = tmp_path_factory.mktemp(request.param), Path(os.environ[VARIABLE])
    pattern = {"emoint": "emoint/*_test.csv", "isear": "isear/isear_dataset.csv"}[request.param]
    manifest = _import(folder, request.param, *sorted(data.glob(pattern)))
    return request.param, _evaluate(manifest)


def _value(evaluation: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in evaluation["metrics"] if one["name"] == name)


def _row(metric: dict[str, Any]) -> str:
    name = re.sub("f1(-|$)", lambda found: "F1 " if found[1] else "F1", metric["name"])
    low, high = metric["ci95"]
    order = ("lexicon", "majority", "all-positive", "naive-bayes")
    baselines = " | ".join(f"{metric['baselines'][baseline]:.3f}" for baseline in order)
    return f"| {name} | {metric['value']:.3f} | {low:.3f} to {high:.3f} | {baselines} |"


CARD = ROOT / "tools/llm-annotate/llm_annotate/data/MODEL_CARD.md"
README = ROOT / "tools/llm-annotate/README.md"


def _rows(page: Path, pattern: str) -> list[str]:
    return [line for line in page.read_text("utf-8").splitlines() if re.match(pattern, line)]


def test_tables_of_figures_are_what_evaluate_prints(evaluation):
    compared = [each for each in evaluation["metrics"] if "majority" in each["baselines"]]
    assert _rows(CARD, r"\| (macro-F1|F1 \w+|coverage) \|") == list(map(_row, compared))
    assert _rows(README, r"\| (macro-F1|coverage) \|") == [_row(compared[0]), _row(compared[-1])]


def test_lead_over_the_lexicon_is_what_evaluate_prints(evaluation):
    lead = _value(evaluation, "macro-f1-lead")
    low, high = lead["ci95"]
    assert f"lead in macro-F1 is {lead['value']:.3f} ({low:.3f} to {high:.3f})" in _readme(
        "llm-annotate"
    )
    assert low > 0


def test_figures_of_probabilities_are_what_evaluate_prints(evaluation):
    stated = [
        f"{words} {_value(evaluation, name)['value']:.3f} "
        f"({_value(evaluation, name)['baselines']['constant']:.3f})"
        for words, name in (
            ("Brier score", "brier"),
            ("log loss", "log-loss"),
            ("expected calibration error", "ece"),
        )
    ]
    assert [each for each in stated if each not in _readme("llm-annotate")] == []


def test_numbers_of_sentences_are_what_evaluate_prints(evaluation):
    groups = evaluation["groups"]
    stated = f"{groups['test']:,} sentences, {groups['excluded']} more left out"
    assert stated in _readme("llm-annotate")


def test_backends_are_known_by_their_figures(evaluation):
    macro_f1 = evaluation["metrics"][0]
    for backend, value in (
        ("linear", macro_f1["value"]),
        ("lexicon", macro_f1["baselines"]["lexicon"]),
    ):
        assert f"macro-F1 {value:.2f} on" in _known_by(llm_annotate, "expression", backend)


def test_share_of_missed_sentences_is_what_evaluate_prints(evaluation):
    coverage = _value(evaluation, "coverage")
    assert round(10 * (1 - coverage["value"])) == 2
    assert round(10 * (1 - coverage["baselines"]["lexicon"])) == 3
    assert "Two in ten sentences with an emotion come out neutral (`lexicon`: three)" in _readme(
        "llm-annotate"
    )


def test_figures_on_other_texts_are_what_evaluate_prints(elsewhere):
    corpus, evaluation = elsewhere
    lead = _value(evaluation, "macro-f1-lead")
    own, ece = _value(evaluation, "macro-f1"), _value(evaluation, "ece")["value"]
    low, high = lead["ci95"]
    row = (
        f" | {own['n']:,} | {own['value']:.3f} | {own['baselines']['lexicon']:.3f} | "
        f"{lead['value']:.3f} ({low:.3f} to {high:.3f}) | {ece:.3f} |"
    )
    assert [stated.endswith(row) for stated in _rows(CARD, f"(?i)\\| {corpus}")] == [True]


def test_intensities_agree_as_stated_where_people_rated_some(elsewhere):
    corpus, evaluation = elsewhere
    rated = [one for one in evaluation["metrics"] if one["name"].startswith("intensity")]
    cells = [
        f"| {one['value']:.3f} ({one['ci95'][0]:.3f} to {one['ci95'][1]:.3f}) |" for one in rated
    ]
    assert len(cells) == {"emoint": 2, "isear": 0}[corpus]
    assert [cell for cell in cells if cell not in CARD.read_text("utf-8")] == []


# Spaces ---------------------------------------------------------------------------------------

CORPORA = {
    "GOEMOTIONS": [f"goemotions/{split}.tsv" for split in ("train", "dev", "test")],
    "EMOINT": ["emoint/*.csv"],
    "ISEAR": ["isear/isear_dataset.csv"],
}
LEARNED = {"text-to-face-pool-r1", "face-to-text-pool-r1", "mae-all"}
"""Figures of the space that more is claimed of; on other machines training gives others."""
STATED = ROOT / "docs/expression-space.json"


@pytest.fixture(scope="module")
def space_figures(new_folder) -> dict[str, dict[str, Any]]:
    """The evaluation of a space that is trained here, without the original's, by figure."""
    data, folder = Path(os.environ[VARIABLE]), new_folder()
    name = folder.relative_to(ROOT)
    files = [
        f"{corpus}={' '.join(str(path) for each in found for path in sorted(data.glob(each)))}"
        for corpus, found in CORPORA.items()
    ]
    words = [f"SPACE={name}", "TRAIN_OPTIONS=", *files, f"{name}/space.safetensors"]
    subprocess.run(["make", "--silent", *words], cwd=ROOT, check=True, capture_output=True)
    _run(
        *("trainers", "expression-space", "evaluate", "--backend", "hashed"),
        *("--space", folder / "space.safetensors", "--cache", folder / "features"),
        *("-i", folder / "split.jsonl", "-o", folder / "evaluation.json"),
    )
    evaluation = json.loads((folder / "evaluation.json").read_bytes())
    return {metric["name"]: metric for metric in evaluation["metrics"]}


def test_figures_of_baselines_are_what_evaluate_prints(space_figures):
    for stated in json.loads(STATED.read_bytes())["metrics"]:
        now = space_figures[stated["name"]]
        told = {of: v for of, v in stated["baselines"].items() if of in now["baselines"]}
        untrained = {of for of in told if of not in {"original", "this-decoded"}}
        assert {of: told[of] for of in untrained} == pytest.approx(
            {of: now["baselines"][of] for of in untrained}, abs=2e-3, rel=0.01
        ), stated["name"]


def test_figures_of_a_space_are_within_the_stated_intervals(space_figures):
    for stated in json.loads(STATED.read_bytes())["metrics"]:
        if stated["name"] in LEARNED:
            low, high = stated["ci95"]
            assert low <= space_figures[stated["name"]]["value"] <= high, stated["name"]


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
