"""`manifest join`: sections of further manifests, byte for byte, into the records of one."""

import json
import re
import signal

import orjson
import pytest
from affectory_protocol.cli.right import Right
from affectory_protocol.errors import ManifestError
from commands import MANIFEST
from disk import WRITES, Fault, Plan

MACHINE = {"tool": "m", "verb": "v", "behaviour": 1, "options": "0" * 16, "read": "0" * 16}
IMPORT = {**MACHINE, "verb": "import x"}
TOLERANT = ("--rejects", "bad.jsonl", "--max-rejects", "100%")


@pytest.fixture
def write(tmp_path):
    def write(name, records):
        lines = [one if isinstance(one, bytes) else orjson.dumps(one) for one in records]
        (tmp_path / name).write_bytes(b"".join(line + b"\n" for line in lines))
        return name

    return write


@pytest.fixture
def join(manifest, write):
    """Join records; gives the lines that come out."""

    def join(left, *rights, words=()):
        names = [write(f"right{n}.jsonl", right) for n, right in enumerate(rights)]
        with_ = [word for name in names for word in ("--with", name)]
        done = manifest("join", "-i", write("left.jsonl", left), *with_, *words, *TOLERANT)
        return done.ok().stdout.splitlines()

    return join


def reasons(folder):
    lines = (folder / "bad.jsonl").read_bytes().splitlines()
    return [orjson.loads(line)["reason"] for line in lines]


# --- What is taken over --------------------------------------------------------------------------


def test_sections_that_are_lacking_are_taken_over_byte_for_byte(join):
    left = [b' {"x":1E2, "id":"a"} ', b'{"id":"b"}']
    right = [
        b'{ "text" : {"content" : "\\u0078"} , "y":1.0, "parent":"p", "id":"a"}',
        b'{"id":"c"}',
    ]
    assert join(left, right) == [
        b' {"x":1E2, "id":"a","text":{"content" : "\\u0078"},"y":1.0} ',
        b'{"id":"b"}',
    ]


def test_section_that_is_there_stays_and_null_counts_as_absent(join):
    left = [{"id": "a", "text": {"content": "ours"}, "labels": None}]
    right = [{"id": "a", "text": {"content": "theirs"}, "labels": {"valence": 1}, "source": None}]
    (line,) = map(orjson.loads, join(left, right))
    assert line == {"id": "a", "text": {"content": "ours"}, "labels": {"valence": 1}}


def test_makers_stay(join):
    section = {"content": "x", "made_by": MACHINE}
    (line,) = map(orjson.loads, join([{"id": "a"}], [{"id": "a", "text": section}]))
    assert line["text"] == section


def test_entries_are_joined_one_by_one(join):
    def verdicts(*names):
        return {name: {"passed": True, "score": 1.0} for name in names}

    (line,) = join(
        [b'{"id":"a","verdicts":{ "one":{"passed":true} }}'],
        [{"id": "a", "verdicts": verdicts("one", "two")}],
        [{"id": "a", "verdicts": verdicts("two", "three")}],
    )
    assert line == (
        b'{"id":"a","verdicts":{ "one":{"passed":true} ,"two":{"passed":true,"score":1.0},'
        b'"three":{"passed":true,"score":1.0}}}'
    )


def test_only_the_named_sections_are_taken_over(join):
    right = [{"id": "a", "text": {"content": "x"}, "labels": {}, "other": 1}]
    (line,) = map(orjson.loads, join([{"id": "a"}], right, words=("--sections", "labels,other")))
    assert line == {"id": "a", "labels": {}, "other": 1}


def test_order_of_records_is_that_of_the_left(join):
    left = [{"id": name} for name in "cab"]
    right = [{"id": name, "n": n} for n, name in enumerate("abc")]
    assert [orjson.loads(line) for line in join(left, right)] == [
        {"id": "c", "n": 2},
        {"id": "a", "n": 0},
        {"id": "b", "n": 1},
    ]


def test_child_gets_the_sections_of_its_parent(join):
    left = [
        {"id": "a/1", "parent": "a"},
        {"id": "a/2", "parent": "a"},
        {"id": "b"},
        {"id": "c", "parent": 7},
    ]
    right = [{"id": "a", "text": {"content": "x"}, "parent": "root"}, {"id": "b", "text": {}}]
    made = [orjson.loads(line) for line in join(left, right, words=("--on", "parent"))]
    assert [one.get("text") for one in made] == [{"content": "x"}] * 2 + [None] * 2
    assert [one.get("parent") for one in made] == ["a", "a", None, 7]


