"""The command, run as a person would."""

import json
import subprocess
import sys

import pytest
from PIL import Image


@pytest.fixture
def filters(tmp_path):
    def call(*words, lines=()):
        text = "".join(json.dumps(line) + "\n" for line in lines)
        command = [sys.executable, "-m", "filters", *words]
        return subprocess.run(
            command, input=text, cwd=tmp_path, capture_output=True, text=True, check=False
        )

    return call


def _read(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _picture(name):
    return {"id": name, "assets": {"image": {"uri": name, "media_type": "image/png"}}}


def test_small_image_leaves_with_its_verdict(filters, tmp_path):
    Image.new("RGB", (40, 30)).save(tmp_path / "large.png")
    Image.new("RGB", (4, 3)).save(tmp_path / "small.png")
    pictures = [_picture("small.png"), _picture("large.png")]

    done = filters("quality", "--min-size", "20", "-o", "good.jsonl", lines=pictures)

    [kept] = _read(tmp_path / "good.jsonl")
    [dropped] = _read(tmp_path / "good.jsonl.dropped.jsonl")
    assert done.returncode == 0
    assert (kept["id"], kept["verdicts"]["quality"]["passed"]) == ("large.png", True)
    assert (dropped["id"], dropped["verdicts"]["quality"]["reason"]) == ("small.png", "too-small")


def test_marked_record_stays(filters, tmp_path):
    Image.new("RGB", (4, 3)).save(tmp_path / "small.png")

    done = filters("quality", "--min-size", "20", "--mark", lines=[_picture("small.png")])

    assert json.loads(done.stdout)["verdicts"]["quality"]["passed"] is False


def test_faces_that_nobody_looked_for_are_a_reject(filters, tmp_path):
    Image.new("RGB", (40, 30)).save(tmp_path / "large.png")

    words = ("quality", "--max-faces", "1", "-o", "good.jsonl", "--max-rejects", "1")
    filters(*words, lines=[_picture("large.png")])

    [reject] = _read(tmp_path / "good.jsonl.rejects.jsonl")
    assert reject["reason"] == "missing-section"


def test_threshold_keeps_what_lies_between(filters):
    records = [{"id": str(x), "x": x} for x in (1, 2, 3, 4)]

    done = filters("threshold", "--field", "/x", "--min", "2", "--max", "3", lines=records)

    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["2", "3"]


def test_verdict_of_threshold_has_the_name_given(filters):
    words = ("threshold", "--field", "/x", "--min", "0", "--name", "positive")

    done = filters(*words, lines=[{"id": "a", "x": 1.5}])

    verdict = json.loads(done.stdout)["verdicts"]["positive"]
    assert (verdict["score"], verdict["threshold"]) == (1.5, 0)


@pytest.mark.parametrize(
    "words",
    [
        ("threshold", "--field", "/x"),
        ("threshold", "--min", "1"),
        ("threshold", "--field", "x", "--min", "1"),
        ("threshold", "--field", "/x", "--min", "1", "--name", "No Name"),
        ("quality", "--min-size", "0"),
        ("quality", "--min-sharpness", "nan"),
    ],
)
def test_wrong_option_is_a_usage_error(filters, words):
    assert filters(*words, lines=[{"id": "a", "x": 1}]).returncode == 2


@pytest.mark.parametrize("verb", ["quality", "threshold"])
def test_nothing_is_needed_beyond_the_package(filters, verb):
    assert filters("check", verb).returncode == 0


def _said(name, text):
    return {"id": name, "text": {"content": text}}


def test_what_was_judged_before_is_remembered_and_stays_as_it_is(filters):
    words = ("duplicates", "exact-text", "--existing", "keep", "--mark")
    old = filters(*words, lines=[_said("a", "x"), _said("b", "x"), _said("c", "y")]).stdout
    judged = [json.loads(line) for line in old.splitlines()]
    again = filters(*words, lines=[_said("d", "y"), *judged, _said("e", "X")]).stdout
    verdicts = {
        record["id"]: record["verdicts"]["duplicates-exact-text"]
        for record in map(json.loads, again.splitlines())
    }

    assert [json.loads(line) for line in again.splitlines()[1:4]] == judged
    assert {name: verdict.get("duplicate_of") for name, verdict in verdicts.items()} == {
        "d": None,
        "a": None,
        "b": "a",
        "c": None,
        "e": "a",
    }


def test_record_without_a_text_is_passed_on_and_not_remembered(filters):
    lines = [{"id": "a"}, _said("b", "x"), {"id": "c"}]
    done = filters("duplicates", "near-text", "--pass-missing", lines=lines)

    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["a", "b", "c"]


def test_judged_record_whose_file_is_gone_is_one_reject_of_those_allowed(filters, tmp_path):
    (tmp_path / "there.png").write_bytes(b"1")
    judged = {"verdicts": {"duplicates-exact-asset": {"passed": True}}}
    pictures = [_picture("gone.png") | judged, _picture("there.png")]

    words = ("duplicates", "exact-asset", "--existing", "keep", "--max-rejects", "1")
    done = filters(*words, "-o", "distinct.jsonl", lines=pictures)

    [reject] = _read(tmp_path / "distinct.jsonl.rejects.jsonl")
    [kept] = _read(tmp_path / "distinct.jsonl")
    assert done.returncode == 0, done.stderr
    assert (reject["reason"], kept["id"]) == ("asset-missing", "there.png")
