"""`manifest diff`: records that came, went, or hold other values."""

import orjson
import pytest


@pytest.fixture
def diff(manifest, tmp_path):
    """Compare two manifests; gives the exit status, what differs, and what was said."""

    def diff(before, after):
        for name, lines in (("before.jsonl", before), ("after.jsonl", after)):
            (tmp_path / name).write_bytes(b"".join(line + b"\n" for line in lines))
        done = manifest("diff", "before.jsonl", "after.jsonl")
        found = [tuple(orjson.loads(line).values()) for line in done.stdout.splitlines()]
        return done.status, found, done.stderr

    return diff


def test_order_and_spelling_make_no_difference(diff):
    before = [b'{"id":"a","x":[1,"\\u0061"]}', b'{"id":"b"}']
    after = [b'{ "id":"b" }', b'{"x": [1, "a"], "id":"a"}']
    assert diff(before, after) == (0, [], "")


def test_records_that_came_went_or_changed_are_told_in_order(diff):
    before = [b'{"id":"a"}', b'{"id":"b","x":1,"y":{"z":1},"w":1}', b'{"id":"c"}']
    after = [b'{"id":"e"}', b'{"id":"b","v":null,"y":{"z":2},"w":1}', b'{"id":"c"}', b'{"id":"d"}']
    status, found, said = diff(before, after)

    assert status == 1
    assert found == [
        ("a", "removed", []),
        ("b", "changed", ["x", "y", "v"]),
        ("e", "added", []),
        ("d", "added", []),
    ]
    assert said == "error: records differ: 1 removed, 1 changed, 2 added\n"


@pytest.mark.parametrize("number", [0, 1])
def test_null_is_not_absent(diff, number):
    both = [[b'{"id":"a"}'], [b'{"id":"a","x":null}']]
    assert diff(both[number], both[1 - number])[1] == [("a", "changed", ["x"])]


def test_true_is_not_one_and_depth_is_no_trouble(diff):
    deep = b"[" * 900 + b"]" * 900
    before = [b'{"id":"a","x":true,"y":1}', b'{"id":"b","x":1,"deep":' + deep + b"}"]
    after = [b'{"id":"a","x":1,"y":1}', b'{"id":"b", "x":1,"deep":' + deep + b"}"]
    found = diff(before, after)[1]
    assert found[0] == ("a", "changed", ["x"])
    assert found[1:] == [("b", "changed", ["deep"])]  # like nothing else, as its line is another


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([b'{"id":"a"}', b'{"id":"a"}'], "id came before: 1"),
        ([b'{"id":"a"}', b"oops"], "no valid record at byte 11"),
    ],
)
@pytest.mark.parametrize("number", [0, 1])
def test_manifest_that_is_not_valid_ends_it(diff, lines, said, number):
    good = [b'{"id":"a"}']
    status, found, stderr = diff(*([lines, good] if number == 0 else [good, lines]))
    assert (status, found) == (1, [])
    assert said in stderr


@pytest.mark.parametrize("name", ["none.jsonl", ".", "/dev/null"])
def test_what_is_no_file_is_refused(manifest, tmp_path, name):
    (tmp_path / "a.jsonl").write_bytes(b'{"id":"a"}\n')
    assert manifest("diff", "a.jsonl", name).status == 2
    assert manifest("diff", name, "a.jsonl").status == 2
