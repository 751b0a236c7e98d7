"""`manifest merge`: several manifests as one, shards only when they are complete."""

import json

import pytest
from commands import TOY

FIRST = b'{"id":"a"}\n{ "id" : "b" }\n'
SECOND = b'{"id":"c","other":1E2}\n'


@pytest.fixture
def two(tmp_path):
    (tmp_path / "first.jsonl").write_bytes(FIRST)
    (tmp_path / "second.jsonl").write_bytes(SECOND)
    return ("first.jsonl", "second.jsonl")


def test_manifests_are_joined_byte_for_byte_in_the_order_given(manifest, two):
    assert manifest("merge", *two).ok().stdout == FIRST + SECOND
    assert manifest("merge", *reversed(two)).ok().stdout == SECOND + FIRST


def test_id_that_was_there_before_is_rejected(manifest, two, tmp_path):
    words = ("--max-rejects", 2, "--rejects", "bad.jsonl")
    assert manifest("merge", "first.jsonl", *two, *words).ok().stdout == FIRST + SECOND
    rejects = [json.loads(line) for line in (tmp_path / "bad.jsonl").read_bytes().splitlines()]
    assert [(one["reason"], one["offset"]) for one in rejects] == [
        ("duplicate-id", len(FIRST)),
        ("duplicate-id", len(FIRST) + 11),
    ]


def test_bom_and_carriage_return_are_not_written(manifest, two, tmp_path):
    (tmp_path / "first.jsonl").write_bytes(b"\xef\xbb\xbf" + FIRST.replace(b"\n", b"\r\n"))
    assert manifest("merge", *two).ok().stdout == FIRST + SECOND


def test_over_long_line_is_not_lost_in_silence(manifest, two, tmp_path):
    (tmp_path / "second.jsonl").write_bytes(b'{"id":"%s"}\n' % (b"x" * (17 * 2**20)) + SECOND)
    done = manifest("merge", *two)
    assert done.status == 1
    assert "over the limit, at byte 0" in done.stderr


@pytest.fixture
def shards(manifest, tmp_path):
    """Two shards of a run, with their receipts."""
    lines = [b'{"id":"%d","verdicts":{}}\n' % number for number in range(9)]
    (tmp_path / "whole.jsonl").write_bytes(b"".join(lines))
    made = ["shard-1.jsonl", "shard-2.jsonl"]
    for name, part, offset in zip(made, (lines[:5], lines[5:]), (0, 125), strict=True):
        (tmp_path / name).write_bytes(b"".join(part))
        _write_receipt(manifest, tmp_path, name, offset)
    return made


def _write_receipt(manifest, folder, name, offset):
    """The receipt of a run, said to be one of two shards."""
    manifest("validate", "-i", name, "-o", "tmp.jsonl").ok()
    receipt = json.loads((folder / "tmp.jsonl.run.json").read_bytes())
    shard = f"{1 if offset == 0 else 2}/2"
    receipt["options"]["fingerprint"]["shard"] = receipt["fingerprint"]["--shard"] = shard
    receipt["inputs"][0]["offset"] = offset
    (folder / f"{name}.run.json").write_text(json.dumps(receipt))
    for left in folder.glob("tmp.jsonl*"):
        left.unlink()


def test_all_shards_in_order_are_the_whole(manifest, shards, tmp_path):
    whole = (tmp_path / "whole.jsonl").read_bytes()
    assert manifest("merge", *shards).ok().stdout == whole


@pytest.mark.parametrize(
    "chosen", [(0,), (1,), (1, 0), (0, 0)], ids=["first", "second", "swapped", "doubled"]
)
def test_shards_that_are_not_all_in_order_are_refused(manifest, shards, chosen):
    done = manifest("merge", *(shards[number] for number in chosen))
    assert done.status == 1
    assert "not all shards of one run in order" in done.stderr


def test_shard_beside_a_manifest_that_is_none_is_refused(manifest, shards):
    assert "are shards and some are not" in manifest("merge", *shards, "whole.jsonl").stderr


@pytest.mark.parametrize("part", ["offset", "fingerprint"])
def test_shards_of_different_runs_are_refused(manifest, shards, tmp_path, part):
    path = tmp_path / f"{shards[1]}.run.json"
    receipt = json.loads(path.read_bytes())
    if part == "offset":
        receipt["inputs"][0]["offset"] += 1
    else:
        receipt["fingerprint"]["behaviour"] = "99"
    path.write_text(json.dumps(receipt))
    assert manifest("merge", *shards).status == 1


def _drop_first_line(content):
    return content.partition(b"\n")[2]


def _change_a_byte(content):
    return content.replace(b'"verdicts"', b'"Verdicts"', 1)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize("spoil", [_drop_first_line, _change_a_byte, lambda content: content * 2])
def test_shard_that_is_not_as_it_was_written_is_refused(manifest, shards, tmp_path, number, spoil):
    path = tmp_path / shards[number]
    path.write_bytes(spoil(path.read_bytes()))
    done = manifest("merge", *shards)
    assert done.status == 1
    assert done.stdout == b""
    assert f"not what its receipt says: {path.name}" in done.stderr


def test_shard_with_a_receipt_of_no_output_is_refused(manifest, shards, tmp_path):
    path = tmp_path / f"{shards[0]}.run.json"
    receipt = json.loads(path.read_bytes())
    receipt["outputs"] = [one for one in receipt["outputs"] if one["name"] != "output"]
    path.write_text(json.dumps(receipt))
    assert manifest("merge", *shards).status == 1


def test_shards_that_a_limit_cut_short_are_refused(manifest, shards, tmp_path):
    for shard in shards:
        path = tmp_path / f"{shard}.run.json"
        receipt = json.loads(path.read_bytes())
        receipt["options"]["fingerprint"]["limit"] = receipt["fingerprint"]["--limit"] = "9"
        path.write_text(json.dumps(receipt))
    done = manifest("merge", *shards)
    assert done.status == 1
    assert "--limit" in done.stderr


def test_shards_of_a_real_run_are_the_whole(manifest, zygote, tmp_path):
    lines = [b'{"id":"%d","text":{"content":"%d"}}\n' % (number, number) for number in range(9)]
    (tmp_path / "in.jsonl").write_bytes(b"".join(lines))
    made = [f"of-{k}.jsonl" for k in (1, 2, 3)]
    for k, name in enumerate(made, start=1):
        words = ("shout", "-i", "in.jsonl", "--shard", f"{k}/3", "-o", name)
        zygote.run(TOY, *words, folder=tmp_path).ok()
    whole = zygote.run(TOY, "shout", "-i", "in.jsonl", folder=tmp_path).ok().stdout
    assert manifest("merge", *made).ok().stdout == whole
