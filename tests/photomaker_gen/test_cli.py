"""The command for real: a manifest in, a manifest and pictures out."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from photomaker_gen.image import decode_image
from photomaker_gen.png import encode_png

FACE = {
    "bbox_xyxy": [20.0, 20.0, 80.0, 80.0],
    "confidence": None,
    "landmarks": [],
    "age": None,
    "gender": None,
    "emotion": None,
}


def generate(folder: Path, *options: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "photomaker_gen", "generate", *options]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False)


@pytest.fixture
def folder(tmp_path):
    """Two expressions and one reference."""
    expression = {
        "emotions": [],
        "action_units": [],
        "description": "",
        "blendshapes": {"layout": "arkit-52", "weights": [0.25] * 52},
    }
    lines = [json.dumps({"id": name, "expression": expression}) for name in ("a", "b")]
    (tmp_path / "in.jsonl").write_text("\n".join(lines) + "\n")
    (tmp_path / "photo.png").write_bytes(encode_png(np.full((99, 99, 3), 128, dtype=np.uint8)))
    reference = {
        "id": "someone",
        "assets": {"image": {"uri": "photo.png", "media_type": "image/png"}},
        "faces": {"image": {"items": [FACE]}},
    }
    (tmp_path / "people.jsonl").write_text(json.dumps(reference) + "\n")
    return tmp_path


SKETCH = ("--backend", "sketch", "-i", "in.jsonl", "-o", "out.jsonl", "--size", "64")


def read_output(folder: Path) -> list[dict]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]


def test_every_expression_becomes_a_picture(folder):
    generate(folder, *SKETCH)
    assert [made["id"] for made in read_output(folder)] == ["a/face", "b/face"]


def test_the_pictures_can_be_read(folder):
    generate(folder, *SKETCH)
    uris = [made["assets"]["image"]["uri"] for made in read_output(folder)]
    pictures = [(folder / uri.replace("assets:", "out.jsonl.assets/")).read_bytes() for uri in uris]
    assert [decode_image(picture).shape for picture in pictures] == [(64, 64, 3)] * 2


def test_a_reference_is_named_in_the_result(folder):
    generate(folder, *SKETCH, "--references", "people.jsonl")
    assert {made["generation"]["reference"] for made in read_output(folder)} == {"someone"}


def test_variations_are_records_of_their_own(folder):
    generate(folder, *SKETCH, "--per-record", "2")
    assert [made["id"] for made in read_output(folder)] == [
        "a/face",
        "a/face-2",
        "b/face",
        "b/face-2",
    ]


def test_an_odd_size_is_a_usage_error(folder):
    done = generate(folder, *SKETCH[:-1], "65")
    assert done.returncode == 2
    assert "--size: " in str(done.stderr)


def test_references_without_faces_are_a_usage_error(folder):
    (folder / "people.jsonl").write_text('{"id": "nobody"}\n')
    assert generate(folder, *SKETCH, "--references", "people.jsonl").returncode == 2
