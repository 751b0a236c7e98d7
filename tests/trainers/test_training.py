"""Training on a few sentences, in the environment with torch."""

import json
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from commands import Command, Zygote, python_of
from kills import KILLED
from trainers.backends.hashed import HashedEncoder
from trainers.expression_space.recipe import Preset
from trainers.expression_space.space import Space

pytestmark = pytest.mark.full

TOOL = Command("trainers", "trainers", "trainers.cli")
SHAPES = LAYOUTS["arkit-52"]
MOODS = {
    "neutral": ("table", "seven", "window", "paper", {}),
    "happy": ("happy", "glad", "smile", "delight", {"mouthSmileLeft": 0.8, "mouthSmileRight": 0.8}),
    "sad": ("sad", "tears", "grief", "lonely", {"mouthFrownLeft": 0.7, "browInnerUp": 0.6}),
    "angry": ("angry", "furious", "rage", "mad", {"browDownLeft": 0.9, "browDownRight": 0.9}),
    "afraid": ("afraid", "fear", "dread", "panic", {"eyeWideLeft": 0.9, "jawOpen": 0.4}),
}
OTHERS = ["the", "day", "today", "we", "walked", "home", "again", "with", "them", "and", "rain"]


def _sentences(count, seed=1):
    """Sentences whose words tell their face, no two the same, a tenth each for the other splits."""
    random = np.random.default_rng(seed)
    for number in range(count):
        *words, face = list(MOODS.values())[number % len(MOODS)]
        said = [*random.choice(words, 2), *random.choice(OTHERS, 4), f"no{number}"]
        weights = [face.get(name, 0.0) for name in SHAPES]
        split = {8: "validation", 9: "test"}.get(number // len(MOODS) % 10, "train")
        yield number, split, " ".join(random.permutation(said)), weights


@pytest.fixture(scope="module")
def zygote():
    modules = ["trainers.cli", "trainers.expression_space.learning.loop"]
    with tempfile.TemporaryDirectory(prefix="zygote-") as folder:  # short enough for a socket
        made = Zygote(Path(folder), modules, python=python_of("trainers", "full"))
        yield made
        made.close()


@pytest.fixture
def train(zygote, line, tmp_path):
    """Trains on sentences; `in.jsonl` and the output lie in the folder."""

    def train(*words, count=400, output="s.safetensors", start=False, lines=None):
        rows = lines or [line(n, s, text=t, weights=w) for n, s, t, w in _sentences(count)]
        (tmp_path / "in.jsonl").write_text("".join(f"{row}\n" for row in rows))
        given = ["expression-space", "train", "--backend", "hashed", "-i", "in.jsonl", "-o", output]
        started = zygote.start(TOOL, *given, *words, folder=tmp_path)
        return started if start else started.wait()

    return train


@pytest.fixture
def recipe(tmp_path):
    """Writes numbers of a recipe; small batches, so that few sentences are steps enough."""

    def recipe(**numbers):
        path = tmp_path / "recipe.toml"
        told = {"batch_size": 32, "text_width": 64, "face_width": 32, "dimension": 16, **numbers}
        path.write_text("".join(f"{name} = {value}\n" for name, value in told.items()))
        return "--recipe", path

    return recipe


def _curve(folder, name="s.safetensors"):
    return Space.load(folder / name).config.curve


def test_trained_space_reads_faces_off_sentences_it_never_saw(train, recipe, tmp_path):
    train(*recipe(max_epochs=40, learning_rate=0.005)).ok()
    space = Space.load(tmp_path / "s.safetensors")
    rows = [row for row in _sentences(400) if row[1] == "test"]
    faces = np.array([weights for *_, weights in rows])
    found = space.predict(HashedEncoder().encode([text for _, _, text, _ in rows]))
    mean = np.mean([w for _, split, _, w in _sentences(400) if split == "train"], axis=0)

    assert np.abs(found - faces).mean() < 0.5 * np.abs(mean - faces).mean()


def test_neutral_face_comes_back_neutral(train, recipe, tmp_path):  # item 12 of the dossier
    train(*recipe(max_epochs=60, patience=60, learning_rate=0.005)).ok()
    space = Space.load(tmp_path / "s.safetensors")
    neutral = np.zeros((1, 52), dtype=np.float32)

    assert np.abs(space.decode(space.encode_faces(neutral))).max() < 0.02


def test_two_runs_give_identical_spaces(train, recipe, tmp_path):
    words = recipe(max_epochs=2)
    train(*words).ok()
    train(*words, output="again.safetensors").ok()

    one, other = (tmp_path / name for name in ("s.safetensors", "again.safetensors"))
    assert one.read_bytes() == other.read_bytes()


def test_other_seed_gives_another_space(train, recipe, tmp_path):
    train(*recipe(max_epochs=1)).ok()
    train(*recipe(max_epochs=1), "--seed", 1, output="other.safetensors").ok()

    assert _curve(tmp_path) != _curve(tmp_path, "other.safetensors")


def _wait_for_epochs(folder):
    until = time.monotonic() + 60.0
    while not (folder / "s.safetensors.checkpoint/state.pt").exists():
        assert time.monotonic() < until, "no epoch is done"
        time.sleep(0.002)


@pytest.mark.parametrize("preset", ["compact", "original"])
def test_killed_training_goes_on_with_the_identical_curve(train, recipe, tmp_path, preset):
    numbers = {"compact": {"max_epochs": 40, "patience": 40}, "original": {"max_epochs": 3}}
    words = ("--preset", preset, *recipe(batch_size=8, **numbers[preset]))
    count = 400 if preset == "compact" else 60
    train(*words, output="whole.safetensors", count=count).ok()
    running = train(*words, start=True, count=count)
    _wait_for_epochs(tmp_path)
    running.kill(signal.SIGKILL)
    killed = running.wait()
    has_output = (tmp_path / "s.safetensors").exists()
    train(*words, count=count).ok()

    assert (killed.status, has_output) == (KILLED, False)
    assert _curve(tmp_path) == _curve(tmp_path, "whole.safetensors")
    assert (tmp_path / "s.safetensors").read_bytes() == (
        tmp_path / "whole.safetensors"
    ).read_bytes()
    assert not (tmp_path / "s.safetensors.checkpoint").exists()


def test_checkpoint_of_another_run_is_not_gone_on_from(train, recipe, tmp_path):
    words = recipe(batch_size=8, max_epochs=40, patience=40)
    running = train(*words, start=True)
    _wait_for_epochs(tmp_path)
    running.kill(signal.SIGKILL)
    running.wait()
    refused = train(*words, "--seed", 5)
    train(*words, "--seed", 5, "--restart", "if-changed").ok()
    train(*words, "--seed", 5, output="fresh.safetensors").ok()

    assert (refused.status, "--seed" in refused.stderr) == (2, True)
    assert _curve(tmp_path) == _curve(tmp_path, "fresh.safetensors")


def test_damaged_checkpoint_is_told(train, recipe, tmp_path):
    (tmp_path / "s.safetensors.checkpoint").mkdir()
    (tmp_path / "s.safetensors.checkpoint/state.pt").write_bytes(b"PK\3\4 torn")
    done = train(*recipe(max_epochs=1))

    assert done.status == 1
    assert "the checkpoint is damaged" in done.stderr
    assert "Traceback" not in done.stderr


def test_training_stops_when_validation_gets_no_better(train, recipe, tmp_path):
    train(*recipe(max_epochs=60, patience=2, learning_rate=0.05)).ok()
    config = Space.load(tmp_path / "s.safetensors").config
    errors = [epoch.validation["faces"] for epoch in config.curve]

    assert len(errors) < 60
    assert len(errors) == config.best_epoch + 2
    assert min(errors) == errors[config.best_epoch - 1]


def test_planted_leak_ends_the_run_and_names_ids(train, line):  # item 8 of the dossier
    rows = [line(n, s, text=t, weights=w) for n, s, t, w in _sentences(100)]
    rows.append(line(900, "test", text=json.loads(rows[0])["text"]["content"].upper()))
    done = train(lines=rows)

    assert done.status == 1
    assert "r0, r900" in done.stderr


@pytest.mark.parametrize("absent", ["train", "validation"])
def test_side_without_records_is_told(train, line, absent):
    rows = [line(n, s, text=t, weights=w) for n, s, t, w in _sentences(100) if s != absent]
    done = train(lines=rows)

    assert done.status == 1
    assert f"no records of the split {absent}" in done.stderr


def test_second_run_encodes_nothing(train, recipe, tmp_path):  # item 9 of the dossier
    words = (*recipe(max_epochs=1), "--cache", tmp_path / "features.sqlite")
    first, second = train(*words).ok(), train(*words, output="again.safetensors").ok()

    assert ", 400 texts encoded," in first.stderr
    assert ", 0 texts encoded," in second.stderr


def test_alignment_alone_is_detected_as_collapsed(train, recipe, tmp_path):  # item 13
    small = recipe(face_weight=0.0, text_weight=0.0, max_epochs=12, learning_rate=0.002)
    done = train("--preset", "original", *small, count=100).ok()
    config = Space.load(tmp_path / "s.safetensors").config

    assert config.is_collapsed
    assert "warning: the space has collapsed" in done.stderr
    assert "it has." in (tmp_path / "s.safetensors.card.md").read_text()
    assert {"text_mean_cosine", "face_effective_rank"} <= config.best.validation.keys()


def test_space_that_is_trained_as_it_should_has_not_collapsed(train, recipe, tmp_path):
    train(*recipe(max_epochs=12)).ok()

    assert not Space.load(tmp_path / "s.safetensors").config.is_collapsed


def test_what_lies_beside_tells_the_same(train, recipe, tmp_path):
    train(*recipe(max_epochs=2)).ok()
    config = Space.load(tmp_path / "s.safetensors").config
    told = json.loads((tmp_path / "s.safetensors.config.json").read_text())

    assert told == json.loads(config.model_dump_json())
    assert config.data.overlap == 0
    assert (config.data.train, config.data.validation, config.data.test) == (320, 40, 40)
    assert config.data.annotators == {"elsewhere guess": 400}
    assert [one.model_dump() for one in config.data.terms] == [
        {"dataset": "d", "licence": None, "consent": None, "citation": None, "records": 400}
    ]
    card = (tmp_path / "s.safetensors.card.md").read_text()
    assert "trained on | 320" in card
    assert "| d | not told | not told | not told | 400 |" in card


def test_space_without_its_card_is_trained_again(train, recipe, tmp_path):
    words = recipe(max_epochs=1)
    train(*words).ok()
    (tmp_path / "s.safetensors.card.md").unlink()
    refused = train(*words)
    train(*words, "--restart", "if-changed").ok()

    assert (refused.status, "the OUTPUT.card.md it left" in refused.stderr) == (2, True)
    assert (tmp_path / "s.safetensors.card.md").is_file()


@pytest.mark.parametrize("place", ["s.safetensors.config.json", "s.safetensors.card.md"])
def test_what_lies_beside_is_not_written_over_other_files(train, recipe, tmp_path, place):
    option, path = recipe(max_epochs=1)
    path.rename(tmp_path / place)
    before = (tmp_path / place).read_text()
    done = train(option, tmp_path / place)

    assert (done.status, "reads or writes itself" in done.stderr) == (2, True)
    assert (tmp_path / place).read_text() == before


def test_logs_are_written_for_tensorboard(train, recipe, tmp_path):
    train(*recipe(max_epochs=2), "--logs", tmp_path / "logs").ok()
    (events,) = (tmp_path / "logs").iterdir()

    assert b"validation/total" in events.read_bytes()


def test_progress_tells_steps(train, recipe):
    done = train(*recipe(max_epochs=2), "--progress", "json").ok()
    told = [json.loads(line)["progress"] for line in done.stderr.splitlines() if line[:1] == "{"]
    works = [line for line in told if "work" in line]

    assert works[-1]["work"] == "epoch 2 of 2"
    assert works[-1]["done"] == works[-1]["total"] == 20


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("dimension = 0\n", "--dimension"),
        ("depth = 3\n", "none of a recipe: depth"),
        ("dimension\n", "--recipe is no TOML"),
        ("text_width = 5000\n", "more than 2000000"),
        ('noise = "much"\n', "--noise"),
        ("learning_rate = nan\n", "--learning-rate"),
    ],
)
def test_wrong_recipe_is_told(train, tmp_path, content, said):
    (tmp_path / "recipe.toml").write_text(content)
    done = train("--recipe", tmp_path / "recipe.toml", count=50)

    assert done.status == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_training_that_diverges_is_told(train, recipe):
    done = train(*recipe(learning_rate=1e30, max_epochs=3, warm_up=0.0))

    assert done.status == 1
    assert "training has diverged" in done.stderr


