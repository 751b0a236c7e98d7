"""Using a space where there is no torch."""

import json
import tempfile
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from commands import Command, Zygote
from sections import SENTENCES
from trainers.backends.hashed import HashedEncoder
from trainers.expression_space.recipe import Preset
from trainers.expression_space.space import Space

TOOL = Command("trainers", "trainers", "trainers.cli")


@pytest.fixture(scope="module")
def zygote():
    with tempfile.TemporaryDirectory(prefix="zygote-") as folder:  # short enough for a socket
        made = Zygote(Path(folder), ["trainers.cli", "numpy"])
        yield made
        made.close()


@pytest.fixture
def use(zygote, random_space, line, tmp_path):
    """Runs a verb on sentences; `space` and `in.jsonl` lie in the folder."""

    def use(verb, *words, space=None, lines=None):
        (tmp_path / "space").write_bytes(random_space() if space is None else space)
        rows = lines or [line(n, "train") for n in range(20)]
        (tmp_path / "in.jsonl").write_text("".join(f"{row}\n" for row in rows))
        given = ["expression-space", verb, "--backend", "hashed", "--space", "space"]
        return zygote.run(TOOL, *given, "-i", "in.jsonl", "-o", "out", *words, folder=tmp_path)

    return use


def _weights(path):
    records = map(json.loads, path.read_text().splitlines())
    return np.array([record["expression"]["blendshapes"]["weights"] for record in records])


def test_predicted_faces_are_those_of_the_space(use, tmp_path):
    use("predict").ok()
    texts = [f"{SENTENCES[n % len(SENTENCES)]} {n}" for n in range(20)]
    expected = Space.load(tmp_path / "space").predict(HashedEncoder().encode(texts))

    assert np.allclose(_weights(tmp_path / "out"), expected, atol=1e-4)


def test_prediction_says_which_space_made_it(use, tmp_path):
    use("predict").ok()
    made_by = json.loads((tmp_path / "out").read_text().splitlines()[0])["expression"]["made_by"]
    receipt = json.loads((tmp_path / "out.run.json").read_text())

    assert made_by["backend"] == "hashed"
    assert made_by["model"] == receipt["model"] == Space.load(tmp_path / "space").name


def test_predictions_do_not_depend_on_batches_or_processes(use, tmp_path):
    use("predict").ok()
    whole = (tmp_path / "out").read_bytes()
    use("predict", "--batch-size", 3, "--restart", "always").ok()
    small = (tmp_path / "out").read_bytes()
    use("predict", "--batch-size", 5, "--num-workers", 2, "--restart", "always").ok()

    assert small == whole
    assert (tmp_path / "out").read_bytes() == whole


def test_predictions_of_original_are_cut_off_where_a_manifest_ends(use, random_space, tmp_path):
    use("predict", space=random_space(Preset.ORIGINAL)).ok()
    weights = _weights(tmp_path / "out")

    assert weights.min() == 0.0
    assert weights.max() <= 1.0


def test_cache_is_filled_and_used(use, tmp_path):
    use("predict", "--cache", "features").ok()
    whole = (tmp_path / "out").read_bytes()
    size = (tmp_path / "features").stat().st_size
    use("predict", "--cache", "features", "--restart", "always").ok()

    assert (tmp_path / "out").read_bytes() == whole
    assert (tmp_path / "features").stat().st_size == size > 0


def test_embeddings_of_texts_and_faces(use, line, tmp_path):
    rows = [line(n, "train") for n in range(3)]
    told = json.loads(rows[1])
    del told["expression"]
    use("embed", lines=[rows[0], json.dumps(told), rows[2]]).ok()
    content = (tmp_path / "out").read_bytes()
    arrays = safetensors.numpy.load(content)
    length = int.from_bytes(content[:8], "little")
    entry = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["embeddings"])

    assert arrays["texts"].shape == (3, 128)
    assert arrays["faces"].shape == (2, 128)
    assert arrays["face_rows"].tolist() == [0, 2]
    assert entry == {"space": Space.load(tmp_path / "space").name, "ids": ["r0", "r1", "r2"]}


