"""`manifest get`: some records, byte for byte."""

import json

import pytest

LINES = [
    b'{"id":"a","source":{"split":"train"},"n":1.0}',
    b' { "id":"b" , "source":{"split":"test"},"n":1,"list":[{"x":null},true]}',
    b'{"id":"c","source":{"split":"train"},"n":"1","a/b":{"~":"x=y"}}',
]


@pytest.fixture
def get(manifest, tmp_path):
    """Get records; gives the numbers of the lines that come out."""
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(LINES))

    def get(*words):
        lines = manifest("get", "in.jsonl", *words).ok().stdout.splitlines()
        return [LINES.index(line) for line in lines]

    return get


def test_records_of_these_ids_come_in_the_order_of_the_manifest(get):
    assert get("--id", "c", "--id", "a") == [0, 2]


@pytest.mark.parametrize(
    ("where", "found"),
    [
        ("/source/split=train", [0, 2]),
        ("/source/split=", []),
        ("/source/none=train", []),
        ("/source=train", []),
        ("/n=1", [1, 2]),
        ("/n=1.0", [0]),
        ("/list/0/x=null", [1]),
        ("/list/1=true", [1]),
        ("/list/2=true", []),
        ("/list/0={}", []),
        ("/list/01=true", []),
        ("/a~1b/~0=x=y", [2]),
    ],
)
def test_records_that_hold_a_value_are_found(get, where, found):
    assert get("--where", where) == found


def test_all_that_is_asked_for_must_hold(get):
    assert get("--where", "/source/split=train", "--where", "/n=1.0") == [0]
    assert get("--where", "/source/split=train", "--id", "c") == [2]
    assert get("--where", "/source/split=test", "--id", "c") == []


def test_id_that_is_not_there_ends_the_run(manifest, get, tmp_path):
    done = manifest("get", "in.jsonl", "--id", "a", "--id", "zxqv", "-o", "out.jsonl")
    assert done.status == 1
    assert "that no record has: 1 of 2" in done.stderr
    assert "zxqv" not in done.stderr
    assert not (tmp_path / "out.jsonl").exists()


def test_line_that_is_no_record_is_rejected(manifest, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b"oops\n" + LINES[0])
    done = manifest("get", "in.jsonl", "--id", "a")
    assert done.status == 3
    assert "invalid-json 1" in done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "nothing is asked for"),
        (("--where", "source=x"), "not POINTER=VALUE"),
        (("--where", "/source"), "not POINTER=VALUE"),
        (("--where", "=x"), "not POINTER=VALUE"),
    ],
)
def test_question_that_is_none_is_refused(manifest, get, words, said):
    done = manifest("get", "in.jsonl", *words)
    assert done.status == 2
    assert said in done.stderr


def test_audit_knows_what_was_taken_out(manifest, get):
    manifest("get", "in.jsonl", "--id", "a", "-o", "out.jsonl").ok()
    assert manifest("audit", "in.jsonl", "out.jsonl").status == 0


def test_audit_notices_what_was_changed_after_it_was_taken_out(manifest, get, tmp_path):
    manifest("get", "in.jsonl", "--id", "a", "-o", "out.jsonl").ok()
    (tmp_path / "in.jsonl").write_bytes(b"\n".join([*LINES, b'{"id":"d"}']))

    found = manifest("audit", "in.jsonl", "out.jsonl").ok().stdout
    assert b"note: out.jsonl: its input is none of the manifests given, or was edited" in found


def test_audit_counts_what_was_read_whole(manifest, get, tmp_path):
    manifest("merge", "in.jsonl", "-o", "all.jsonl").ok()
    manifest("get", "all.jsonl", "--where", "/n=1", "-o", "out.jsonl").ok()
    assert b"out.jsonl" not in manifest("audit", "in.jsonl", "all.jsonl", "out.jsonl").ok().stdout

    about = tmp_path / "out.jsonl.run.json"
    told = json.loads(about.read_text())
    told["counts"] |= {"read": 2, "consumed": 2}
    about.write_text(json.dumps(told))
    found = manifest("audit", "all.jsonl", "out.jsonl").stdout
    assert b"it says that it read 2 records of 3 lines" in found


def test_no_record_is_dropped_since_all_stay_where_they_are(manifest, get, tmp_path):
    manifest("get", "in.jsonl", "--id", "a", "-o", "out.jsonl").ok()

    assert not (tmp_path / "out.jsonl.dropped.jsonl").exists()


def test_records_that_are_not_wanted_are_counted(manifest, get, tmp_path):
    manifest("get", "in.jsonl", "--where", "/source/split=train", "-o", "out.jsonl").ok()
    counts = json.loads((tmp_path / "out.jsonl.run.json").read_text())["counts"]

    assert (counts["read"], counts["consumed"], counts["produced"], counts["written"]) == (
        3,
        3,
        2,
        2,
    )


def test_ids_seen_before_are_rejected_among_the_wanted_records_only(manifest, tmp_path):
    (tmp_path / "in.jsonl").write_bytes(b"\n".join([*LINES, LINES[1]]))

    assert manifest("get", "in.jsonl", "--id", "a").status == 0
    again = manifest("get", "in.jsonl", "--id", "b")
    assert again.status == 3
    assert "duplicate-id 1" in again.stderr


def test_limit_that_would_hide_a_missing_id_is_refused(manifest, get):
    done = manifest("get", "in.jsonl", "--id", "a", "--id", "nosuch", "--limit", "1")

    assert done.status == 2
    assert "--limit" in done.stderr


def test_limit_counts_the_records_that_are_read(get):
    assert get("--where", "/source/split=train", "--limit", "2") == [0]