INSIDE = """
import json
import sys
from pathlib import Path

import numpy as np
import torch
from trainers.backends.hashed import HashedEncoder
from trainers.expression_space import training
from trainers.expression_space.examples import Examples
from trainers.expression_space.features import Features
from trainers.expression_space.learning import loop
from trainers.expression_space.split import Split
from trainers.expression_space.learning.losses import Batch, CompactLoss, find_alike
from trainers.expression_space.learning.loop import Lesson, Task, _Trainer
from trainers.expression_space.learning.network import SpaceModel
from trainers.expression_space.recipe import RECIPES, Preset
from trainers.expression_space.space import Space
from trainers.expression_space.architecture import build_network

told = {}
random = np.random.default_rng(3)
for path in map(Path, sys.argv[1:]):
    space = Space.load(path)
    network = space.config.network
    model = SpaceModel(network)
    model.load_state_dict({n: torch.from_numpy(t) for n, t in space.tensors.items()})
    model.eval()
    encoded = random.normal(size=(9, 2048)).astype(np.float32)
    faces = random.random((9, 52), dtype=np.float32)
    with torch.no_grad():
        latents = model.projector(torch.from_numpy(encoded))
        of_faces = model.encoder(torch.from_numpy(faces[:, space._kept]))
        shown = model.decoder(latents)
        unit = torch.nn.functional.normalize
        pairs = [
            (unit(latents, dim=1), space.embed_texts(encoded)),
            (unit(of_faces, dim=1), space.embed_faces(faces)),
            (shown, space.predict(encoded)[:, space._kept]),
        ]
    told[path.name] = max(float(np.abs(a.numpy() - b).max()) for a, b in pairs)

recipe = RECIPES[Preset.COMPACT].change(batch_size=4, max_epochs=3, noise=0.5)
network = build_network(Preset.COMPACT, recipe, 2048)
numbers = np.arange(8)
faces, vectors = np.zeros((8, 52), np.float32) + 0.5, np.ones((8, 2048), np.float32)
lesson = Lesson(faces, numbers, vectors, numbers)
trainer = _Trainer(lesson, lesson, Task(Preset.COMPACT, recipe, network, 1))
modes, inputs, model = [], [], trainer._model
model.projector[0].register_forward_hook(lambda m, i, o: modes.append(m.training))
model.encoder.register_forward_hook(lambda m, i, o: inputs.append((m.training, i[0].detach())))

class Silent:
    def step(self, done, total, words): ...

for _ in range(3):
    trainer.run_epoch(Silent())
told["modes"] = modes
noise = torch.cat([rows - 0.5 for training, rows in inputs if training])
clean = torch.cat([rows - 0.5 for training, rows in inputs if not training])
told["noise"] = [float(noise.mean()), float(noise.std()), float(clean.abs().max())]

faces = torch.zeros(4, 52)
faces[1, 0], faces[2:, 0] = 0.05, 1.0
alike = find_alike(Batch(torch.zeros(4, 1), faces, torch.tensor([0, 1, 2, 0])), 0.002)
told["alike"] = alike.int().tolist()

loss = CompactLoss(recipe)  # with noise
model = SpaceModel(network)
model.train()
batch = Batch(torch.randn(4, 2048), torch.rand(4, 52), torch.arange(4))
seen, shown = [], []
model.encoder.register_forward_hook(lambda m, i, o: seen.append(i[0].detach()))
model.decoder.register_forward_hook(lambda m, i, o: shown.append(o.detach()))
found = loss(model, batch)
targets = {"clean": batch.faces, "noisy": seen[0]}
for name, target in targets.items():
    losses = [(part - target).abs().mean() for part in shown[0].chunk(2)]
    gaps = [float(a - found[of].detach()) for a, of in zip(losses, ("face", "text"))]
    told[name] = max(map(abs, gaps)) if name == "clean" else min(map(abs, gaps))

numbered = Lesson(
    np.zeros((3, 52), np.float32), np.arange(3), np.eye(3, dtype=np.float32), np.array([0, 1, 0])
)
taken = numbered.take(np.array([2, 1, 0]), torch.device("cpu"))
told["taken"] = [taken.texts.tolist(), taken.encoded.argmax(dim=1).tolist()]

texts = ("It is fine.", "IT is  fine.", "No.", "It’s.", "It's.", "So.")
examples = Examples(
    ids=tuple("abcdef"),
    texts=texts,
    faces=np.zeros((6, 52), np.float32),
    splits=tuple(map(Split, ["train"] * 5 + ["validation"])),
    emotions=((),) * 6,
    groups=(frozenset(),) * 6,
    makers=("people",) * 6,
)
loop.train_space = lambda train, *rest: told.update(numbers=train.take(np.arange(5), cpu).texts)
cpu, encoder = torch.device("cpu"), HashedEncoder()
encoded = training._encode(examples, Features(encoder))
plan = training.Plan(Preset.COMPACT, recipe, 1)
training._train(examples, encoded, network, plan, lambda *_: None, encoder)
told["numbers"] = told["numbers"].tolist()
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def inside(random_space, tmp_path_factory):
    """What a program says that looks inside; one for all tests, as it takes seconds to start."""
    folder = tmp_path_factory.mktemp("inside")
    for preset in ("compact", "original"):
        (folder / preset).write_bytes(random_space(Preset(preset)))
    done = subprocess.run(
        [python_of("trainers", "full"), "-c", INSIDE, folder / "compact", folder / "original"],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.parametrize("preset", ["compact", "original"])
def test_numpy_computes_what_torch_does(inside, preset):
    assert inside[preset] < 1e-5


def test_dropout_is_on_in_every_epoch_and_off_in_every_validation(inside):  # item 10
    # an epoch of two batches, then validation: two batches for losses and embeddings each
    assert inside["modes"] == [True, True, False, False, False, False] * 3


def test_noise_has_mean_zero_and_validation_none(inside):  # item 12 of the dossier
    mean, deviation, clean = inside["noise"]

    assert abs(mean) < 0.05
    assert 0.45 < deviation < 0.55
    assert clean == 0.0


def test_target_is_the_clean_face(inside):  # item 12 of the dossier
    assert inside["clean"] < 1e-6
    assert inside["noisy"] > 0.01


def test_batches_number_texts_by_their_normal_form_and_keep_their_own_vectors(inside):
    assert inside["taken"] == [[0, 1, 0], [2, 1, 0]]
    assert inside["numbers"] == [0, 0, 1, 2, 2]


def test_near_duplicates_and_equal_texts_are_no_negatives(inside):
    assert inside["alike"] == [[0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1], [1, 0, 1, 0]]