def test_bom_carriage_returns_and_blank_lines_on_the_right_are_tolerated(manifest, write, tmp_path):
    write("left.jsonl", [{"id": "a"}, {"id": "b"}])
    (tmp_path / "right.jsonl").write_bytes(b'\xef\xbb\xbf{"id":"a","n":1}\r\n\r\n{"id":"b","n":2}')
    made = manifest("join", "-i", "left.jsonl", "--with", "right.jsonl").ok().stdout
    assert made == b'{"id":"a","n":1}\n{"id":"b","n":2}\n'


# --- Records without a match ---------------------------------------------------------------------


def test_record_without_a_match_passes_or_is_rejected(join, tmp_path):
    left, right = [b'{"id":"a"}', b'{ "id":"b" }'], [{"id": "a", "n": 1}]
    assert join(left, right) == [b'{"id":"a","n":1}', b'{ "id":"b" }']
    assert join(left, right, words=("--how", "inner")) == [b'{"id":"a","n":1}']
    assert reasons(tmp_path) == ["no-match"]


def test_inner_join_asks_for_a_match_in_every_manifest(join, tmp_path):
    join([{"id": "a"}], [{"id": "a"}], [{"id": "b"}], words=("--how", "inner"))
    assert reasons(tmp_path) == ["no-match"]


def test_records_that_nothing_was_joined_with_are_told(manifest, write):
    write("left.jsonl", [{"id": "a"}])
    write("right.jsonl", [{"id": name} for name in "abc"])
    done = manifest(
        "join", "-i", "left.jsonl", "--with", "right.jsonl", "--with", "left.jsonl"
    ).ok()
    assert "none was joined with: 2, 0\n" in done.stderr


# --- Sections that both have ---------------------------------------------------------------------


def _both(maker_of_ours):
    ours = {"content": "ours"} | ({"made_by": maker_of_ours} if maker_of_ours else {})
    return [{"id": "a", "text": ours}], [{"id": "a", "text": {"content": "theirs"}}]


@pytest.mark.parametrize(
    ("words", "maker", "content", "reason"),
    [
        ((), MACHINE, "theirs", None),
        ((), IMPORT, None, "human-section"),
        ((), None, None, "human-section"),
        (("--overwrite-human",), None, "theirs", None),
        (("--existing", "keep"), MACHINE, "ours", None),
        (("--existing", "reject"), MACHINE, None, "section-exists"),
    ],
)
def test_named_section_that_both_have(join, tmp_path, words, maker, content, reason):
    made = join(*_both(maker), words=("--sections", "text", *words))
    assert [orjson.loads(line)["text"]["content"] for line in made] == [content] * (not reason)
    assert reasons(tmp_path) == [reason] * bool(reason)


def test_section_that_both_have_alike_is_no_reason_to_reject(join):
    left, right = [b'{"id":"a","text":{"content":"x"}}'], [b'{"id":"a","text":{ "content":"x" }}']
    assert join(left, right, words=("--sections", "text", "--existing", "reject")) == left


def test_true_is_not_one_and_depth_is_no_trouble(join):
    deep = b"[" * 900 + b"]" * 900
    left = b'{"id":"a","x":{"made_by":{"verb":"v"},"y":1},"deep":1}'
    right = b'{"id":"a","x":{"y":true},"deep":%s,"deeper":{"a":%s}}' % (deep, deep)
    words = ("--sections", "x,deep,deeper", "--overwrite-human")
    assert join([left], [right], words=words) == [
        b'{"id":"a","x":{"y":true},"deep":%s,"deeper":{"a":%s}}' % (deep, deep)
    ]


def test_replaced_sections_are_counted(manifest, write, tmp_path):
    left, right = _both(MACHINE)
    write("left.jsonl", left)
    words = ("--with", write("right.jsonl", right), "--sections", "text", "-o", "out.jsonl")
    manifest("join", "-i", "left.jsonl", *words).ok()
    receipt = json.loads((tmp_path / "out.jsonl.run.json").read_bytes())
    assert receipt["counts"]["replaced"] == 1


def test_section_that_is_nowhere_is_refused_and_holds_nothing_against_the_right_one(
    manifest, write, tmp_path
):
    write("left.jsonl", [b'{"id":"a"}'])
    given = ("-i", "left.jsonl", "--with", write("right.jsonl", [b'{"id":"a","texts":1}']))
    words = ("join", *given, "-o", "out.jsonl", "--sections")
    refused = manifest(*words, "text,txets")

    assert refused.status == 2
    assert "no record of --with has: txets" in refused.stderr
    manifest(*words, "text,texts").ok()
    assert (tmp_path / "out.jsonl").read_bytes() == b'{"id":"a","texts":1}\n'


