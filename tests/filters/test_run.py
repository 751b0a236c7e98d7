"""The verbs over batches of records."""

import json

import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Assets, Faces
from filters.config import QualityConfig, ThresholdConfig
from filters.run import judge_quality, judge_threshold
from PIL import Image


@pytest.fixture
def judge_image(places):
    def judge(record, **bounds):
        [outcome] = judge_quality([record], places=places, config=QualityConfig(**bounds))
        return outcome

    return judge


@pytest.fixture
def judge_number():
    def judge(value, field="/x", **bounds):
        record = Record.parse(json.dumps({"id": "a", "x": value}).encode())
        [outcome] = judge_threshold([record], config=ThresholdConfig(field=field, **bounds))
        return outcome

    return judge


# --- quality -------------------------------------------------------------------------------------


def test_image_is_measured(judge_image, record_of):
    verdict = judge_image(record_of(Image.new("RGB", (40, 30), (255, 255, 255)), faces=2))

    assert verdict.measures == {
        "size": 30,
        "sharpness": 0,
        "exposure": 1,
        "clipped": 1,
        "faces": 2,
    }


def test_image_below_a_bound_fails(judge_image, record_of):
    verdict = judge_image(record_of(Image.new("RGB", (40, 30))), min_size=31)

    assert (verdict.passed, verdict.reason) == (False, "too-small")


def test_image_is_found_by_its_role(judge_image, record_of):
    record = record_of(Image.new("RGB", (40, 30)), role="portrait", faces=1)

    verdict = judge_image(record, role="portrait")

    assert (verdict.of, verdict.measures["faces"]) == ("portrait", 1)


def test_faces_of_another_role_are_not_counted(judge_image, record_of, tmp_path):
    record = record_of(Image.new("RGB", (40, 30)), faces=1)
    members = {**record.members, "faces": {"other": record.members["faces"]["image"]}}

    verdict = judge_image(Record.parse(json.dumps(members).encode(), (Assets, Faces)))

    assert verdict.measures["faces"] is None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"role": "portrait"}, Reason.MISSING_ROLE),
        ({"max_faces": 1}, Reason.MISSING_SECTION),
    ],
)
def test_what_cannot_be_judged_is_rejected(judge_image, record_of, change, reason):
    assert judge_image(record_of(Image.new("RGB", (40, 30))), **change).reason is reason


def test_file_that_is_no_image_is_rejected(judge_image, record_of, tmp_path):
    (tmp_path / "picture.png").write_bytes(b"no image")

    assert judge_image(record_of()).reason is Reason.ASSET_UNDECODABLE


def test_bad_image_does_not_disturb_its_batch(record_of, places, tmp_path):
    (tmp_path / "broken.png").write_bytes(b"")
    good = record_of(Image.new("RGB", (40, 30)))
    batch = [good, record_of(name="broken.png"), record_of(name="none.png"), good]

    outcomes = judge_quality(batch, places=places, config=QualityConfig())

    assert [isinstance(outcome, RecordError) for outcome in outcomes] == [False, True, True, False]


# --- threshold -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "bounds", "passed", "threshold", "reason"),
    [
        (5, {"min": 1.0}, True, 1, None),
        (1, {"min": 1.0}, True, 1, None),
        (0.5, {"min": 1.0}, False, 1, "below-min"),
        (5, {"max": 1.0}, False, 1, "above-max"),
        (-3, {"max": 1.0}, True, 1, None),
        (8, {"min": 0.0, "max": 10.0}, True, 10, None),
        (2, {"min": 0.0, "max": 10.0}, True, 0, None),
        (-1, {"min": 0.0, "max": 10.0}, False, 0, "below-min"),
        (11, {"min": 0.0, "max": 10.0}, False, 10, "above-max"),
        (2**53 - 1, {"min": 0.0}, True, 0, None),
    ],
)
def test_number_is_held_against_its_bounds(judge_number, value, bounds, passed, threshold, reason):
    verdict = judge_number(value, **bounds)

    assert (verdict.passed, verdict.reason) == (passed, reason)
    assert (verdict.score, verdict.threshold) == (value, threshold)


def test_number_deep_in_the_record_is_found(judge_number):
    assert judge_number({"y": [{"z": 7}]}, field="/x/y/0/z", min=0.0).score == 7


@pytest.mark.parametrize("value", [None, "7", True, [7], {"x": 7}, "NaN"])
def test_what_is_no_number_is_rejected(judge_number, value):
    assert judge_number(value, min=0.0).reason is Reason.MISSING_FIELD


def test_absent_field_is_rejected(judge_number):
    assert judge_number(7, field="/y", min=0.0).reason is Reason.MISSING_FIELD


def test_rejection_does_not_quote_the_record(judge_number):
    assert "secret" not in judge_number("secret", min=0.0).message


def test_stored_measure_is_judged_as_it_was(judge_image, judge_number, record_of, picture):
    stored = judge_image(record_of(picture(200, 150)), min_sharpness=1.0)

    again = judge_number(stored.measures["sharpness"], min=stored.score)

    assert again.passed
