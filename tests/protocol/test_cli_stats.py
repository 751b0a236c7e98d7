"""`manifest stats`: what a manifest holds, as JSON."""

import json

import orjson
import pytest
from affectory_protocol.cli.stats import count_records
from affectory_protocol.record import Gate
from affectory_protocol.records import SECTIONS

MADE = [
    {
        "id": "a",
        "source": {
            "dataset": "isear",
            "split": "train",
            "licence": "CC0",
            "groups": {"client": "1"},
        },
        "labels": {"emotions": [{"vocabulary": "isear", "label": "joy"}]},
        "other": 1,
    },
    {
        "id": "b",
        "parent": "a",
        "source": {"dataset": "isear"},
        "labels": {
            "emotions": [
                {"vocabulary": "isear", "label": "joy"},
                {"vocabulary": "ekman", "label": "fear"},
            ]
        },
        "assets": {
            "image": {"uri": "i", "media_type": "m"},
            "photo": {"uri": "p", "media_type": "m"},
        },
        "verdicts": {"sharp": {"passed": True}, "face": {"passed": False, "reason": "no-face"}},
    },
    {"id": "c", "verdicts": {"sharp": {"passed": False}}},
]
CONTENT = b"".join(orjson.dumps(record) + b"\n" for record in MADE)


def _count(members: list[dict]) -> dict:
    gate = Gate(SECTIONS.values())
    return count_records(gate.admit(orjson.dumps(one)) for one in members)


def test_nothing_is_counted_in_an_empty_manifest():
    counted = _count([])
    assert counted.pop("records") == 0
    assert all(value == {} for value in counted.values())


def test_records_and_sections_are_counted():
    counted = _count(MADE)
    assert counted["records"] == 3
    assert counted["sections"] == {"assets": 1, "labels": 2, "other": 1, "source": 2, "verdicts": 2}


def test_origin_is_counted():
    counted = _count(MADE)
    assert counted["datasets"] == {"isear": 2}
    assert counted["splits"] == {"none": 1, "train": 1}
    assert counted["licences"] == {"CC0": 1, "not stated": 1}
    assert counted["groups"] == {"client": 1}


def test_labels_are_counted_by_vocabulary():
    assert _count(MADE)["labels"] == {"ekman/fear": 1, "isear/joy": 2}


def test_assets_are_counted_by_role():
    assert _count(MADE)["assets"] == {"image": 1, "photo": 1}


def test_verdicts_are_counted_by_outcome():
    assert _count(MADE)["verdicts"] == {
        "face": {"no-face": 1},
        "sharp": {"failed": 1, "passed": 1},
    }


def test_names_are_sorted():
    counted = _count(MADE[::-1])
    assert list(counted["sections"]) == sorted(counted["sections"])


def test_command_writes_the_counts(manifest):
    done = manifest("stats", stdin=CONTENT).ok()
    assert json.loads(done.stdout) == _count(MADE)
    assert done.stdout.endswith(b"}\n")


def test_command_counts_an_empty_manifest(manifest):
    assert json.loads(manifest("stats", stdin=b"").ok().stdout)["records"] == 0


def test_line_that_is_no_record_is_rejected_and_not_counted(manifest, tmp_path):
    words = ("--max-rejects", 1, "--rejects", "bad.jsonl")
    done = manifest("stats", *words, stdin=CONTENT + b"{\n").ok()
    assert json.loads(done.stdout)["records"] == 3
    assert json.loads((tmp_path / "bad.jsonl").read_bytes())["reason"] == "invalid-json"


@pytest.mark.parametrize("verb", ["stats", "validate"])
def test_manifest_that_is_given_by_position_is_a_mistake_with_a_way_out(manifest, verb):
    done = manifest(verb, "records.jsonl")
    assert done.status == 2
    assert "hint: The manifest goes behind -i" in done.stderr
