"""`make expressions` from the samples: what it makes, what it makes again, and what is proved."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from affectory_protocol.cli.audit import audit_manifests
from affectory_protocol.places import Places

ROOT = Path(__file__).resolve().parents[2]
RUN_SECONDS = 900
QUICK = ("TRAIN_OPTIONS=--max-epochs 2", "ORIGINAL_OPTIONS=--max-epochs 1", "GALLERY=4")
MANIFESTS = ["goemotions", "emoint", "isear", "pool", "distinct", "apart", "annotated", "split"]
MANIFESTS += ["test", "predicted", "faces", "moving", "drawn"]
BASELINES = {"mean", "median", "prototype", "nearest", "ridge", "original"}

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("expressions")]


def _make(name: str, *words: str) -> str:
    command = ["make", "--no-print-directory", f"SPACE={name}", *QUICK, *words]
    ours = {n: v for n, v in os.environ.items() if not n.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=ours,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def built():
    """A finished build, as a name below the repository."""
    name = f"build/test-expressions-{os.getpid()}"
    _make(name, "expressions")
    yield name
    shutil.rmtree(ROOT / name)


@pytest.fixture(scope="module")
def evaluation(built):
    return json.loads((ROOT / built / "evaluation.json").read_bytes())


def test_no_group_lies_in_two_parts(evaluation):
    assert evaluation["groups"]["overlap"] == 0
    assert evaluation["groups"]["test"] > 0


def test_every_baseline_stands_beside_the_faces_and_the_ranks(evaluation):
    for metric in evaluation["metrics"]:
        if metric["name"] in {"mae-all", "text-to-face-pool-r1"}:
            assert set(metric["baselines"]) == BASELINES, metric["name"]


def test_second_build_makes_nothing(built):
    assert "bin/affectory" not in _make(built, "expressions")


def test_another_gallery_trains_nothing_again(built):
    said = _make(built, "why", f"T={built}/page.html", "GALLERY=5")
    made = [line.split(":")[0].removeprefix(f"{built}/") for line in said.splitlines()]
    assert "predicted.jsonl" in made
    assert not {"space.safetensors", "split.jsonl", "evaluation.json", "test.jsonl"} & set(made)


def test_receipts_prove_the_whole_way(built):
    manifests = [ROOT / built / f"{name}.jsonl" for name in MANIFESTS]
    places = Places({"assets": ROOT / built / "assets"})
    errors = [found for found in audit_manifests(manifests, places) if found.is_error]
    assert errors == []


def test_every_export_is_there(built):
    for name in ("sentences.csv", "hf/README.md", "film.mp4", "page.html"):
        assert (ROOT / built / name).stat().st_size > 0, name


def test_recording_has_a_row_for_each_frame_of_the_film(built):
    header, *rows = (ROOT / built / "livelink.csv").read_text().splitlines()
    assert header.startswith("Timecode,BlendShapeCount,EyeBlinkLeft,")
    (moving,) = (ROOT / built / "moving.jsonl").read_text().splitlines()
    assert len(rows) == json.loads(moving)["tracks"]["face"]["frames"]


def test_space_says_what_it_was_trained_on(built):
    card = (ROOT / built / "space.safetensors.card.md").read_text()
    assert "llm-annotate expression linear" in card
    assert "trained on | 167 sentences" in card
