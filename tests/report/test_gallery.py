import base64
import io

import pytest
from affectory_protocol.places import Places
from affectory_protocol.records import Blendshapes
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from PIL import Image
from report.config import BuildConfig
from report.gallery import MAX_TEXT, CardMaker, describe_weights
from report.thumbnail import make_thumbnail


@pytest.fixture
def maker(tmp_path):
    return CardMaker(Places({"": tmp_path}), BuildConfig())


def _assets(uri):
    return {"image": {"uri": uri, "media_type": "image/png"}}


def test_a_picture_is_shrunk_to_the_size_asked_for(png):
    small = make_thumbnail(png(300, 200), 96)
    content = base64.b64decode(small.data_uri.removeprefix("data:image/jpeg;base64,"))

    assert (small.width, small.height) == (96, 64)
    assert Image.open(io.BytesIO(content)).size == (96, 64)


def test_the_same_picture_gives_the_same_bytes(png):
    assert make_thumbnail(png(), 96) == make_thumbnail(png(), 96)


def test_a_small_picture_is_not_blown_up(png):
    assert make_thumbnail(png(20, 10), 192).width == 20


@pytest.mark.parametrize(
    ("uri", "content", "why"),
    [
        ("gone.png", None, "there is no file at a uri"),
        ("empty.png", b"", "the file at a uri is empty, truncated or of another kind"),
        ("../up.png", None, "a uri leaves its root"),
        ("other:a.png", None, "a uri names a root that no --root gives"),
    ],
)
def test_a_picture_that_cannot_be_shown_is_said_so(maker, record, tmp_path, uri, content, why):
    if content is not None:
        (tmp_path / uri).write_bytes(content)
    card = maker.make(record(assets=_assets(uri)))

    assert (card.picture, card.problem) == (None, why)
    assert maker.missing_pictures == 1


def test_a_record_without_a_picture_is_no_problem(maker, record):
    card = maker.make(record())

    assert (card.picture, card.problem, maker.missing_pictures) == (None, "", 0)


def test_boxes_lie_within_their_picture(maker, record, tmp_path, png):
    (tmp_path / "a.png").write_bytes(png(200, 100))
    face = {
        "bbox_xyxy": [50.0, 25.0, 400.0, 75.0],
        "confidence": None,
        "landmarks": [],
        "age": None,
        "gender": None,
        "emotion": None,
    }
    card = maker.make(record(assets=_assets("a.png"), faces={"image": {"items": [face]}}))

    (box,) = card.boxes
    assert (box.left, box.top, box.width, box.height) == (0.25, 0.25, 0.75, 0.5)


def test_weights_are_named_and_those_of_zero_left_out():
    weights = [0.0] * 52
    weights[LAYOUTS["arkit-52"].index("jawOpen")] = 0.4
    weights[LAYOUTS["arkit-52"].index("mouthSmileLeft")] = 0.7
    named = describe_weights(Blendshapes(layout="arkit-52", weights=weights))

    assert [(one.name, one.value) for one in named] == [("mouthSmileLeft", 0.7), ("jawOpen", 0.4)]


def test_rotations_are_said_to_be_radians():
    weights = [0.0] * 61
    weights[LAYOUTS["livelink-61"].index("headYaw")] = -0.3
    (named,) = describe_weights(Blendshapes(layout="livelink-61", weights=weights))

    assert (named.name, named.value, named.detail) == ("headYaw", -0.3, "radians")


def test_a_very_long_text_is_cut_and_its_rest_counted(maker, record):
    card = maker.make(record(text={"content": "x" * (MAX_TEXT + 7)}))

    assert (len(card.text), card.more_text) == (MAX_TEXT, 7)


def test_expression_that_is_known_in_part_has_a_card_of_that_part(maker, record):
    unit = {"au": 4, "side": "both", "intensity": 0.3}
    card = maker.make(record(expression={"action_units": [unit]}))

    assert card.has_expression
    assert [one.value for one in card.units] == [0.3]
    assert (card.description, card.layout, card.weights, card.profile) == ("", "", (), ())
