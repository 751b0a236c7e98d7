"""The file of a space, and what numpy makes of it."""

import json

import numpy as np
import pytest
import safetensors.numpy
from affectory_protocol.errors import UsageError
from trainers.expression_space.architecture import build_network
from trainers.expression_space.recipe import RECIPES, Preset
from trainers.expression_space.space import Space


@pytest.fixture
def load(random_space, tmp_path):
    def load(*given, **more):
        path = tmp_path / "space.safetensors"
        path.write_bytes(random_space(*given, **more))
        return Space.load(path)

    return load


def _rows(count, width, seed=5):
    return np.random.default_rng(seed).random((count, width), dtype=np.float32)


def test_embeddings_have_length_one(load):
    space = load()
    texts, faces = space.embed_texts(_rows(4, 2048)), space.embed_faces(_rows(3, 52))

    assert (texts.shape, faces.shape) == ((4, 128), (3, 128))
    assert np.allclose(np.linalg.norm(np.vstack([texts, faces]), axis=1), 1.0, atol=1e-5)
    assert texts.dtype == faces.dtype == np.float32


def test_faces_are_bounded_whatever_comes_in(load):  # item 10 of the dossier
    space = load()
    latents = np.concatenate([_rows(8, 128) * 1e4 - 5e3, np.zeros((1, 128), np.float32)])
    faces = space.decode(latents)

    assert faces.shape == (9, 52)
    assert faces.min() >= 0.0
    assert faces.max() <= 1.0


def test_prediction_is_the_decoded_latent_of_the_text(load):
    space = load()
    encoded = _rows(5, 2048)

    assert np.array_equal(
        space.predict(encoded), space.decode(space._compute("projector", encoded))
    )


def test_rows_do_not_change_one_another(load):
    space = load()
    encoded = _rows(7, 2048)

    assert np.allclose(space.predict(encoded)[2:3], space.predict(encoded[2:3]), atol=1e-6)


def test_original_is_not_bounded_and_knows_no_tongue(load):
    space = load(Preset.ORIGINAL)
    faces = space.predict(_rows(20, 2048) * 50)

    assert faces.min() < 0.0
    assert not faces[:, 51].any()
    assert space.config.network.layout == "mediapipe-51"


def test_networks_have_the_parameters_they_should():
    original = build_network(Preset.ORIGINAL, RECIPES[Preset.ORIGINAL], 512)
    compact = build_network(Preset.COMPACT, RECIPES[Preset.COMPACT], 2048)

    assert round(original.parameters / 1e6, 1) == 52.7
    assert compact.parameters <= 2_000_000


def test_compact_that_grows_too_large_is_refused():
    with pytest.raises(UsageError, match="more than 2000000"):
        build_network(Preset.COMPACT, RECIPES[Preset.COMPACT].change(text_width=2000), 2048)


def test_same_space_has_the_same_bytes(random_space):
    assert random_space() == random_space()
    assert random_space() != random_space(seed=4)


def _without_entry(content):
    return safetensors.numpy.save(safetensors.numpy.load(content))


def _with_config(content, **changes):
    length = int.from_bytes(content[:8], "little")
    told = json.loads(json.loads(content[8 : 8 + length])["__metadata__"]["space"])
    metadata = {"space": json.dumps({**told, **changes})}
    return safetensors.numpy.save(safetensors.numpy.load(content), metadata=metadata)


def _with_infinity(content):
    length = int.from_bytes(content[:8], "little")
    metadata = json.loads(content[8 : 8 + length])["__metadata__"]
    tensors = safetensors.numpy.load(content)
    tensors["decoder.0.bias"] = np.full_like(tensors["decoder.0.bias"], np.inf)
    return safetensors.numpy.save(tensors, metadata=metadata)


@pytest.mark.parametrize(
    "break_it",
    [
        lambda _: b"",
        lambda _: b"no space",
        lambda content: content[:-9],
        _without_entry,
        _with_infinity,
        lambda content: _with_config(content, format="trainers expression-space 9"),
        lambda content: _with_config(content, network={}),
        lambda content: _with_config(content, dimension="many"),
        lambda content: _with_config(
            content, encoder={"name": "hashed", "dimension": 7, "digest": ""}
        ),
    ],
)
def test_file_that_is_no_space_is_refused(random_space, tmp_path, break_it):
    path = tmp_path / "space.safetensors"
    path.write_bytes(break_it(random_space()))

    with pytest.raises(UsageError, match="holds no expression space"):
        Space.load(path)


def test_dimension_that_the_heads_of_original_cannot_share_is_told():
    with pytest.raises(UsageError, match="not divisible by the 4 heads of original: 10"):
        build_network(Preset.ORIGINAL, RECIPES[Preset.ORIGINAL].change(dimension=10), 2048)
