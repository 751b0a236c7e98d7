"""`manifest validate` on files, pipes and shards of both."""

import hashlib
import json

import orjson
import pytest

GOOD = b'{"id":"a","text":{"content":"x"}}\n{ "id" : "b" , "other" : 1E2 }\n'
BAD = b'{"id":"c","text":{"content":5}}\n'


def _receipt(path) -> dict:
    return json.loads(path.with_name(f"{path.name}.run.json").read_bytes())


# pipes ----------------------------------------------------------------------------------------


def test_valid_records_pass_byte_for_byte(manifest):
    done = manifest("validate", stdin=GOOD)
    assert (done.status, done.stdout) == (0, GOOD)


def test_empty_input_gives_empty_output(manifest):
    assert manifest("validate", stdin=b"").ok().stdout == b""


def test_rejects_beyond_the_tolerance_end_in_status_3(manifest):
    done = manifest("validate", stdin=GOOD + BAD)
    assert done.status == 3
    assert "1 of 3 records were rejected: invalid-section 1" in done.stderr


def test_tolerance_on_a_pipe_needs_a_place_for_the_rejects(manifest):
    assert manifest("validate", "--max-rejects", 1, stdin=BAD).status == 2


def test_rejects_within_the_tolerance_go_where_they_are_named(manifest, tmp_path):
    words = ("--max-rejects", 1, "--rejects", "bad.jsonl", "--receipt", "run.json")
    done = manifest("validate", *words, stdin=GOOD + BAD).ok()
    assert done.stdout == GOOD
    reject = json.loads((tmp_path / "bad.jsonl").read_bytes())
    assert reject == {
        "reason": "invalid-section",
        "message": "/text/content input should be a valid string",
        "offset": len(GOOD),
        "length": len(BAD) - 1,
        "tool": "manifest",
        "verb": "validate",
        "line": BAD.decode().rstrip("\n"),
    }
    assert json.loads((tmp_path / "run.json").read_bytes())["counts"]["rejected"] == 1


def test_last_line_without_newline_on_a_pipe_is_a_truncated_upstream(manifest):
    done = manifest("validate", stdin=GOOD.rstrip(b"\n"))
    assert done.status == 1
    assert done.stdout == GOOD.splitlines(keepends=True)[0]


def test_doubled_ids_pass_unless_uniqueness_is_asked_for(manifest, tmp_path):
    twice = b'{"id":"a"}\n{"id":"a"}\n'
    assert manifest("validate", stdin=twice).ok().stdout == twice
    words = ("--unique-ids", "--max-rejects", 1, "--rejects", "bad.jsonl")
    assert manifest("validate", *words, stdin=twice).ok().stdout == b'{"id":"a"}\n'
    assert json.loads((tmp_path / "bad.jsonl").read_bytes())["reason"] == "duplicate-id"


def test_limit_stops_after_so_many_records(manifest):
    done = manifest("validate", "--limit", 1, stdin=b"\n\n" + GOOD)
    assert done.ok().stdout == GOOD.splitlines(keepends=True)[0]


def test_over_long_line_is_rejected_by_its_digest(manifest, tmp_path):
    long = b'{"id":"' + b"x" * 6000 + b'"}'
    words = ("--max-line-bytes", 100, "--max-rejects", 1, "--rejects", "bad.jsonl")
    done = manifest("validate", *words, stdin=GOOD + long + b"\n" + GOOD).ok()
    assert done.stdout == GOOD + GOOD
    reject = json.loads((tmp_path / "bad.jsonl").read_bytes())
    assert reject["reason"] == "line-too-long"
    assert reject["sha256"] == hashlib.sha256(long).hexdigest()
    assert (reject["offset"], reject["length"]) == (len(GOOD), len(long))


def test_head_of_an_over_long_line_does_not_depend_on_how_it_arrives(manifest, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b"x" * 100_000 + b"\n")
    words = ("validate", "--max-line-bytes", 100, "--max-rejects", 1, "--rejects")
    manifest(*words, "of-file", "-i", "in.jsonl").ok()
    manifest(*words, "of-pipe", stdin=b"x" * 100_000 + b"\n").ok()
    assert (tmp_path / "of-file").read_bytes() == (tmp_path / "of-pipe").read_bytes()


# files ----------------------------------------------------------------------------------------


@pytest.fixture
def validated(manifest, tmp_path):
    """A run over good and bad records into a file."""
    (tmp_path / "in.jsonl").write_bytes(GOOD + BAD)
    manifest("validate", "-i", "in.jsonl", "-o", "out.jsonl", "--max-rejects", "50%").ok()
    return tmp_path / "out.jsonl"


