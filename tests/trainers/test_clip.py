"""The encoder clip on a tiny model with random weights, in its own environment."""

import json
import os
import re
import subprocess
import tempfile
from pathlib import Path

import numpy as np
import pytest
from commands import Command, Zygote, python_of
from stub_hub import LICENCE, MODEL, StubHub
from tiny_models.made import tiny_clip
from trainers.expression_space.space import Space

pytestmark = pytest.mark.full

TOOL = Command("trainers", "trainers", "trainers.cli")


@pytest.fixture(scope="module")
def zygote():
    """Without the library of the hub: it reads its address when it is imported."""
    with tempfile.TemporaryDirectory(prefix="zygote-") as folder:  # short enough for a socket
        made = Zygote(Path(folder), ["trainers.cli"], python=python_of("trainers", "full"))
        yield made
        made.close()


@pytest.fixture
def run(zygote, line, tmp_path):
    """Runs a verb with a model on sentences; `in.jsonl` and the output lie in the folder."""
    split = {3: "validation", 4: "test"}
    rows = [line(n, split.get(n % 5, "train")) for n in range(30)]
    (tmp_path / "in.jsonl").write_text("".join(f"{row}\n" for row in rows))

    def run(verb, *words, model=None, output="s.safetensors"):
        given = ["expression-space", verb, "--backend", "clip", "--model", model or tiny_clip()]
        return zygote.run(TOOL, *given, "-i", "in.jsonl", "-o", output, *words, folder=tmp_path)

    return run


def test_space_of_clip_reads_faces(run, tmp_path):
    run("train", "--max-epochs", 2).ok()
    run("predict", "--space", "s.safetensors", output="faces.jsonl").ok()
    config = Space.load(tmp_path / "s.safetensors").config
    lines = (tmp_path / "faces.jsonl").read_text().splitlines()

    assert (config.encoder.name, config.encoder.dimension) == ("clip", 24)
    assert re.fullmatch(r"sha256:[0-9a-f]{16}", config.encoder.model)
    assert len(lines) == 30
    assert all(len(json.loads(one)["expression"]["blendshapes"]["weights"]) == 52 for one in lines)


def test_space_of_clip_is_placed_judged_and_shown(run, tmp_path):
    run("train", "--max-epochs", 2).ok()
    for verb, output in (("embed", "e"), ("evaluate", "e.json"), ("plot", "p.html")):
        run(verb, "--space", "s.safetensors", output=output).ok()
    evaluation = json.loads((tmp_path / "e.json").read_bytes())

    assert evaluation["groups"]["test"] == 6
    assert (tmp_path / "e").stat().st_size > 30 * 4 * Space.load(
        tmp_path / "s.safetensors"
    ).config.dimension
    assert "<svg" in (tmp_path / "p.html").read_text()


def test_second_run_makes_no_encoder_call(run, tmp_path):  # item 9 of the dossier
    words = ("--max-epochs", 1, "--cache", tmp_path / "features.sqlite")
    first, second = run("train", *words).ok(), run("train", *words, output="again").ok()

    assert ", 30 texts encoded," in first.stderr
    assert ", 0 texts encoded," in second.stderr
    assert (tmp_path / "again").read_bytes() == (tmp_path / "s.safetensors").read_bytes()


def test_space_is_not_used_with_another_model(run):
    run("train", "--max-epochs", 1).ok()
    other = tiny_clip("--seed", "8")
    done = run("predict", "--space", "s.safetensors", model=other, output="faces.jsonl")

    assert done.status == 2
    assert "trained with another clip" in done.stderr


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--pickle",), "pickles"),
        (("--model-type", "bert"), "no CLIP model"),
        (("--drop", "text_projection.weight"), "not those of the text tower"),
    ],
)
def test_folder_that_is_no_text_tower_is_refused(run, options, said):
    done = run("train", "--max-epochs", 1, model=tiny_clip(*options))

    assert done.status == 4
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--device", "cuda"), 4, "no such GPU"),
        (("--device", "abacus"), 4, "no such device"),
        (("--dtype", "float16"), 2, "--dtype"),
        (("--model", "nobody/nothing"), 4, "not on this machine"),
    ],
)
def test_wrong_options_are_told(run, words, status, said):
    done = run("train", *words)

    assert done.status == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_fetched_model_is_known_by_its_commit(run, zygote, tmp_path):
    files = {path.name: path.read_bytes() for path in tiny_clip().iterdir()}
    given = ["fetch", "expression-space", "train", "--model", MODEL, "--to", "models"]
    with StubHub({**files, "pytorch_model.bin": b"pickles"}) as hub:
        variables = {"HF_ENDPOINT": hub.url, "AFFECTORY_OFFLINE": "1"}
        zygote.run(TOOL, *given, folder=tmp_path, variables=variables).ok()
    lock = json.loads((tmp_path / "models/models.lock").read_text())
    run("train", "--max-epochs", 1, "--models", "models", model=MODEL).ok()
    receipt = json.loads((tmp_path / "s.safetensors.run.json").read_text())

    assert set(lock["models"][0]["files"]) == set(files)
    assert receipt["model"] == f"{MODEL}@{hub.commit}"
    assert receipt["licence"] == LICENCE


def test_hub_elsewhere_is_not_asked_while_offline(zygote, tmp_path):
    given = ["fetch", "expression-space", "train", "--model", MODEL, "--to", "models"]
    variables = {"HF_ENDPOINT": "http://192.0.2.1", "AFFECTORY_OFFLINE": "1"}
    done = zygote.run(TOOL, *given, folder=tmp_path, variables=variables)

    assert done.status == 2
    assert "AFFECTORY_OFFLINE" in done.stderr


INSIDE = """
import sys
from pathlib import Path
import numpy as np
from trainers.backends.clip import ClipEncoder
from trainers.model_folder import ModelFolder
encoder = ClipEncoder(ModelFolder(Path(sys.argv[1]), "tiny"), "cpu")
texts = ["I am glad.", "Nobody told me, and I am furious!", "", "word " * 500]
together = encoder.encode(texts)
alone = np.concatenate([encoder.encode([text]) for text in texts])
digits = [float(f"{value:.5e}") for value in together.ravel().tolist()]
is_rounded = np.array_equal(together.ravel(), np.array(digits, dtype=np.float32))
difference = float(np.abs(together - alone).max())
print(together.shape, difference, np.ptp(together, axis=0).min(), is_rounded)
"""


def test_vectors_are_rounded_neighbours_hardly_change_them_and_long_texts_are_cut():
    done = subprocess.run(
        [python_of("trainers", "full"), "-c", INSIDE, tiny_clip()],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"},
    )
    shape, difference, spread, is_rounded = re.match(
        r"(\(.*\)) (\S+) (\S+) (\S+)", done.stdout
    ).groups()

    assert shape == "(4, 24)"
    assert float(difference) < 1e-5
    assert is_rounded == "True"
    assert np.float64(spread) > 0.0
