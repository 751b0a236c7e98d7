"""Pictures and records for the filters."""

import json

import numpy as np
import pytest
from affectory_protocol.places import Places
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Faces
from filters.subject import Subject
from PIL import Image


@pytest.fixture
def picture():
    """A picture of seeded blotches, as smooth and as large as asked for."""

    def draw(width=640, height=480, grain=8):
        rng = np.random.default_rng(11)
        coarse = rng.integers(0, 256, (48, 64), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((64 * grain, 48 * grain), Image.Resampling.BICUBIC)
        return image.resize((width, height), Image.Resampling.LANCZOS).convert("RGB")

    return draw


@pytest.fixture
def subject_of():
    """What the measures look at, from a picture or rows of grey levels."""

    def make(image, faces=None):
        if not isinstance(image, Image.Image):
            image = Image.fromarray(np.array(image, dtype=np.uint8))
        return Subject.of(np.asarray(image.convert("RGB")), faces)

    return make


@pytest.fixture
def places(tmp_path):
    return Places(roots={"": tmp_path})


@pytest.fixture
def record_of(tmp_path):
    """A record whose image is stored below the root."""

    def make(image=None, *, faces=None, role="image", name="picture.png", identity="a"):
        if image is not None:
            image.save(tmp_path / name)
        members = {"id": identity, "assets": {role: {"uri": name, "media_type": "image/png"}}}
        if faces is not None:
            members["faces"] = {role: {"items": [FACE] * faces}}
        return Record.parse(json.dumps(members).encode(), (Assets, Faces))

    return make


FACE = {
    "bbox_xyxy": [1.0, 2.0, 3.0, 4.0],
    "confidence": 0.5,
    "landmarks": [],
    "age": None,
    "gender": None,
    "emotion": None,
}
