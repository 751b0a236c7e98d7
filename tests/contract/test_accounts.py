"""Every record is accounted for exactly once, and the receipt proves it."""

import hashlib
import re
from collections import Counter

import orjson
import pytest
from cases import DERIVE, FILTER, MAP, SINK, SOURCE, case_named, cases, good_lines, join, of_kind
from commands import MANIFEST
from sections import KEYED

READING = cases(lambda c: c.reads_manifest)
DIGEST = re.compile(r"[0-9a-f]{16}")


@pytest.mark.parametrize("case", cases(), ids=str)
def test_sums_hold(first):
    c = first.left.counts

    assert c["read"] == c["passed"] + c["consumed"] + c["dropped"] + c["rejected"] > 0
    assert c["written"] == c["passed"] + c["produced"]


@pytest.mark.parametrize("case", cases(), ids=str)
def test_counts_are_the_lines_of_the_streams(case, first):
    left = first.left

    assert left.counts["rejected"] == len(left.rejects.splitlines())
    assert left.counts["dropped"] == len((left.dropped or b"").splitlines())
    if case.kind != SINK:
        assert left.counts["written"] == len(left.output.splitlines())


@pytest.mark.parametrize("case", cases(), ids=str)
def test_case_shows_a_reject_and_a_result(case, first):
    """So that the other tests of this suite speak of something."""
    assert first.left.counts["rejected"] > 0
    assert first.left.output
    if case.kind == FILTER:
        assert first.left.counts["dropped"] > 0


@pytest.mark.parametrize("case", READING, ids=str)
def test_every_line_that_is_not_blank_was_read(first):
    assert first.left.counts["read"] == sum(bool(line.strip()) for line in first.trial.lines)


@pytest.mark.parametrize("case", READING, ids=str)
def test_rejects_are_the_broken_lines_with_place_and_reason(case, first):
    good = set(good_lines(case))
    broken = [line for line in first.trial.lines if line.strip() and line not in good]
    content = first.trial.input.read_bytes()
    rejects = [orjson.loads(line) for line in first.left.rejects.splitlines()]

    assert len(rejects) == len(broken)
    for reject, line in zip(rejects, broken, strict=True):
        assert content[reject["offset"] :][: reject["length"]] == line
        assert (reject["tool"], reject["verb"]) == (case.command.name, case.verb)
        assert reject.get("line", "").encode() == line or "line_base64" in reject
    assert Counter(r["reason"] for r in rejects) == first.left.receipt["rejected_by_reason"]


@pytest.mark.parametrize("case", READING, ids=str)
def test_retry_gives_the_original_bytes_back(case, first, zygote, tmp_path):
    path = f"{first.trial.output}.rejects.jsonl"
    again = zygote.run(MANIFEST, "retry", path, folder=tmp_path).ok().stdout
    good = set(good_lines(case))

    assert again == join(line for line in first.trial.lines if line.strip() and line not in good)


@pytest.mark.parametrize("case", of_kind(MAP, FILTER, DERIVE), ids=str)
def test_no_good_record_is_lost(case, first):
    lines = [*first.left.output.splitlines(), *(first.left.dropped or b"").splitlines()]
    records = map(orjson.loads, lines)
    found = {record.get("parent", record["id"]) for record in records}

    assert found == {orjson.loads(line)["id"] for line in good_lines(case)}


@pytest.mark.parametrize("case", of_kind(SINK), ids=str)
def test_sink_consumes_every_good_record(case, first):
    assert first.left.counts["consumed"] == len(good_lines(case))


@pytest.mark.parametrize("case", of_kind(MAP, FILTER, DERIVE), ids=str)
def test_side_streams_are_made_even_when_they_are_empty(case, trial):
    source = trial.data / "empty.jsonl"
    source.write_bytes(b"")
    trial.run_to_file("--max-rejects", "0", source=source).ok()
    left = trial.left()

    assert left.rejects == b""
    assert left.dropped == (b"" if case.kind == FILTER else None)
    assert left.counts["read"] == 0
    assert left.output is not None


@pytest.mark.parametrize("case", of_kind(SINK), ids=str)
def test_sink_of_nothing_is_written_or_refused_in_words(trial):
    source = trial.data / "empty.jsonl"
    source.write_bytes(b"")
    done = trial.run_to_file(source=source)

    assert done.status == 0 or (done.status in {1, 2} and done.stderr.startswith("error: "))


@pytest.mark.parametrize("case", of_kind(SOURCE), ids=str)
def test_source_has_a_stream_for_what_it_drops(first):
    assert first.left.dropped is not None


@pytest.mark.parametrize("case", cases(), ids=str)
def test_nothing_else_is_left_beside_the_output(case, first):
    names = {path.name for path in first.trial.work.iterdir()} - {"assets"}
    dropped = {"out.jsonl.dropped.jsonl"} if case.kind in {FILTER, SOURCE} else set()

    own = {f"out.jsonl{suffix}" for suffix in case.beside}

    assert names == {"out.jsonl", "out.jsonl.rejects.jsonl", "out.jsonl.run.json", *dropped, *own}


