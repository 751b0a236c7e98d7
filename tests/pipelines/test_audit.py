"""`manifest audit` over the finished demo: whatever is changed in any of its files is found."""

import base64
import hashlib
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from affectory_protocol.cli.differences import sum_lines

MANY = ["goemotions", "emoint", "isear", "sentences", "expressions", "faces", "quality"]
ONE = ["photos", "references"]
STEPS = [f"{step}.jsonl" for step in MANY + ONE]
RECEIPTS = [*STEPS, "page.html"]
SOURCES = ["goemotions.jsonl", "emoint.jsonl", "isear.jsonl", "photos.jsonl"]

WITH_LINES = [
    *(f"{step}.jsonl" for step in MANY),
    "isear.jsonl.dropped.jsonl",
    "quality.jsonl.dropped.jsonl",
]
EMPTY = [
    *(f"{name}.rejects.jsonl" for name in RECEIPTS),
    *(f"{step}.jsonl.dropped.jsonl" for step in ("goemotions", "emoint", "photos")),
]


@pytest.fixture(scope="module")
def judged(copy_demo):
    """A demo some of whose sketches were dropped; a test that changes it puts it back."""
    copy = copy_demo()
    copy.make("demo", "MIN_SHARPNESS=330")
    return copy


@pytest.fixture
def changed(judged):
    """Writes files of the demo, and puts them back in the end; no content removes one."""
    before: dict[Path, bytes] = {}

    def write(name: str, content: bytes | None) -> None:
        path = judged.folder / name
        before.setdefault(path, path.read_bytes())
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)

    yield write
    for path, content in before.items():
        path.write_bytes(content)


def _lines(judged, name: str) -> list[bytes]:
    return (judged.folder / name).read_bytes().splitlines(keepends=True)


def _id(line: bytes) -> str:
    return json.loads(line)["id"]


def _audit(judged, name: str) -> list[str]:
    """What an audit finds of the manifest that a file belongs to."""
    owner = name.removesuffix(".rejects.jsonl").removesuffix(".dropped.jsonl")
    return judged.audit(owner)


def _chance(name: str) -> random.Random:
    return random.Random(f"audit of {name}")


# Nothing is changed ---------------------------------------------------------------------------


def test_finished_demo_passes(demo):
    assert demo.audit() == []


def test_make_audits_the_demo_strictly(demo):
    assert demo.make("demo-audit").splitlines()[-1] == "10 manifests are what their receipts say"


def test_demo_with_dropped_records_passes(judged):
    assert len(_lines(judged, "quality.jsonl.dropped.jsonl")) > 1
    assert judged.audit() == []


def test_every_file_of_the_demo_is_tried_here(judged):
    """What a receipt speaks of is on one of the lists above."""
    receipts = {name: judged.receipt(name) for name in RECEIPTS}
    suffixes = {"output": "", "rejects": ".rejects.jsonl", "dropped": ".dropped.jsonl"}
    spoken = {n + suffixes[s["name"]] for n, r in receipts.items() for s in r["outputs"]}
    assert spoken == {*WITH_LINES, *EMPTY, *(f"{step}.jsonl" for step in ONE), "page.html"}


# Lines ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*WITH_LINES, *(f"{step}.jsonl" for step in ONE)])
@pytest.mark.parametrize("place", ["first", "somewhere", "last"])
def test_changed_byte_is_found_in_its_record(judged, changed, name, place):
    lines = _lines(judged, name)
    chance = _chance(name)
    at = {"first": 0, "somewhere": chance.randrange(len(lines)), "last": len(lines) - 1}[place]
    content = lines[at]
    letter = content.index(b'"made_by":{"tool":"') + chance.randrange(12, 15)
    lines[at] = content[:letter] + bytes([content[letter] ^ 1]) + content[letter + 1 :]
    changed(name, b"".join(lines))
    found = _audit(judged, name)
    where = f"{name}: line {at + 1}, record {_id(content)}"
    assert f"error: {where}: not as it was written" in found


@pytest.mark.parametrize("name", [*WITH_LINES, *(f"{step}.jsonl" for step in ONE)])
def test_line_that_is_no_record_any_more_is_found_by_its_number(judged, changed, name):
    lines = _lines(judged, name)
    at = _chance(name).randrange(len(lines))
    lines[at] = b"[" + lines[at][1:]
    changed(name, b"".join(lines))
    where = f"{name}: line {at + 1}, which is no record"
    assert f"error: {where}: not as it was written" in _audit(judged, name)


