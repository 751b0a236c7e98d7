"""Records with faces, and a space of random weights, as the tests of trainers use them."""

import json

import numpy as np
import pytest
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Labels, Source, Text
from sections import SENTENCES, example
from trainers.backends.hashed import HashedEncoder
from trainers.expression_space.architecture import build_network
from trainers.expression_space.recipe import RECIPES, Preset
from trainers.expression_space.space import (
    Data,
    EncoderConfig,
    Epoch,
    SpaceConfig,
    write_space,
)

SECTIONS = (Source, Text, Labels, Expression)


def make_line(number, split, *, text=None, weights=None, layout="arkit-52", groups=None):
    """A record as `manifest split` leaves it."""
    face = json.loads(example("expression", number))
    if weights is not None:
        face["blendshapes"] = {"layout": layout, "weights": list(weights)}
    record = {
        "id": f"r{number}",
        "source": {"dataset": "d", "split": split, "groups": groups or {"speaker": f"s{number}"}},
        "text": {"content": text or f"{SENTENCES[number % len(SENTENCES)]} {number}"},
        "labels": json.loads(example("labels", number)),
        "expression": face,
    }
    return json.dumps(record)


@pytest.fixture(scope="session")
def line():
    """Makes a line of a manifest: number, split, and what differs."""
    return make_line


@pytest.fixture(scope="session")
def record():
    """Makes a record: number, split, and what differs."""

    def record(number, split, **more):
        return Record.parse(make_line(number, split, **more).encode(), sections=SECTIONS)

    return record


@pytest.fixture(scope="session")
def random_space():
    """Makes the file of a space with random weights."""

    def make(preset=Preset.COMPACT, *, seed=3, encoder=None, **changes):
        encoder = encoder or HashedEncoder()
        recipe = RECIPES[preset].change(**changes)
        network = build_network(preset, recipe, encoder.dimension)
        random = np.random.default_rng(seed)
        tensors = {
            name: random.normal(0.0, 0.05, shape).astype(np.float32)
            for name, shape in network.tensors.items()
        }
        losses = {"total": 1.0}
        config = SpaceConfig(
            preset=preset,
            encoder=EncoderConfig(
                name=encoder.name, dimension=encoder.dimension, digest=encoder.digest
            ),
            dimension=recipe.dimension,
            network=network,
            recipe=recipe,
            seed=0,
            data=Data(digest="0" * 16, train=1, validation=1, test=0, overlap=0, annotators={}),
            best_epoch=1,
            curve=(Epoch(epoch=1, train=losses, validation=losses),),
        )
        return write_space(config, tensors)

    return make
