"""What the shared options mean, in every verb that has them."""

import hashlib
import json

import orjson
import pytest
from cases import DERIVE, FILTER, MAP, SINK, case_named, cases, good_lines, join, of_kind
from sections import KEYED

WRITING = cases(lambda c: c.has("--existing") and c.spec["writes"])
NEEDING = cases(lambda c: c.reads_manifest and c.spec["needs"])
PASSING_MISSING = cases(lambda c: c.has("--pass-missing"))


@pytest.fixture
def made(trial, first):
    """A manifest of records that have the sections already that the case writes."""
    path = trial.data / "made.jsonl"
    path.write_bytes(first.left.output)
    return path


# --- Sections that are there already -------------------------------------------------------------


@pytest.mark.parametrize("case", WRITING, ids=str)
def test_existing_section_is_replaced_and_counted(case, trial, first, made):
    trial.run_to_file("--existing", "replace", source=made).ok()
    left = trial.left()

    assert left.counts["replaced"] == first.left.counts["written"] * len(case.spec["writes"])
    if case.is_deterministic:
        assert left.output == first.left.output


@pytest.mark.parametrize("case", WRITING, ids=str)
def test_existing_section_is_kept(trial, first, made):
    trial.run_to_file("--existing", "keep", source=made).ok()
    left = trial.left()

    assert left.output == first.left.output
    assert left.counts["replaced"] == 0


@pytest.mark.parametrize("case", WRITING, ids=str)
def test_existing_section_rejects_its_record(trial, first, made):
    trial.run_to_file("--existing", "reject", source=made).ok()
    left = trial.left()

    assert left.output == b""
    assert left.receipt["rejected_by_reason"] == {"section-exists": first.left.counts["written"]}


def _as_people_made(line, names):
    record = orjson.loads(line)
    for name in names:
        for entry in record[name].values() if name in KEYED else [record[name]]:
            entry.pop("made_by", None)
    return orjson.dumps(record)


@pytest.mark.parametrize("case", WRITING, ids=str)
def test_sections_of_people_are_protected(case, trial, first, made):
    lines = [_as_people_made(one, case.spec["writes"]) for one in first.left.output.splitlines()]
    made.write_bytes(join(lines))
    trial.run_to_file(source=made).ok()
    left = trial.left()

    assert left.output == b""
    assert left.receipt["rejected_by_reason"] == {"human-section": len(lines)}


@pytest.mark.parametrize("case", WRITING, ids=str)
def test_imported_sections_are_protected(case, trial, first, made):
    verb = f'"verb":"{case.verb}"'.encode()
    made.write_bytes(first.left.output.replace(verb, b'"verb":"import somewhere"'))
    trial.run_to_file(source=made).ok()
    reasons = trial.left().receipt["rejected_by_reason"]

    assert reasons == {"human-section": first.left.counts["written"]}


@pytest.mark.parametrize("case", WRITING, ids=str)
def test_sections_of_people_are_replaced_when_asked_for(case, trial, first, made):
    lines = [_as_people_made(one, case.spec["writes"]) for one in first.left.output.splitlines()]
    made.write_bytes(join(lines))
    trial.run_to_file("--overwrite-human", source=made).ok()

    assert trial.left().counts["rejected"] == 0
    assert trial.left().counts["replaced"] == len(lines) * len(case.spec["writes"])


# --- Sections that are missing -------------------------------------------------------------------


@pytest.mark.parametrize("case", NEEDING, ids=str)
def test_missing_section_rejects_its_record(case, trial):
    complete = orjson.loads(good_lines(case)[0])
    source = trial.data / "missing.jsonl"
    lacking = [
        {name: value for name, value in complete.items() if name != gone}
        for gone in case.spec["needs"]
    ]
    source.write_bytes(join([*good_lines(case), *map(orjson.dumps, lacking)]))
    trial.run_to_file(source=source).ok()
    rejects = map(orjson.loads, trial.left().rejects.splitlines())

    assert [(r["reason"], r["message"]) for r in rejects] == [
        ("missing-section", f"the section is absent: /{name}") for name in case.spec["needs"]
    ]


@pytest.mark.parametrize("case", PASSING_MISSING, ids=str)
def test_missing_section_is_passed_on_when_asked_for(case, trial):
    lines = [b'{ "id":"a" }', b'{"id":"b","x":1.0}', b'{"id":"c","%s":null}' % _need(case)]
    source = trial.data / "missing.jsonl"
    source.write_bytes(join(lines))
    done = trial.run("--pass-missing", source=source).ok()

    assert done.stdout == join(lines)


def _need(case):
    return case.spec["needs"][0].encode()


# --- Rejects -------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", cases(), ids=str)
def test_too_many_rejects_hold_the_output_back_until_they_are_tolerated(trial, first):
    refused = trial.run_to_file("--max-rejects", "0")
    held = trial.left()
    rejected = first.left.counts["rejected"]

    assert (refused.status, held.output, held.receipt) == (3, None, None)
    assert held.rejects == first.left.rejects
    assert f"--max-rejects {rejected}" in refused.stderr
    assert "Traceback" not in refused.stderr

    trial.run_to_file("--max-rejects", rejected).ok()

    assert trial.left() == first.left
    assert trial.left().receipt["resumed"] == 1
    assert trial.left().counts == first.left.counts


