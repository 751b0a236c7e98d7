"""Drawn faces: enough light and shade in the right places for a cascade to see one."""

import json

import numpy as np
import pytest
from affectory_protocol.places import Places
from affectory_protocol.record import Record
from affectory_protocol.records import Assets
from PIL import Image, ImageDraw, ImageFilter

# Centre and half axes as shares of the face's radius, and the grey level; from back to front.
PARTS = [
    (0.0, -0.15, 1.0, 1.35, 40),  # hair
    (0.0, 0.1, 0.8, 1.1, 205),  # face
    (0.0, 0.12, 0.09, 0.3, 225),  # nose
    (0.0, 0.4, 0.14, 0.05, 130),  # its shadow
    (0.0, 0.68, 0.3, 0.08, 105),  # mouth
    (-0.42, 0.35, 0.2, 0.15, 220),  # cheeks
    (0.42, 0.35, 0.2, 0.15, 220),
]
EYE_PARTS = [
    (0.36, -0.08, 0.24, 0.16, 120),  # socket
    (0.36, -0.24, 0.24, 0.05, 70),  # brow
    (0.36, -0.06, 0.13, 0.07, 60),  # iris
]


@pytest.fixture
def draw():
    """A picture with a face at each (x, y, radius), pixels; `eyes` are sides of the image."""

    def make(*faces, width=320, height=320, eyes=(-1, 1)):
        image = Image.new("L", (width, height), 110)
        pen = ImageDraw.Draw(image)
        mirrored = [(side * x, *rest) for side in eyes for x, *rest in EYE_PARTS]
        for x, y, radius in faces:
            for dx, dy, a, b, grey in PARTS + mirrored:
                box = [x + (dx - a) * radius, y + (dy - b) * radius]
                box += [x + (dx + a) * radius, y + (dy + b) * radius]
                pen.ellipse(box, fill=grey)
        blur = 0.04 * max((radius for _, _, radius in faces), default=0)
        return image.filter(ImageFilter.GaussianBlur(blur)).convert("RGB")

    return make


@pytest.fixture
def pixels(draw):
    """The same as an array."""

    def make(*faces, **options):
        return np.array(draw(*faces, **options))

    return make


@pytest.fixture
def places(tmp_path):
    return Places(roots={"": tmp_path})


@pytest.fixture
def record_of(tmp_path):
    """A record whose image is stored below the root."""

    def make(image=None, *, role="image", name="picture.png", **options):
        if image is not None:
            image.save(tmp_path / name, **options)
        members = {"id": "a", "assets": {role: {"uri": name, "media_type": "image/png"}}}
        return Record.parse(json.dumps(members).encode(), (Assets,))

    return make