@pytest.mark.parametrize("name", [*WITH_LINES, *(f"{step}.jsonl" for step in ONE)])
def test_any_changed_byte_is_found_in_its_line(judged, changed, name):
    content = (judged.folder / name).read_bytes()
    at = _chance(name).randrange(len(content))
    changed(name, content[:at] + bytes([content[at] ^ 0x20]) + content[at + 1 :])
    line = content.count(b"\n", 0, at) + 1
    assert [one for one in _audit(judged, name) if one.startswith(f"error: {name}: line {line}, ")]


@pytest.mark.parametrize("name", WITH_LINES)
def test_removed_line_is_found_before_the_next_record(judged, changed, name):
    lines = _lines(judged, name)
    at = _chance(name).randrange(len(lines) - 1)
    changed(name, b"".join(lines[:at] + lines[at + 1 :]))
    found = _audit(judged, name)
    where = f"{name}: line {at + 1}"
    assert f"error: {where}, record {_id(lines[at + 1])}: not as it was written" in found
    assert f"error: {where}: a line that stood here before is gone" in found


@pytest.mark.parametrize("name", [*WITH_LINES, *(f"{step}.jsonl" for step in ONE)])
def test_removed_last_line_is_found_by_its_number(judged, changed, name):
    lines = _lines(judged, name)
    changed(name, b"".join(lines[:-1]))
    where = f"{name}: line {len(lines)}, which is gone"
    assert f"error: {where}: not as it was written" in _audit(judged, name)


@pytest.mark.parametrize("name", WITH_LINES)
def test_doubled_line_is_found_by_its_record(judged, changed, name):
    lines = _lines(judged, name)
    at = _chance(name).randrange(len(lines) - 1)
    changed(name, b"".join([*lines[: at + 1], *lines[at:]]))
    found = _audit(judged, name)
    where = f"{name}: line {at + 2}"
    assert f"error: {where}, record {_id(lines[at])}: not as it was written" in found
    assert f"error: {where}: a copy of line {at + 1}" in found


@pytest.mark.parametrize("name", [*WITH_LINES, *(f"{step}.jsonl" for step in ONE)])
def test_copy_of_a_line_at_the_end_is_found(judged, changed, name):
    lines = _lines(judged, name)
    changed(name, b"".join([*lines, lines[0]]))
    found = _audit(judged, name)
    where = f"{name}: line {len(lines) + 1}"
    assert f"error: {where}, which was added: not as it was written" in found
    assert f"error: {where}: a copy of line 1" in found


@pytest.mark.parametrize("name", WITH_LINES)
def test_swapped_lines_are_found_by_their_record(judged, changed, name):
    lines = _lines(judged, name)
    one, other = sorted(_chance(name).sample(range(len(lines)), 2))
    moved = _id(lines[other])
    lines[one], lines[other] = lines[other], lines[one]
    changed(name, b"".join(lines))
    found = _audit(judged, name)
    where = f"{name}: line {one + 1}"
    assert f"error: {where}, record {moved}: not as it was written" in found
    assert f"error: {where}: it was line {other + 1}" in found


@pytest.mark.parametrize("name", [*WITH_LINES, *(f"{step}.jsonl" for step in ONE)])
def test_missing_last_newline_is_found(judged, changed, name):
    changed(name, (judged.folder / name).read_bytes()[:-1])
    assert f"error: {name}: behind the last line: not as it was written" in _audit(judged, name)


@pytest.mark.parametrize("name", EMPTY)
def test_line_in_an_empty_file_is_found(judged, changed, name):
    assert _lines(judged, name) == []
    changed(name, b'{"id":"new"}\n')
    assert f"error: {name}: line 1, which was added: not as it was written" in _audit(judged, name)


@pytest.mark.parametrize("name", [*WITH_LINES, *EMPTY, "photos.jsonl", "page.html"])
def test_missing_file_is_found(judged, changed, name):
    changed(name, None)
    is_side = name.endswith((".rejects.jsonl", ".dropped.jsonl"))
    said = f"note: {name}: the file is not there" if is_side else f"error: {name}: the file is gone"
    assert [one for one in _audit(judged, name) if one.startswith(said)]


# The page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("change", ["changed", "truncated", "doubled", "emptied"])
def test_page_that_is_not_as_it_was_written_is_found(judged, changed, change):
    content = judged.page.read_bytes()
    at = _chance("page").randrange(len(content))
    contents = {
        "changed": content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :],
        "truncated": content[:at],
        "doubled": content * 2,
        "emptied": b"",
    }
    changed("page.html", contents[change])
    assert judged.audit() == ["error: page.html: not as it was written"]


# Assets ---------------------------------------------------------------------------------------


def _asset(line: bytes) -> dict[str, Any]:
    return json.loads(line)["assets"]["image"]