def test_section_of_the_protocol_may_be_in_no_record(join):
    left = [b'{"id":"a"}']
    assert join(left, [b'{"id":"a"}'], words=("--sections", "text")) == left
    assert join(left, [], words=("--sections", "own")) == left


# --- Measures of assets --------------------------------------------------------------------------


def _pictured(identity, uri, sha256=None, **sections):
    image = {"uri": uri, "media_type": "image/png", "made_by": MACHINE}
    if sha256 is not None:
        image["sha256"] = sha256 * 64
    return {"id": identity, "assets": {"image": image}, **sections}


def _measured():
    return {
        "faces": {"image": {"items": [], "made_by": MACHINE}},
        "verdicts": {
            "quality": {"passed": True, "of": "image", "made_by": MACHINE},
            "length": {"passed": True, "made_by": MACHINE},
        },
        "gaze": {"of": "image"},
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "is_same"),
    [
        (("a.png",), ("a.png",), True),
        (("a.png",), ("b.png",), False),
        (("a.png", "1"), ("b.png", "1"), True),
        (("a.png", "1"), ("a.png", "2"), False),
        (("a.png", "1"), ("a.png",), True),
    ],
)
def test_measures_of_another_asset_stay_behind(manifest, write, ours, theirs, is_same):
    write("left.jsonl", [_pictured("a", *ours)])
    write("right.jsonl", [_pictured("a", *theirs, **_measured())])
    done = manifest("join", "-i", "left.jsonl", "--with", "right.jsonl").ok()
    record = orjson.loads(done.stdout)

    assert ("faces" in record, "gaze" in record) == (is_same, is_same)
    assert set(record["verdicts"]) == ({"quality", "length"} if is_same else {"length"})
    assert ("measures of other assets left behind: 3" in done.stderr) != is_same


def test_asset_that_is_replaced_takes_its_measures_with_it(join):
    left = [_pictured("a", "old.png", **_measured())]
    right = [_pictured("a", "new.png", faces={"image": {"items": [], "found": "new"}})]
    words = ("--sections", "assets,faces")
    (record,) = map(orjson.loads, join(left, right, words=words))

    assert record["assets"]["image"]["uri"] == "new.png"
    assert record["faces"]["image"]["found"] == "new"
    assert set(record["verdicts"]) == {"length"}
    assert "gaze" not in record


@pytest.mark.parametrize("assets", [{"image": None}, {"image": 7}, {"other": {}}, None])
def test_asset_that_is_none_makes_no_measure_outdated(join, assets):
    left = [_pictured("a", "old.png", **_measured())]
    (record,) = map(orjson.loads, join(left, [{"id": "a", "assets": assets, "n": 1}]))
    assert record["faces"] == left[0]["faces"]
    assert record["n"] == 1


# --- Wrong input ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (b'{"id":"a","faces":{},"faces":{}}', b'{"id":"a","faces":{"x":{"items":[]}}}'),
        (b'{"id":"a"}', b'{"id":"a","zxqv":1,"zxqv":2}'),
    ],
    ids=["left", "right"],
)
def test_member_that_stands_twice_rejects_the_record(join, tmp_path, left, right):
    assert join([left], [right]) == []
    assert reasons(tmp_path) == ["duplicate-key"]
    assert "zxqv" not in orjson.loads((tmp_path / "bad.jsonl").read_bytes())["message"]


