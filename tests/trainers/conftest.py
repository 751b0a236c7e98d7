"""Records with faces, and a space of random weights, as the tests of trainers use them."""

import json

import pytest
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Labels, Source, Text
from sections import SENTENCES, example
from spaces import make_space

SECTIONS = (Source, Text, Labels, Expression)


def make_line(
    number, split, *, text=None, weights=None, layout="arkit-52", groups=None, terms=None
):
    """A record as `manifest split` leaves it."""
    face = json.loads(example("expression", number))
    if weights is not None:
        face["blendshapes"] = {"layout": layout, "weights": list(weights)}
    record = {
        "id": f"r{number}",
        "source": {
            "dataset": "d",
            "split": split,
            "groups": groups or {"speaker": f"s{number}"},
            **(terms or {}),
        },
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
    return make_space
