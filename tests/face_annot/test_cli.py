"""The command, run as a person would."""

import json
import subprocess
import sys

import pytest


@pytest.fixture
def face_annot(tmp_path):
    def call(*words, lines=()):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        command = [sys.executable, "-m", "face_annot", *words]
        return subprocess.run(
            command, input=text, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return call


def _picture(name, role="image"):
    return {"id": name, "assets": {role: {"uri": name, "media_type": "image/png"}}}


def test_face_is_written_into_the_record(face_annot, draw, tmp_path):
    draw((160, 160, 80)).save(tmp_path / "face.png")

    done = face_annot("annotate", "--backend", "haar", lines=[_picture("face.png")])

    record = json.loads(done.stdout)
    assert len(record["faces"]["image"]["items"]) == 1
    assert record["faces"]["image"]["made_by"]["backend"] == "haar"


def test_what_is_not_known_is_null(face_annot, draw, tmp_path):
    draw((160, 160, 80)).save(tmp_path / "face.png")

    done = face_annot("annotate", "--backend", "haar", lines=[_picture("face.png")])

    [face] = json.loads(done.stdout)["faces"]["image"]["items"]
    unknown = {name: value for name, value in face.items() if value is None}
    assert unknown == {"age": None, "gender": None, "emotion": None}


def test_other_role_is_added_to_the_faces(face_annot, draw, tmp_path):
    draw((160, 160, 80)).save(tmp_path / "face.png")
    record = _picture("face.png", "portrait") | {"faces": {"image": {"items": []}}}

    done = face_annot("annotate", "--backend", "haar", "--role", "portrait", lines=[record])

    faces = json.loads(done.stdout)["faces"]
    assert (faces["image"], len(faces["portrait"]["items"])) == ({"items": []}, 1)


@pytest.mark.parametrize(
    "words",
    [
        ("annotate",),
        ("annotate", "--backend", "none"),
        ("annotate", "--backend", "haar", "--min-face-size", "0"),
        ("annotate", "--backend", "haar", "--scale-factor", "1"),
        ("annotate", "--backend", "haar", "--role", "No Role"),
    ],
)
def test_wrong_option_is_a_usage_error(face_annot, words):
    assert face_annot(*words).returncode == 2


def test_everything_needed_is_there(face_annot):
    assert face_annot("check", "annotate").returncode == 0