def test_output_held_back_is_published_without_computing_again(try_case):
    trial = try_case(case_named("toy sum-up"))
    assert trial.run_to_file("--max-rejects", "0").status == 3
    done = trial.run_to_file("--max-rejects", "100%", "--delay", "60")

    assert done.status == 0


@pytest.mark.parametrize(("tolerance", "status"), [("9", 0), ("8", 3), ("30%", 0), ("29.9%", 3)])
def test_tolerance_is_a_number_or_a_share(try_case, tolerance, status):
    trial = try_case(case_named("toy shout"))
    source = trial.data / "ten.jsonl"
    good = 21
    source.write_bytes(join([*good_lines(trial.case, good), *[b"{"] * 9]))

    assert trial.run_to_file("--max-rejects", tolerance, source=source).status == status


@pytest.mark.parametrize("tolerance", ["-1", "many", "101%", "-1%", "", "nan%"])
def test_tolerance_that_is_none_is_a_mistake_of_usage(try_case, tolerance):
    done = try_case(case_named("toy shout")).run_to_file("--max-rejects", tolerance)

    assert done.status == 2
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", cases(), ids=str)
def test_tolerance_on_a_pipe_needs_a_place_for_the_rejects(trial):
    done = trial.run("--max-rejects", "100%")

    assert (done.status, done.stdout) == (2, b"")
    assert "--rejects" in done.stderr


# --- The others ----------------------------------------------------------------------------------


@pytest.mark.parametrize("case", of_kind(FILTER), ids=str)
def test_mark_drops_nothing(case, trial, first):
    trial.run_to_file("--mark").ok()
    left = trial.left()
    good = [orjson.loads(line)["id"] for line in good_lines(case)]
    failed = sum(
        any(verdict["passed"] is False for verdict in orjson.loads(line)["verdicts"].values())
        for line in left.output.splitlines()
    )

    assert left.dropped == b""
    assert [orjson.loads(line)["id"] for line in left.output.splitlines()] == good
    assert failed == first.left.counts["dropped"]


@pytest.mark.parametrize("case", of_kind(FILTER), ids=str)
def test_dropped_record_carries_its_verdict(first):
    for line in first.left.dropped.splitlines():
        (verdict,) = orjson.loads(line)["verdicts"].values()
        assert verdict["passed"] is False
        assert verdict["reason"] in first.left.receipt["dropped_by_reason"]


@pytest.mark.parametrize("case", cases(), ids=str)
def test_variables_set_options_of_execution_and_no_others(trial, first):
    variables = {
        "AFFECTORY_MAX_REJECTS": "100%",
        "AFFECTORY_CHECKPOINT_SECONDS": "0.25",
        "AFFECTORY_LIMIT": "1",
        "AFFECTORY_BACKEND": "none-such",
        "AFFECTORY_SEED": "9",
        "AFFECTORY_EXISTING": "reject",
        "AFFECTORY_MAX_LINE_BYTES": "3",
        "AFFECTORY_SHARD": "1/9",
        "AFFECTORY_MARK": "1",
    }
    trial.run("-o", trial.output, variables=variables).ok()

    assert trial.left() == first.left
    execution = trial.left().receipt["options"]["execution"]
    assert json.loads(execution["checkpoint_seconds"]) == 0.25


@pytest.mark.parametrize("case", cases(), ids=str)
def test_dry_run_writes_nothing(trial, first):
    before = {path: path.stat().st_mtime_ns for path in trial.data.parent.rglob("*")}
    trial.run_to_file("--dry-run").ok()

    assert {path: path.stat().st_mtime_ns for path in trial.data.parent.rglob("*")} == before


def test_dry_run_beside_an_earlier_run_writes_nothing(try_case):
    trial = try_case(case_named("toy shout"))
    assert trial.run_to_file("--max-rejects", "0").status == 3
    before = {p: p.stat().st_mtime_ns for p in trial.work.rglob("*")}
    done = trial.run_to_file("--dry-run").ok()

    assert "would go on after 19" in done.stderr
    assert {p: p.stat().st_mtime_ns for p in trial.work.rglob("*")} == before


@pytest.mark.parametrize("case", cases(lambda c: c.has("--batch-size")), ids=str)
def test_line_over_the_limit_is_rejected_with_its_digest(case, trial):
    long = b'{"id":"long","x":"%s"}' % (b"y" * 100_000)
    source = trial.data / "long.jsonl"
    first, *others = good_lines(case, 4)
    source.write_bytes(join([first, long, *others]))
    trial.run_to_file("--max-line-bytes", "50000", source=source).ok()
    (reject,) = map(orjson.loads, trial.left().rejects.splitlines())

    assert (reject["reason"], reject["length"]) == ("line-too-long", len(long))
    assert reject["sha256"] == hashlib.sha256(long).hexdigest()
    assert trial.left().counts["read"] == 5


@pytest.mark.parametrize("case", of_kind(MAP, FILTER, DERIVE, SINK), ids=str)
def test_option_out_of_its_range_is_a_mistake_of_usage(trial):
    for words in (["--batch-size", "0"], ["--limit", "-1"], ["--restart", "sometimes"]):
        done = trial.run_to_file(*words)
        assert (done.status, trial.left().output) == (2, None)
        assert "Traceback" not in done.stderr