@pytest.mark.parametrize("verb", ["predict", "embed"])
def test_file_that_is_no_space_is_told(use, verb):
    done = use(verb, space=b"no space")

    assert done.status == 2
    assert "holds no expression space" in done.stderr
    assert "Traceback" not in done.stderr


class Other(HashedEncoder):
    digest = "0" * 16


class Clip(HashedEncoder):
    name, model = "clip", "openai/clip@0"


@pytest.mark.parametrize("verb", ["predict", "embed"])
@pytest.mark.parametrize(
    ("encoder", "said"),
    [
        (Clip(), "trained with the backend clip, not hashed"),
        (Other(), "trained with another hashed"),
    ],
)
def test_space_of_another_encoder_is_refused(use, random_space, verb, encoder, said):
    done = use(verb, space=random_space(encoder=encoder))

    assert done.status == 2
    assert said in done.stderr


def test_other_space_is_another_run(use, random_space):
    use("predict").ok()
    done = use("predict", space=random_space(seed=4))

    assert done.status == 2
    assert "--space" in done.stderr


def test_cache_that_is_none_is_told(use, tmp_path):
    (tmp_path / "notes").write_text("no database at all, " * 40)
    done = use("predict", "--cache", "notes")

    assert done.status == 2
    assert "--cache cannot be opened" in done.stderr
    assert (tmp_path / "notes").read_text().startswith("no database")


@pytest.mark.parametrize("verb", ["predict", "embed", "evaluate", "plot"])
@pytest.mark.parametrize("place", ["out", "out.run.json", "space"])
def test_cache_is_nothing_else_of_the_run(use, tmp_path, verb, place):
    done = use(verb, "--cache", place)

    assert (done.status, "--cache is a file that the run reads" in done.stderr) == (2, True)
    assert not (tmp_path / "out").exists()


def test_predictions_are_not_written_over_what_is_read(use, random_space, tmp_path):
    place = tmp_path / "out.predictions.safetensors"
    place.write_bytes(random_space(Preset.ORIGINAL))
    done = use("evaluate", "--original", place.name)
    other = use("evaluate", "--predictions", "out.run.json")

    assert (done.status, "--predictions is a file that the run" in done.stderr) == (2, True)
    assert (other.status, "--predictions is a file that the run" in other.stderr) == (2, True)
    assert place.read_bytes() == random_space(Preset.ORIGINAL)


@pytest.fixture
def evaluated(use, line):
    """Evaluates the space on a few records."""
    rows = [line(n, split) for n, split in enumerate(["train", "validation", "test"] * 6)]

    def evaluated(*words):
        return use("evaluate", "--any-data", *words, lines=rows)

    return evaluated


def test_evaluation_without_its_predictions_is_made_again(evaluated, tmp_path):
    evaluated().ok()
    (tmp_path / "out.predictions.safetensors").unlink()
    refused = evaluated()
    evaluated("--restart", "if-changed").ok()

    assert (refused.status, "differs in: the --predictions it left" in refused.stderr) == (2, True)
    assert (tmp_path / "out.predictions.safetensors").is_file()
    assert "up to date" in evaluated().ok().stderr


def test_picture_that_is_asked_for_later_is_made(use, line, tmp_path):
    rows = [line(n, "test") for n in range(6)]
    use("plot", lines=rows).ok()
    refused = use("plot", "--picture", "plane.png", lines=rows)
    use("plot", "--picture", "plane.png", "--restart", "if-changed", lines=rows).ok()

    assert (refused.status, "differs in: the --picture it left" in refused.stderr) == (2, True)
    assert (tmp_path / "plane.png").is_file()


@pytest.mark.parametrize("words", [(), ("--model", "nobody/nothing")])
def test_training_says_what_is_missing_where_there_is_no_torch(zygote, line, tmp_path, words):
    (tmp_path / "in.jsonl").write_text(f"{line(0, 'train')}\n")
    backend = "clip" if words else "hashed"
    given = ["expression-space", "train", "--backend", backend, *words, "-i", "in.jsonl"]
    done = zygote.run(TOOL, *given, "-o", "s.safetensors", folder=tmp_path)

    assert done.status == 4
    assert "missing: the packages torch" in done.stderr
    assert "make setup-full TOOL=trainers" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]