def test_output_rejects_and_receipt_lie_side_by_side(validated):
    assert {path.name for path in validated.parent.iterdir()} == {
        "in.jsonl",
        "out.jsonl",
        "out.jsonl.rejects.jsonl",
        "out.jsonl.run.json",
    }


def test_receipt_has_the_digests_of_what_was_read_and_written(validated):
    receipt = _receipt(validated)
    assert receipt["inputs"] == [
        {
            "name": "input",
            "sha256": hashlib.sha256(GOOD + BAD).hexdigest(),
            "bytes": len(GOOD + BAD),
            "offset": 0,
        }
    ]
    output = next(one for one in receipt["outputs"] if one["name"] == "output")
    assert output["sha256"] == hashlib.sha256(GOOD).hexdigest()
    assert (output["bytes"], output["lines"]) == (len(GOOD), 2)


def test_receipt_counts_every_record(validated):
    receipt = _receipt(validated)
    counted = {name: n for name, n in receipt["counts"].items() if n}
    assert counted == {"read": 3, "passed": 2, "rejected": 1, "written": 2}
    assert receipt["rejected_by_reason"] == {"invalid-section": 1}


def test_receipt_names_no_file_and_no_record(validated):
    text = validated.with_name("out.jsonl.run.json").read_text()
    assert "in.jsonl" not in text
    assert str(validated.parent) not in text


def test_finished_output_is_up_to_date(manifest, validated):
    before = validated.with_name("out.jsonl.run.json").read_bytes()
    words = ("-i", "in.jsonl", "-o", "out.jsonl", "--max-rejects", "50%")
    assert "up to date" in manifest("validate", *words).ok().stderr
    assert validated.with_name("out.jsonl.run.json").read_bytes() == before


def test_changed_input_is_refused_until_told_to_begin_again(manifest, validated):
    (validated.parent / "in.jsonl").write_bytes(GOOD)
    words = ("validate", "-i", "in.jsonl", "-o", "out.jsonl")
    refused = manifest(*words)
    assert refused.status == 2
    assert "differs in: input" in refused.stderr
    manifest(*words, "--restart", "if-changed").ok()
    assert _receipt(validated)["counts"]["rejected"] == 0


def test_output_is_held_back_until_its_rejects_are_tolerated(manifest, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(GOOD + BAD)
    words = ("validate", "-i", "in.jsonl", "-o", "out.jsonl")
    refused = manifest(*words)
    assert refused.status == 3
    assert "--max-rejects 1" in refused.stderr
    assert not (tmp_path / "out.jsonl").exists()
    assert (tmp_path / "out.jsonl.rejects.jsonl").exists()
    manifest(*words, "--max-rejects", 1).ok()
    assert (tmp_path / "out.jsonl").read_bytes() == GOOD


def test_missing_last_newline_of_a_file_is_written(manifest, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(GOOD.rstrip(b"\n"))
    assert manifest("validate", "-i", "in.jsonl").ok().stdout == GOOD


def test_missing_input_is_a_usage_error(manifest):
    done = manifest("validate", "-i", "absent.jsonl")
    assert done.status == 2
    assert "Traceback" not in done.stderr


def test_output_that_is_the_input_is_a_usage_error(manifest, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(GOOD)
    assert manifest("validate", "-i", "in.jsonl", "-o", "./in.jsonl").status == 2
    assert (tmp_path / "in.jsonl").read_bytes() == GOOD


def test_rejects_are_not_written_over_the_rejects_that_are_read(manifest, tmp_path):
    rejects = tmp_path / "out.jsonl.rejects.jsonl"
    rejects.write_bytes(GOOD)
    done = manifest("validate", "-i", rejects.name, "-o", "out.jsonl")
    assert done.status == 2
    assert rejects.read_bytes() == GOOD


# assets ---------------------------------------------------------------------------------------


def test_assets_are_looked_at_when_asked(manifest, tmp_path):
    (tmp_path / "a.png").write_bytes(b"png")
    present = {"image": {"uri": "a.png", "media_type": "image/png", "bytes": 3}}
    absent = {"image": {"uri": "b.png", "media_type": "image/png"}}
    lines = [orjson.dumps({"id": str(i), "assets": a}) for i, a in enumerate((present, absent))]
    content = b"".join(line + b"\n" for line in lines)
    assert manifest("validate", stdin=content).ok().stdout == content
    words = ("--verify-assets", "--max-rejects", 1, "--rejects", "bad.jsonl")
    assert manifest("validate", *words, stdin=content).ok().stdout == lines[0] + b"\n"
    assert json.loads((tmp_path / "bad.jsonl").read_bytes())["reason"] == "asset-missing"
