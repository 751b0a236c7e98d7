"""What a verb does not make passes through it byte for byte, in order."""

import json

import orjson
import pytest
from cases import DERIVE, FILTER, MAP, good_lines, join, of_kind
from sections import example

PASSING = of_kind(MAP, FILTER)
READING = of_kind(MAP, FILTER, DERIVE)


def _by_id(lines):
    return {orjson.loads(line)["id"]: line for line in lines}


def _ids(content):
    return [orjson.loads(line)["id"] for line in content.splitlines()]


@pytest.mark.parametrize("case", PASSING, ids=str)
def test_line_is_kept_and_only_appended_to(case, first):
    sources = _by_id(good_lines(case))
    lines = [*first.left.output.splitlines(), *(first.left.dropped or b"").splitlines()]

    assert len(lines) == len(sources)
    for identity, line in _by_id(lines).items():
        source = sources[identity]
        brace = source.rindex(b"}")
        assert line.startswith(source[:brace]), identity
        assert line.endswith(source[brace:]), identity
        if not case.spec["writes"] and not case.spec["edits"]:
            assert line == source


@pytest.mark.parametrize("case", PASSING, ids=str)
def test_sections_that_were_asked_for_are_written(case, first):
    for line in first.left.output.splitlines():
        assert set(case.spec["writes"]) <= orjson.loads(line).keys()


@pytest.mark.parametrize("case", READING, ids=str)
def test_order_out_is_order_in(case, first):
    order = [orjson.loads(line)["id"] for line in good_lines(case)]
    for content in (first.left.output, first.left.dropped or b""):
        parents = [
            orjson.loads(line).get("parent", orjson.loads(line)["id"])
            for line in content.splitlines()
        ]
        assert [order.index(name) for name in parents] == sorted(map(order.index, parents))


@pytest.mark.parametrize("case", of_kind(DERIVE), ids=str)
def test_derived_record_inherits_what_it_does_not_make(case, first):
    sources = _by_id(good_lines(case))
    made = {"id", "parent", *case.spec["writes"]}

    for line in first.left.output.splitlines():
        record = orjson.loads(line)
        parent = sources[record["parent"]]
        assert record["id"].startswith(f"{record['parent']}/")
        for name, value in orjson.loads(parent).items():
            assert name in made or record[name] == value
        for spelling in (
            b"1.50e+02,-0.0,1E-7,0.10,12345678901234567890",
            b'"x-\\u00e9":"\\u00e9\\/"',
        ):
            assert (spelling in line) == (spelling in parent)


@pytest.mark.parametrize("case", READING, ids=str)
def test_ids_of_the_output_are_unique(first):
    ids = _ids(first.left.output)

    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("case", READING, ids=str)
def test_mark_carriage_returns_and_missing_last_newline_are_read_and_not_written(case, trial):
    lines = good_lines(case)
    plain, foreign = trial.data / "plain.jsonl", trial.data / "foreign.jsonl"
    plain.write_bytes(join(lines))
    foreign.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    trial.run_to_file(source=plain, output=trial.work / "plain.jsonl").ok()
    trial.run_to_file(source=foreign, output=trial.work / "foreign.jsonl").ok()
    expected, found = (
        trial.left(trial.work / "plain.jsonl"),
        trial.left(trial.work / "foreign.jsonl"),
    )

    assert found.output == expected.output
    assert found.dropped == expected.dropped
    assert found.counts["rejected"] == 0


@pytest.mark.parametrize("case", READING, ids=str)
def test_every_line_of_the_output_is_one_object(first):
    content = first.left.output

    assert content.endswith(b"\n")
    for line in content[:-1].split(b"\n"):
        assert isinstance(json.loads(line), dict)


def _value(name):
    return '"r0"' if name == "id" else example(name)


@pytest.mark.parametrize("case", READING, ids=str)
def test_member_that_is_read_or_written_may_not_stand_twice(case, trial):
    names = dict.fromkeys(["id", *case.spec["needs"], *case.spec["reads"], *case.spec["writes"]])
    line = good_lines(case)[0]
    added = {name: f',"{name}":{_value(name)}'.encode() for name in names}
    doubled = [line[:-1] + one + one + b"}" for one in added.values()]
    source = trial.data / "doubled.jsonl"
    source.write_bytes(join(doubled))
    trial.run_to_file(source=source).ok()

    assert trial.left().receipt["rejected_by_reason"] == {"duplicate-key": len(names)}
