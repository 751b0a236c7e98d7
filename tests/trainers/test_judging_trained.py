"""Spaces that were trained, judged: acceptance items 11 and 13, in the environment with torch."""

import json
import os
import subprocess

import numpy as np
import pytest
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from commands import python_of
from trainers.expression_space.judging.read_back import CLASSES, read_emotions

pytestmark = [pytest.mark.full, pytest.mark.slow]

SHAPES = LAYOUTS["arkit-52"]
WORDS = [
    f"{one}{end}" for one in ("glad", "grim", "sour", "tense") for end in ("dest", "ly", "ish")
]
"""Each moves shapes of its own."""
HOW_MUCH = {"slightly": 0.4, "really": 1.0, "hardly": 0.1}
"""Before a word: how much of it."""
HOW_LOUD = {"whispered": 0.25, "said": 0.6, "shouted": 1.0}
"""Somewhere in the sentence: how much of all of it, which no sum over words can tell."""
OTHERS = [f"{one}{end}" for one in ("ta", "mo", "ri", "lu", "ke") for end in ("ble", "ver", "mp")]
"""Most words of a sentence, so that the nearest one shares these."""
COUNT, EPOCHS = 1_760, 6
BUDGET = {"batch_size": 64, "max_epochs": EPOCHS}
"""Of every space: as many steps of as many examples."""
SMALLER = {"dimension": 32, "text_width": 256, "face_width": 256}
"""So that as many steps of the original take seconds; its 16 layers stay as wide as they are."""
FIRSTS = ("text-to-face-pool-r1", "face-to-text-pool-r1")


def write_sentences(path, make_line):
    """Sentences with two words that tell the face, among others; the stronger of them is seen.

    People name the emotion that the face shows most.
    """
    random = np.random.default_rng(0)
    moved = np.zeros((len(WORDS), len(SHAPES)))
    for row in moved:
        row[random.choice(len(SHAPES), 5, replace=False)] = random.uniform(0.4, 1.0, 5)
    with path.open("w") as file:
        for number in range(COUNT):
            told = random.choice(len(WORDS), 2, replace=False)
            much, loud = random.choice(list(HOW_MUCH), 2), random.choice(list(HOW_LOUD))
            shown = np.max(
                [HOW_MUCH[m] * moved[t] for m, t in zip(much, told, strict=True)], axis=0
            )
            parts = [f"{m} {WORDS[t]}" for m, t in zip(much, told, strict=True)]
            parts = random.permutation([*parts, loud, *random.choice(OTHERS, 8, replace=False)])
            split = {16: "validation"}.get(number % 20, "train" if number % 20 < 16 else "test")
            face = (HOW_LOUD[loud] * shown).round(3)
            line = json.loads(
                make_line(number, split, text=f"{' '.join(parts)} {number}", weights=face)
            )
            label = CLASSES[int(read_emotions(face[None]).argmax())]
            line["labels"]["emotions"] = [{"vocabulary": "ekman", "label": label, "votes": 3}]
            file.write(f"{json.dumps(line)}\n")


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
        environment = {**os.environ, "OMP_NUM_THREADS": "1"}
        subprocess.run(full, cwd=work, check=True, timeout=900, env=environment)

    return command


@pytest.fixture(scope="module")
def train(command, work):
    """Trains a space: its name, its preset, and numbers of its recipe beside the budget."""

    def train(name, preset, **numbers):
        recipe = "".join(f"{of} = {number}\n" for of, number in {**BUDGET, **numbers}.items())
        (work / f"{name}.toml").write_text(recipe)
        command("train", "--preset", preset, "--recipe", f"{name}.toml", "-o", name)

    return train


@pytest.fixture(scope="module")
def evaluation(command, train, line, work):
    """Spaces of both presets, trained on the sentences under one budget, and judged."""
    write_sentences(work / "in.jsonl", line)
    train("this", "compact", learning_rate=0.005)
    train("original", "original", learning_rate=0.0003, **SMALLER)
    command("evaluate", "--space", "this", "--original", "original", "-o", "evaluation.json")
    return json.loads((work / "evaluation.json").read_text())


def pick(evaluation, name):
    (metric,) = (metric for metric in evaluation["metrics"] if metric["name"] == name)
    return metric


def test_both_spaces_had_the_same_budget(evaluation):  # item 11
    assert evaluation["groups"]["test"] >= evaluation["pool"] == 256
    this, original = (evaluation["training"][name] for name in ("this", "original"))
    assert this["preset"] == "compact"
    assert original["preset"] == "original"
    for spent in ("steps", "examples", "epochs"):
        assert original[spent] == this[spent] > 0
    assert original["parameters"] > this["parameters"]


@pytest.mark.parametrize("name", ["mean", "prototype", "nearest", "ridge", "original"])
def test_faces_of_sentences_beat_those_of_every_baseline(evaluation, name):  # item 11
    error = pick(evaluation, "mae-all")
    assert error["ci95"][1] < error["baselines"][name]


@pytest.mark.parametrize("first", FIRSTS)
@pytest.mark.parametrize("name", ["mean", "prototype", "nearest", "ridge", "original"])
def test_lookup_beats_that_of_every_baseline(evaluation, first, name):  # item 11
    found = pick(evaluation, first)
    assert found["ci95"][0] > found["baselines"][name]


def test_a_space_of_the_alignment_alone_is_told_to_have_collapsed(
    command, train, evaluation, work
):  # item 13
    weights = {"face_weight": 0.0, "text_weight": 0.0, "learning_rate": 0.001, "max_epochs": 1}
    train("alone", "original", **SMALLER, **weights)
    command("evaluate", "--space", "alone", "-o", "alone.json")
    assert json.loads((work / "alone.json").read_text())["collapsed"] == {"this": True}
    assert evaluation["collapsed"]["this"] is False
