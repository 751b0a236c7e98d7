"""Spaces that were trained, judged: acceptance items 11 and 13, in the environment with torch."""

import json
import subprocess

import numpy as np
import pytest
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from commands import python_of

pytestmark = [pytest.mark.full, pytest.mark.slow]

SHAPES = LAYOUTS["arkit-52"]
WORDS = [f"word{letter}{letter}{number}" for letter in "bdfgk" for number in range(4)]
"""Each moves shapes of its own."""
OTHERS = ["the", "day", "today", "we", "walked", "home", "again", "with", "them", "rain"]
EPOCHS = ("--max-epochs", "5")
"""The budget of every space."""


def write_sentences(path, make_line, count=600):
    """Sentences of two words that tell the face, how strongly told by a third."""
    random = np.random.default_rng(0)
    with path.open("w") as file:
        for number in range(count):
            one, other = random.choice(len(WORDS), 2, replace=False)
            strong = random.random() < 0.5
            weights = np.zeros(len(SHAPES))
            weights[[2 * one, 2 * one + 1]] = 0.9 if strong else 0.5
            weights[2 * other] = 0.7
            said = [WORDS[one], WORDS[one], WORDS[other], "very" if strong else "slightly"]
            text = " ".join([*said, *random.choice(OTHERS, 2), f"no{number}"])
            split = {8: "validation", 9: "test"}.get(number % 10, "train")
            file.write(make_line(number, split, text=text, weights=weights.round(3)) + "\n")


@pytest.fixture(scope="module")
def work(tmp_path_factory):
    """A folder that all tests of this module share."""
    return tmp_path_factory.mktemp("work")


@pytest.fixture(scope="module")
def command(work):
    """Runs a verb of `expression-space` on the sentences."""

    def command(*words):
        given = ["expression-space", *words, "--backend", "hashed", "-i", "in.jsonl", "-q"]
        full = [python_of("trainers", "full"), "-m", "trainers", *given]
        subprocess.run(full, cwd=work, check=True, timeout=900)

    return command


@pytest.fixture(scope="module")
def trained(command, line, work):
    """Sentences, and the spaces of both presets, trained on them under one budget."""
    write_sentences(work / "in.jsonl", line)
    (work / "recipe.toml").write_text("batch_size = 32\nlearning_rate = 0.003\ntext_width = 256\n")
    command("train", *EPOCHS, "--recipe", "recipe.toml", "-o", "this")
    command("train", *EPOCHS, "--preset", "original", "-o", "original")
    return work


@pytest.fixture(scope="module")
def metrics(command, trained):
    command("evaluate", "--space", "this", "--original", "original", "-o", "evaluation.json")
    evaluation = json.loads((trained / "evaluation.json").read_text())
    return {metric["name"]: metric for metric in evaluation["metrics"]}


def test_lookup_beats_that_of_positives_alone_under_the_same_budget(metrics):  # item 11
    first = metrics["text-to-face-pool-r1"]
    assert first["value"] > first["baselines"]["original"]
    assert first["ci95"][0] > first["baselines"]["original"]


def test_faces_of_sentences_beat_what_knows_little(metrics):  # item 11
    error = metrics["mae-all"]
    named = {"mean", "prototype", "nearest", "ridge", "original"}
    assert named <= error["baselines"].keys()
    beaten = {"mean", "prototype", "original"}
    assert error["value"] < min(error["baselines"][name] for name in beaten)


def test_a_space_of_the_alignment_alone_is_told_to_have_collapsed(command, trained):  # item 13
    alone = "face_weight = 0.0\ntext_weight = 0.0\nbatch_size = 32\nlearning_rate = 0.001\n"
    (trained / "alone.toml").write_text(alone)
    words = ("--preset", "original", "--recipe", "alone.toml")
    command("train", *EPOCHS, *words, "-o", "alone")
    command("evaluate", "--space", "alone", "-o", "alone.json")
    command("evaluate", "--space", "this", "-o", "this.json")
    collapsed = {
        name: json.loads((trained / f"{name}.json").read_text())["collapsed"]["this"]
        for name in ("alone", "this")
    }
    assert collapsed == {"alone": True, "this": False}
