"""The verb over batches of records."""

import cv2
import pytest
from affectory_protocol.errors import RecordError, UnavailableError, UsageError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Face, Faces
from face_annot.config import AnnotateConfig
from face_annot.run import annotate, load_backend
from PIL import Image


class WholeImage:
    """Takes every image for one face."""

    def find_faces(self, image):
        height, width, _ = image.shape
        return [
            Face(
                bbox_xyxy=[0.0, 0.0, float(width), float(height)],
                confidence=None,
                landmarks=[],
                age=None,
                gender=None,
                emotion=None,
            )
        ]


@pytest.fixture
def annotate_one(places):
    def annotate_record(record, role="image"):
        [outcome] = annotate([record], backend=WholeImage(), places=places, role=role)
        return outcome

    return annotate_record


def test_faces_are_written_by_role(annotate_one, record_of):
    outcome = annotate_one(record_of(Image.new("RGB", (40, 30)), role="portrait"), "portrait")

    assert isinstance(outcome, Faces)
    assert list(outcome.root) == ["portrait"]
    assert outcome.root["portrait"].items[0].bbox_xyxy == [0, 0, 40, 30]


def test_backend_sees_the_image_upright(annotate_one, record_of):
    exif = Image.Exif()
    exif[0x0112] = 6

    outcome = annotate_one(record_of(Image.new("RGB", (40, 30)), exif=exif))

    assert outcome.root["image"].items[0].bbox_xyxy == [0, 0, 30, 40]


def test_absent_role_is_rejected(annotate_one, record_of):
    outcome = annotate_one(record_of(Image.new("RGB", (40, 30))), "portrait")

    assert outcome.reason is Reason.MISSING_ROLE


def test_absent_file_is_rejected(annotate_one, record_of):
    assert annotate_one(record_of()).reason is Reason.ASSET_MISSING


def test_bad_image_does_not_disturb_its_batch(record_of, places, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no image")
    good = record_of(Image.new("RGB", (40, 30)))
    batch = [good, record_of(name="broken.png"), good]

    outcomes = annotate(batch, backend=WholeImage(), places=places, role="image")

    assert [isinstance(outcome, RecordError) for outcome in outcomes] == [False, True, False]
    assert outcomes[1].reason is Reason.ASSET_UNDECODABLE


def test_image_without_a_face_has_an_empty_list(record_of, places):
    backend = load_backend("haar", AnnotateConfig())

    [outcome] = annotate(
        [record_of(Image.new("RGB", (90, 90)))], backend=backend, places=places, role="image"
    )

    assert outcome.root["image"].items == []


def test_unknown_backend_is_refused_with_the_list():
    with pytest.raises(UsageError) as raised:
        load_backend("none", AnnotateConfig())

    assert raised.value.hint == "Backends: haar."


def test_backend_without_its_library_is_unavailable(monkeypatch):
    monkeypatch.setattr(cv2, "__version__", "5.0.0")

    with pytest.raises(UnavailableError) as raised:
        load_backend("haar", AnnotateConfig())

    assert raised.value.hint == "pip install 'opencv-python-headless>=4.10,<5'"