def _uris(judged) -> list[str]:
    """Three of the pictures, of which some are shared by records and some were dropped."""
    uris = sorted({_asset(line)["uri"] for line in _lines(judged, "faces.jsonl")})
    return _chance("assets").sample(uris, 3)


def _findings(judged, uris: list[str], what: str) -> set[str]:
    """What is to be said of every record, written or dropped, that has one of the pictures."""
    files = ["faces.jsonl", "quality.jsonl", "quality.jsonl.dropped.jsonl"]
    return {
        f"error: {name}: record {_id(line)}: {what.format(**_asset(line))}: /assets/image"
        for name in files
        for line in _lines(judged, name)
        if _asset(line)["uri"] in uris
    }


def _path(uri: str) -> str:
    return uri.replace(":", "/", 1)


@pytest.mark.parametrize("number", range(3))
def test_changed_byte_of_a_picture_is_found_in_its_records(judged, changed, number):
    uri = _uris(judged)[number]
    content = (judged.folder / _path(uri)).read_bytes()
    at = _chance(uri).randrange(len(content))
    changed(_path(uri), content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
    expected = _findings(judged, [uri], "the file has another SHA-256")
    assert set(judged.audit()) == expected


@pytest.mark.parametrize("number", range(3))
def test_truncated_picture_is_found_in_its_records(judged, changed, number):
    uri = _uris(judged)[number]
    content = (judged.folder / _path(uri)).read_bytes()[:-1]
    changed(_path(uri), content)
    assert set(judged.audit()) == _findings(judged, [uri], f"the file has {len(content)} bytes")


@pytest.mark.parametrize("number", range(3))
def test_missing_picture_is_found_in_its_records(judged, changed, number):
    uri = _uris(judged)[number]
    changed(_path(uri), None)
    assert set(judged.audit()) == _findings(judged, [uri], "there is no file at the uri")


def test_swapped_pictures_are_found_in_the_records_of_both(judged, changed):
    uris = _uris(judged)[:2]
    one, other = ((judged.folder / _path(uri)).read_bytes() for uri in uris)
    changed(_path(uris[0]), other)
    changed(_path(uris[1]), one)
    named = {finding.rsplit(": ", 2)[0] for finding in judged.audit()}
    assert named == {finding.rsplit(": ", 2)[0] for finding in _findings(judged, uris, "")}


def test_changed_photograph_is_found_in_its_records(judged, changed):
    content = (judged.folder / "photos/astronaut.png").read_bytes()
    changed("photos/astronaut.png", content[:-1] + b"?")
    assert judged.audit() == [
        f"error: {name}: record astronaut:astronaut.png: "
        "the file has another SHA-256: /assets/image"
        for name in ("photos.jsonl", "references.jsonl")
    ]


# Receipts -------------------------------------------------------------------------------------


@pytest.fixture
def edited(judged, changed):
    """Gives a receipt to be edited, and writes it."""

    @contextmanager
    def edit(name: str) -> Iterator[dict[str, Any]]:
        receipt = judged.receipt(name)
        yield receipt
        changed(f"{name}.run.json", json.dumps(receipt).encode())

    return edit


def _of(found: list[str], name: str) -> list[str]:
    return [finding for finding in found if finding.startswith(f"error: {name}.run.json: ")]


@pytest.mark.parametrize("count", ["read", "passed", "consumed", "dropped", "rejected", "written"])
@pytest.mark.parametrize("name", RECEIPTS)
def test_edited_count_is_found(judged, edited, name, count):
    with edited(name) as receipt:
        receipt["counts"][count] += 1
    assert _of(_audit(judged, name), name)


@pytest.mark.parametrize("name", [name for name in RECEIPTS if name not in SOURCES])
def test_edited_counts_whose_sums_hold_are_found(judged, edited, name):
    way = "consumed" if judged.receipt(name)["counts"]["consumed"] else "passed"
    with edited(name) as receipt:
        receipt["counts"]["read"] += 1
        receipt["counts"][way] += 1
        receipt["counts"]["written"] += way == "passed"
    assert _of(judged.audit(), name)


@pytest.mark.parametrize("name", RECEIPTS)
def test_edited_digest_of_an_output_is_found(judged, edited, name):
    with edited(name) as receipt:
        receipt["outputs"][0]["sha256"] = "0" * 64
    assert f"error: {name}: not as it was written" in _audit(judged, name)


@pytest.mark.parametrize("field", ["bytes", "lines"])
@pytest.mark.parametrize("name", STEPS)
def test_edited_size_of_an_output_is_found(judged, edited, name, field):
    with edited(name) as receipt:
        receipt["outputs"][0][field] += 1
    assert _of(_audit(judged, name), name)


@pytest.mark.parametrize("name", STEPS)
def test_edited_sums_of_lines_are_found(judged, edited, name):
    with edited(name) as receipt:
        sums = receipt["outputs"][0]["line_sums"]
        raw = bytearray(base64.b64decode(sums["values"]))
        raw[0] ^= 1
        sums["values"] = base64.b64encode(raw).decode()
    assert _of(_audit(judged, name), name)


@pytest.mark.parametrize("name", RECEIPTS)
def test_stream_left_out_of_a_receipt_is_found(judged, edited, name):
    with edited(name) as receipt:
        del receipt["outputs"][-1]
    assert _of(_audit(judged, name), name)


@pytest.mark.parametrize("name", ["sentences.jsonl", "faces.jsonl", "quality.jsonl", "page.html"])
@pytest.mark.parametrize("field", ["sha256", "bytes"])
def test_edited_input_is_found(judged, edited, name, field):
    with edited(name) as receipt:
        receipt["inputs"][0][field] = {"sha256": "0" * 64, "bytes": 1}[field]
    note = f"note: {name}: its input is none of the manifests given, or was edited since"
    assert note in judged.audit()


def test_edited_references_are_found(judged, edited):
    with edited("faces.jsonl") as receipt:
        receipt["inputs"][1]["sha256"] = "0" * 64
    assert [one for one in judged.audit() if one.startswith("note: faces.jsonl: a file of --ref")]


@pytest.mark.parametrize("name", STEPS)
def test_receipt_edited_where_no_sum_tells_is_found_by_the_page(judged, edited, name):
    with edited(name) as receipt:
        receipt["seconds"] += 1
    assert [one for one in judged.audit() if one.startswith("note: page.html: a file of --receip")]


@pytest.mark.parametrize("name", RECEIPTS)
def test_missing_receipt_is_found(judged, changed, name):
    changed(f"{name}.run.json", None)
    said = f"note: {name}: its receipt is not beside it"
    assert [one for one in _audit(judged, name) if one.startswith(said)]


@pytest.mark.parametrize("name", RECEIPTS)
def test_truncated_receipt_is_found(judged, changed, name):
    changed(f"{name}.run.json", (judged.folder / f"{name}.run.json").read_bytes()[:-3])
    assert f"error: {name}: there is no receipt that can be read" in _audit(judged, name)


@pytest.mark.parametrize(("name", "other"), [*pairwise(STEPS), (STEPS[-1], STEPS[0])])
def test_receipt_of_another_manifest_is_found(judged, changed, name, other):
    changed(f"{name}.run.json", (judged.folder / f"{other}.run.json").read_bytes())
    assert [
        one for one in _audit(judged, name) if one.startswith(f"error: {name}: line 1, record ")
    ]


@pytest.mark.parametrize(
    ("name", "reader"), [*pairwise(["sentences", "expressions", "faces", "quality"])]
)
def test_forged_receipt_of_an_edited_manifest_is_found_by_the_step_behind(
    judged, changed, edited, name, reader
):
    name = f"{name}.jsonl"
    content = (judged.folder / name).read_bytes()
    changed(name, content.replace(b'"text":{"content":"', b'"text":{"content":"Not ', 1))
    with edited(name) as receipt:
        path = judged.folder / name
        sums, lines = sum_lines(path)
        output = receipt["outputs"][0]
        output.update(bytes=path.stat().st_size, lines=lines, line_sums=sums.model_dump())
        output["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
    found = judged.audit()
    note = f"note: {reader}.jsonl: its input is none of the manifests given, or was edited since"
    assert note in found
    assert not [one for one in found if one.startswith(f"error: {name}")]


# The command ----------------------------------------------------------------------------------


def test_command_fails_and_names_file_and_record(judged, changed):
    lines = _lines(judged, "faces.jsonl")
    changed("faces.jsonl", b"".join([*lines[:7], *lines[8:]]))
    process = judged.start("demo-audit")
    said, _ = process.communicate()
    assert process.returncode == 2  # make's own: a recipe failed
    assert f"error: faces.jsonl: line 8, record {_id(lines[8])}: not as it was written" in said
    assert "findings in 10 manifests" in said


def test_command_names_the_record_of_a_missing_picture(judged, changed):
    line = _lines(judged, "quality.jsonl")[0]
    changed(_path(_asset(line)["uri"]), None)
    process = judged.start("demo-audit")
    said, _ = process.communicate()
    assert process.returncode == 2
    assert f"error: quality.jsonl: record {_id(line)}: there is no file at the uri" in said