@pytest.mark.parametrize("case", cases(), ids=str)
def test_receipt_holds_digest_and_size_of_every_stream(first):
    left = first.left
    streams = {"output": left.output, "rejects": left.rejects, "dropped": left.dropped}
    recorded = {one["name"]: one for one in left.receipt["outputs"]}

    assert recorded.keys() == {name for name, content in streams.items() if content is not None}
    for name, one in recorded.items():
        assert one["sha256"] == hashlib.sha256(streams[name]).hexdigest()
        assert one["bytes"] == len(streams[name])


@pytest.mark.parametrize("case", READING, ids=str)
def test_receipt_holds_digest_and_size_of_the_input(first):
    content = first.trial.input.read_bytes()
    read = first.left.receipt["inputs"][0]

    assert read["name"] == "input"
    assert (read["sha256"], read["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))


@pytest.mark.parametrize("case", cases(), ids=str)
def test_receipt_says_what_ran_and_how_it_ended(case, first):
    receipt = first.left.receipt

    assert (receipt["tool"], receipt["verb"]) == (case.command.name, case.verb)
    assert (receipt["kind"], receipt["backend"]) == (case.kind, case.backend)
    assert receipt["behaviour"] == case.spec["behaviour"]
    assert (receipt["ended"], receipt["resumed"], receipt["protocol"]) == ("finished", 0, 1)
    if case.backend:
        assert receipt["licence"] == case.spec["backends"][case.backend]["licence"]


@pytest.mark.parametrize("case", cases(), ids=str)
def test_every_option_stands_in_the_receipt_by_its_class(case, first):
    paths = {"input", "output", "rejects", "dropped", "receipt", "roots", "assets", "references"}
    for option in case.spec["options"]:
        is_path = option["file"] or option["schema"].get("format") == "path"
        if not is_path and option["name"] not in paths:  # a receipt names no files
            assert option["name"] in first.left.receipt["options"][option["class"]]


@pytest.mark.parametrize("case", cases(lambda c: c.spec["writes"] and c.kind != SINK), ids=str)
def test_what_is_made_says_by_whom(case, first):
    records = [orjson.loads(line) for line in first.left.output.splitlines()]
    digests = set()
    for record in records:
        for name in case.spec["writes"]:
            if name not in record:
                continue
            entries = record[name].values() if name in KEYED else [record[name]]
            makers = [entry["made_by"] for entry in entries]
            ours = [m for m in makers if m["tool"] == case.command.name]
            assert ours, name
            for maker in ours:
                assert (maker["verb"], maker["behaviour"]) == (case.verb, case.spec["behaviour"])
                assert maker.get("backend") == case.backend
                assert DIGEST.fullmatch(maker["read"])
                digests.add(maker["options"])

    (options,) = digests
    assert DIGEST.fullmatch(options)


READ = {
    "the first": ('{"id":"a","text":{"content":"x"}}', True),
    "another id": ('{"id":"b","text":{"content":"x"}}', True),
    "another spelling": ('{ "id" : "c" , "text" : {"content":"\\u0078"} }', True),
    "another member that is not read": ('{"id":"d","x":1,"text":{"content":"x"}}', True),
    "another text": ('{"id":"e","text":{"content":"y"}}', False),
    "another field of the text": ('{"id":"f","text":{"content":"x","language":"en"}}', False),
}


@pytest.mark.parametrize(("line", "same"), READ.values(), ids=READ)
def test_digest_of_what_was_read_speaks_of_that_alone(try_case, line, same):
    trial = try_case(case_named("toy shout"))
    trial.input.write_text(f"{READ['the first'][0]}\n{line}\n", "utf-8")
    made = trial.run().ok().stdout.splitlines()
    digests = {orjson.loads(one)["labels"]["made_by"]["read"] for one in made}

    assert len(digests) == (1 if same else 2)


def test_digest_of_options_speaks_of_result_options_alone(try_case):
    trial = try_case(case_named("toy shout"))
    trial.input.write_text('{"id":"a","text":{"content":"x"}}\n', "utf-8")

    def digest(*words):
        (line,) = trial.run(*words).ok().stdout.splitlines()
        return orjson.loads(line)["labels"]["made_by"]["options"]

    assert digest() == digest("--word", "joy") == digest("--delay", "0.01", "--batch-size", "9")
    assert digest() == digest("--limit", "1") == digest("--shard", "1/1")
    assert digest() != digest("--word", "fear")
    assert digest() != digest("--existing", "keep")


@pytest.mark.parametrize("case", cases(), ids=str)
def test_audit_finds_nothing(case, first, zygote, tmp_path):
    default = first.trial.data / ("pictures" if case.verb == "import images" else "")
    roots = ["--root", default, "--root", f"assets={first.trial.work / 'assets'}"]

    zygote.run(MANIFEST, "audit", first.trial.output, *roots, folder=tmp_path).ok()


@pytest.mark.parametrize("case", of_kind(DERIVE), ids=str)
def test_assets_lie_under_the_digest_of_their_content(first):
    assert first.left.assets
    for name, content in first.left.assets.items():
        digest = hashlib.sha256(content).hexdigest()
        assert name.partition(".")[0] == f"{digest[:2]}/{digest}"