@pytest.mark.parametrize("side", ["left", "right"])
def test_section_of_entries_that_is_none_rejects_the_record(join, tmp_path, side):
    good, bad = {"id": "a", "faces": {"x": {"items": []}}}, {"id": "a", "faces": 7}
    join(*([bad], [good]) if side == "left" else ([good], [bad]))
    assert reasons(tmp_path) == ["invalid-section"]


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ([{"id": "a"}, {"id": "a"}, {"id": "b"}, {"id": "a"}], "id came before: 2"),
        ([{"id": "a"}, b"oops"], "no valid record at byte 11: "),
        ([{"id": ""}], "no valid record at byte 0: "),
        ([b'{"id":"%s"}' % (b"x" * 99)], "--with has a line over 50 bytes, at byte 0"),
    ],
)
def test_manifest_on_the_right_that_is_not_valid_ends_the_run(
    manifest, write, tmp_path, right, said
):
    write("left.jsonl", [])
    words = ("--with", write("right.jsonl", right), "--max-line-bytes", 50, "-o", "out.jsonl")
    done = manifest("join", "-i", "left.jsonl", *words)
    assert done.status == 1
    assert said in done.stderr
    assert not (tmp_path / "out.jsonl").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--with", "none.jsonl"), "cannot be read"),
        (("--with", "."), "is a directory"),
        (("--with", "left.jsonl", "--sections", "text,id"), "no section: id"),
        (("--with", "left.jsonl", "--sections", ""), "--sections is not a list"),
        (("--with", "left.jsonl", "-o", "left.jsonl"), "the output is also an input"),
        (("--with", "right.jsonl", "-o", "right.jsonl"), "the output is also an input"),
        ((), "--with"),
    ],
)
def test_command_that_cannot_be_is_refused(manifest, write, words, said):
    write("left.jsonl", [{"id": "a"}])
    write("right.jsonl", [{"id": "a"}])
    done = manifest("join", "-i", "left.jsonl", *words)
    assert done.status == 2
    assert said in done.stderr


def test_manifest_that_changes_while_it_is_read_ends_the_run(tmp_path):
    path = tmp_path / "right.jsonl"
    path.write_bytes(b'{"id":"a"}\n{"id":"b"}\n')
    right = Right(path, 99)
    found = right.find("b")
    assert found is not None
    assert found.line == b'{"id":"b"}'
    for content in (b'{"id":"x"}\n{"id":"y"}\n', b""):
        path.write_bytes(content)
        with pytest.raises(ManifestError, match="changed while it was read"):
            right.find("b")
    right.close()


# --- Among other commands ------------------------------------------------------------------------


def test_audit_follows_a_join_to_all_it_read(manifest, write, tmp_path):
    for name in ("left", "right"):
        write(f"{name}-raw.jsonl", [{"id": f"r{n}", name: n} for n in range(9)])
        manifest("validate", "-i", f"{name}-raw.jsonl", "-o", f"{name}.jsonl").ok()
    manifest("join", "-i", "left.jsonl", "--with", "right.jsonl", "-o", "out.jsonl").ok()
    names = ("left-raw.jsonl", "right-raw.jsonl", "left.jsonl", "right.jsonl", "out.jsonl")
    assert b"5 manifests are what their receipts say" in manifest("audit", *names).ok().stdout

    write("right.jsonl", [{"id": "r0", "right": 7}])
    done = manifest("audit", *names)
    assert done.status == 1
    assert b"right.jsonl" in done.stdout
    write("right-raw.jsonl", [{"id": "r0", "right": 7}])
    manifest("validate", "-i", "right-raw.jsonl", "-o", "right.jsonl", "--restart", "always").ok()
    said = manifest("audit", *names).stdout
    assert b"a file of --with is none of the manifests given, or was edited since" in said


def test_another_manifest_on_the_right_is_another_run(manifest, write):
    write("left.jsonl", [{"id": "a"}])
    words = ("join", "-i", "left.jsonl", "--with", write("right.jsonl", [{"id": "a"}]))
    manifest(*words, "-o", "out.jsonl").ok()
    assert manifest(*words, "-o", "out.jsonl").ok().stderr == "up to date\n"
    write("right.jsonl", [{"id": "a", "n": 1}])
    assert "--with[0]" in manifest(*words, "-o", "out.jsonl").stderr


def test_join_that_was_killed_remembers_what_was_matched(zygote, manifest, write, tmp_path):
    write("left.jsonl", [{"id": f"r{n}", "x": "y" * 2000} for n in range(3000)])
    write("right.jsonl", [{"id": f"r{n}", "n": n} for n in range(3010)])
    words = ("join", "-i", "left.jsonl", "--with", "right.jsonl", "--checkpoint-seconds", 0)
    whole = manifest(*words).ok()
    fault = Fault(WRITES, "*out.jsonl.journal", 5)
    done = zygote.run(MANIFEST, *words, "-o", "out.jsonl", folder=tmp_path, disk=Plan([fault]))
    assert done.status == 128 + signal.SIGKILL
    again = manifest(*words, "-o", "out.jsonl").ok().stderr

    assert re.search("going on after [1-9]", again)
    assert "none was joined with: 10" in again
    assert (tmp_path / "out.jsonl").read_bytes() == whole.stdout
