"""`manifest split`: what belongs together gets one split, shares are met, and it is read back."""

import json
from collections import Counter
from itertools import combinations

import orjson
import pytest
from affectory_protocol.cli.overlap import Overlap
from affectory_protocol.cli.parts import parse_shares
from affectory_protocol.cli.split import Choices, Conflicts, Splitter, Ungrouped
from affectory_protocol.errors import ManifestError
from affectory_protocol.settings import Existing
from affectory_protocol.writing import Signature
from hypothesis import given
from hypothesis import strategies as st

MACHINE = {"tool": "m", "verb": "v", "behaviour": 1, "options": "0" * 16, "read": "0" * 16}
SIGNED = {name: value for name, value in MACHINE.items() if name != "read"}
TOLERANT = ("--rejects", "bad.jsonl", "--max-rejects", "100%")


def record(identity, split=None, *, made_by=None, **groups):
    source = {"dataset": "d", "groups": groups}
    if split is not None:
        source["split"] = split
    if made_by is not None:
        source["split_made_by"] = made_by
    return {"id": identity, "source": source}


@pytest.fixture
def write(tmp_path):
    def write(name, records):
        (tmp_path / name).write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in records))
        return name

    return write


@pytest.fixture
def split(manifest, write):
    """Split records by their text; gives id to split."""

    def split(records, *words, by="text"):
        done = manifest("split", write("in.jsonl", records), "--by", by, *words).ok()
        return splits_of(done.stdout)

    return split


def splits_of(content):
    records = [orjson.loads(line) for line in content.splitlines()]
    return {one["id"]: one["source"]["split"] for one in records}


def reasons(folder):
    lines = (folder / "bad.jsonl").read_bytes().splitlines()
    return Counter(orjson.loads(line)["reason"] for line in lines)


# --- What belongs together -----------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_records_that_share_a_value_get_one_split(split, seed):
    found = split([record(f"r{n}", text=f"t{n % 40}") for n in range(200)], "--seed", seed)
    assert all(found[f"r{n}"] == found[f"r{n % 40}"] for n in range(200))
    assert set(found.values()) == {"train", "validation", "test"}


def _chain(number):
    """Three records that hang together by a text and a speaker."""
    return [
        record(f"a{number}", text=f"t{number}"),
        record(f"b{number}", text=f"t{number}", speaker=f"s{number}"),
        record(f"c{number}", speaker=f"s{number}"),
    ]


def test_records_that_hang_together_by_a_third_get_one_split(split):
    chains = [one for number in range(30) for one in _chain(number)]
    found = split(chains, by="text,speaker")
    assert [len({found[f"{name}{n}"] for name in "abc"}) for n in range(30)] == [1] * 30


def test_group_that_is_not_named_parts_records(split):
    found = split([record(f"r{n}", text=f"t{n}", corpus="one") for n in range(50)])
    assert len(set(found.values())) == 3


def test_value_of_another_group_is_another_value(split):
    pairs = [record(f"t{n}", text=f"v{n}") for n in range(60)]
    pairs += [record(f"s{n}", speaker=f"v{n}") for n in range(60)]
    found = split(pairs, by="text,speaker")
    assert any(found[f"t{n}"] != found[f"s{n}"] for n in range(60))


def test_manifests_that_share_a_value_are_split_together(manifest, write):
    two = [
        write(f"{name}.jsonl", [record(f"{name}{n}", text=f"t{n}") for n in range(40)])
        for name in "ab"
    ]
    found = splits_of(manifest("split", *two, "--by", "text").ok().stdout)
    assert all(found[f"a{n}"] == found[f"b{n}"] for n in range(40))


# --- Shares --------------------------------------------------------------------------------------


def test_shares_of_single_records_are_met_to_the_record(split):
    found = split([record(f"r{n}", text=f"t{n}") for n in range(1003)])
    assert Counter(found.values()) == {"train": 803, "validation": 100, "test": 100}


def test_shares_are_met_as_nearly_as_small_groups_allow(split):
    sizes = [40, 30, 20, 10, 10, *[2] * 20, *[1] * 50]
    records = [
        record(f"r{k}-{n}", text=f"t{k}") for k, size in enumerate(sizes) for n in range(size)
    ]
    found = split(records, "--shares", "train=1/2,validation=1/4,test=1/4")
    assert Counter(found.values()) == {"train": 100, "validation": 50, "test": 50}


def test_group_larger_than_every_share_goes_where_most_room_is(split):
    assert set(split([record(f"r{n}", text="one") for n in range(9)]).values()) == {"train"}


def test_shares_that_large_groups_make_impossible_are_told_even_quietly(manifest, write):
    records = [record(f"r{n}", text=f"t{max(n, 90)}") for n in range(100)]
    done = manifest("split", write("in.jsonl", records), "--by", "text", "--quiet").ok()
    assert done.stderr.startswith("the shares are missed, by up to 11.0 % of the records")

    records = [record(f"r{n}", text=f"t{n}") for n in range(100)]
    assert manifest("split", write("in.jsonl", records), "--by", "text", "-q").ok().stderr == ""


def test_folds_are_parts_like_any_other(split):
    shares = ",".join(f"fold{n}=0.2" for n in range(5))
    found = split([record(f"r{n}", text=f"t{n}") for n in range(50)], "--shares", shares)
    assert Counter(found.values()) == {f"fold{n}": 10 for n in range(5)}


def test_order_of_records_changes_no_split(split):
    records = [record(f"r{n}", text=f"t{n * n % 61}", speaker=f"s{n % 7}") for n in range(90)]
    assert split(records) == split(records[::-1])


def test_seed_changes_which_records_go_where(split):
    records = [record(f"r{n}", text=f"t{n}") for n in range(90)]
    assert split(records) == split(records, "--seed", 0)
    assert split(records) != split(records, "--seed", 1)


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ("train=0.8,test=0.1", "do not sum to 1"),
        ("train=0.8,test", "not NAME=SHARE: test"),
        ("train=0.8,Test=0.2", "not NAME=SHARE: Test=0.2"),
        ("train=0.5,train=0.5", "twice: train"),
        ("train=x,test=1", "no number: x"),
        ("train=1/0", "no number: 1/0"),
        ("train=1e400000000,test=0", "no number: 1e400000000"),
        ("train=1" + "0" * 40, "no number: 1"),
        ("train=-1,test=2", "not from 0 to 1: -1"),
        ("", "not NAME=SHARE"),
    ],
)
def test_shares_that_make_no_whole_are_refused(manifest, write, shares, said):
    done = manifest("split", write("in.jsonl", []), "--by", "text", "--shares", shares)
    assert done.status == 2
    assert said in done.stderr


@pytest.mark.parametrize("by", ["", "text,", "text,text"])
def test_list_of_groups_that_is_none_is_refused(manifest, write, by):
    done = manifest("split", write("in.jsonl", []), "--by", by)
    assert done.status == 2
    assert "--by is not a list of different names" in done.stderr


# --- What is written -----------------------------------------------------------------------------


def test_split_is_put_into_the_source_and_every_other_byte_stays(manifest, tmp_path):
    lines = [
        b'{"id":"a","source":{"dataset":"d","groups":{"text":"t"}},"x":1.0}',
        b'  { "x" : 1E2, "source" : { "dataset":"d" , "groups":{"text":"t"} } , "id":"b" } ',
        b'{"id":"c","y":{"source":{"dataset":"d"}},"source":{"groups":{"text":"t"},"split":null,"dataset":"\\u0064"}}',
    ]
    (tmp_path / "in.jsonl").write_bytes(b"\n".join(lines))
    done = manifest("split", "in.jsonl", "--by", "text", "--shares", "all=1").ok()
    made = done.stdout.splitlines()
    maker = orjson.dumps(orjson.loads(made[0])["source"]["split_made_by"])
    added = b'"split":"all","split_made_by":'

    assert made[0] == lines[0].replace(b'"t"}}', b'"t"},' + added + maker + b"}")
    read = [orjson.loads(one)["source"]["split_made_by"] for one in made]
    assert made[1] == lines[1].replace(b"} } ,", b"} ," + added + orjson.dumps(read[1]) + b"} ,")
    assert made[2] == lines[2].replace(b"null", b'"all"').replace(
        b"64", b'64","split_made_by":' + orjson.dumps(read[2])
    ).replace(b'}"}', b"}}")


def test_maker_of_the_split_is_told_and_that_of_the_source_stays(manifest, write):
    one = record("a", text="t")
    one["source"]["made_by"] = MACHINE
    done = manifest("split", write("in.jsonl", [one]), "--by", "text").ok()
    source = orjson.loads(done.stdout)["source"]

    assert source["made_by"] == MACHINE
    assert (source["split_made_by"]["tool"], source["split_made_by"]["verb"]) == (
        "manifest",
        "split",
    )


def test_line_that_is_no_record_and_id_seen_before_are_rejected(manifest, tmp_path):
    line = orjson.dumps(record("a", text="t"))
    (tmp_path / "in.jsonl").write_bytes(b"%s\noops\n%s\n" % (line, line))
    manifest("split", "in.jsonl", "--by", "text", *TOLERANT).ok()
    assert reasons(tmp_path) == {"invalid-json": 1, "duplicate-id": 1}


def test_record_without_a_source_is_rejected(manifest, write, tmp_path):
    records = [{"id": "a"}, {"id": "b", "source": None}, {"id": "c", "source": {}}]
    manifest("split", write("in.jsonl", records), "--by", "text", *TOLERANT).ok()
    assert reasons(tmp_path) == {"missing-section": 2, "invalid-section": 1}


def test_record_without_the_groups_is_rejected_or_stands_alone(manifest, write, tmp_path):
    words = ("split", write("in.jsonl", [record(f"r{n}") for n in range(10)]), "--by", "text")
    manifest(*words, *TOLERANT).ok()
    assert reasons(tmp_path) == {"missing-field": 10}

    found = splits_of(manifest(*words, "--ungrouped", "alone").ok().stdout)
    assert Counter(found.values()) == {"train": 8, "validation": 1, "test": 1}


# --- Splits that are there already ---------------------------------------------------------------

OFFICIAL = [record(f"r{n}", "test" if n % 5 == 0 else "train", text=f"t{n}") for n in range(20)]
FREE = [record(f"f{n}", text=f"t{n}") for n in range(20)]


def test_split_of_people_is_protected(manifest, write, tmp_path):
    done = manifest("split", write("in.jsonl", OFFICIAL), "--by", "text", *TOLERANT).ok()
    assert done.stdout == b""
    assert reasons(tmp_path) == {"human-section": 20}


def test_split_of_people_is_replaced_when_asked_for(manifest, write, tmp_path):
    words = ("--by", "text", "--overwrite-human", "-o", "out.jsonl", "--shares", "a=1/2,b=1/2")
    manifest("split", write("in.jsonl", OFFICIAL), *words).ok()
    found = splits_of((tmp_path / "out.jsonl").read_bytes())
    receipt = json.loads((tmp_path / "out.jsonl.run.json").read_bytes())

    assert Counter(found.values()) == {"a": 10, "b": 10}
    assert receipt["counts"]["replaced"] == 20


def test_split_of_a_machine_is_replaced(split):
    records = [record(f"r{n}", "old", made_by=MACHINE, text=f"t{n}") for n in range(10)]
    assert Counter(split(records).values()) == {"train": 8, "validation": 1, "test": 1}


def test_split_of_a_machine_that_wrote_the_source_is_replaced(split):
    one = record("a", "old", text="t")
    one["source"]["made_by"] = MACHINE
    assert split([one]) == {"a": "train"}


def test_split_that_is_there_rejects_its_record_when_asked_for(manifest, write, tmp_path):
    words = ("--by", "text", "--existing", "reject", *TOLERANT)
    made = manifest("split", write("in.jsonl", [*OFFICIAL, *FREE]), *words).ok().stdout
    assert reasons(tmp_path) == {"section-exists": 20}
    assert len(made.splitlines()) == 20


def test_split_that_is_kept_draws_its_group_to_it(split):
    found = split([*FREE, *OFFICIAL], "--existing", "keep")
    assert all(found[f"f{n}"] == found[f"r{n}"] for n in range(20))


def test_record_that_keeps_its_split_passes_byte_for_byte(manifest, write, tmp_path):
    words = ("--by", "text", "--existing", "keep")
    made = manifest("split", write("in.jsonl", OFFICIAL), *words).ok().stdout
    assert made == (tmp_path / "in.jsonl").read_bytes()


def test_records_that_keep_their_split_count_for_the_shares(split):
    fixed = [record(f"r{n}", "train", text=f"t{n}") for n in range(80)]
    found = split(
        [*fixed, *(record(f"f{n}", text=f"u{n}") for n in range(20))], "--existing", "keep"
    )
    assert Counter(found.values()) == {"train": 80, "validation": 10, "test": 10}


def test_split_that_nobody_named_is_kept_and_its_name_not_told(manifest, write):
    records = [record("r", "zxqv", text="t"), record("f", text="t"), record("g", text="u")]
    done = manifest("split", write("in.jsonl", records), "--by", "text", "--existing", "keep").ok()
    assert splits_of(done.stdout) == {"r": "zxqv", "f": "zxqv", "g": "train"}
    assert "other splits 2" in done.stderr
    assert "zxqv" not in done.stderr


TORN = [
    record("a", "train", text="one"),
    record("b", "test", text="one"),
    record("c", text="one"),
    record("d", "train", text="two"),
    record("e", "validation", text="two"),
    record("f", "train", text="three"),
]


def test_splits_that_share_a_value_and_are_kept_end_the_run(manifest, write):
    words = ("--by", "text", "--existing", "keep")
    done = manifest("split", write("in.jsonl", TORN), *words)
    assert done.status == 1
    assert done.stdout == b""
    assert "kept in several splits: 2" in done.stderr


@pytest.mark.parametrize(
    ("shares", "kept"),
    [
        ("train=0.8,validation=0.1,test=0.1", {"b": "test", "c": "test", "e": "validation"}),
        ("test=0.1,validation=0.1,train=0.8", {"a": "train", "c": "train", "d": "train"}),
    ],
)
def test_group_that_is_torn_stays_in_the_split_that_is_named_last(
    manifest, write, tmp_path, shares, kept
):
    words = ("--by", "text", "--existing", "keep", "--conflicts", "reject", "--shares", shares)
    done = manifest("split", write("in.jsonl", TORN), *words, *TOLERANT).ok()
    assert splits_of(done.stdout) == {**kept, "f": "train"}
    assert reasons(tmp_path) == {"split-conflict": 2}


# --- Proof ---------------------------------------------------------------------------------------


def splitter(paths, *, is_piped=False, by=("text",)):
    choices = Choices(
        by=by,
        shares=parse_shares("train=0.5,test=0.5"),
        seed=0,
        ungrouped=Ungrouped.REJECT,
        conflicts=Conflicts.FAIL,
        existing=Existing.REPLACE,
        overwrite_human=False,
    )
    return Splitter(paths, choices, Signature.of(SIGNED), is_piped=is_piped)


def test_what_is_written_is_proved_to_have_no_value_in_two_splits():
    lines = [
        orjson.dumps(record("a", "train", text="t")),
        orjson.dumps(record("b", "test", text="t")),
    ]
    with splitter([]) as one, pytest.raises(ManifestError, match="more than one split: 1"):
        one.review(lines)


@pytest.mark.parametrize("words", [(), ("-o", "out.jsonl")], ids=["pipe", "file"])
def test_counts_and_proof_are_told(manifest, write, words):
    records = [record(f"r{n}", text=f"t{n % 7}") for n in range(20)]
    said = manifest("split", write("in.jsonl", records), "--by", "text", *words).ok().stderr
    assert "7 groups that hang together, the largest of 3 records" in said
    assert "values in more than one split: 0" in said
    assert "train 15 (75.0%), validation 3 (15.0%), test 2 (10.0%)" in said


def test_manifest_that_grows_between_the_passes_ends_the_run(tmp_path):
    path = tmp_path / "in.jsonl"
    path.write_bytes(b"".join(orjson.dumps(record(f"r{n}", text="t")) + b"\n" for n in range(9)))
    with splitter([path]) as one:
        rows = one.rows()
        next(rows)
        with path.open("ab") as file:
            file.write(orjson.dumps(record("new", text="t")) + b"\n")
        assert len(list(rows)) == 8  # what was there when it was opened
    with splitter([path, tmp_path / "more.jsonl"]) as one:
        (tmp_path / "more.jsonl").write_bytes(b"")
        rows = one.rows()
        next(rows)
        (tmp_path / "more.jsonl").write_bytes(orjson.dumps(record("late", text="t")))
        with pytest.raises(ManifestError, match="changed while it was read"):
            list(rows)


@given(
    st.lists(
        st.tuples(st.sampled_from(["train", "test", "x"]), st.sets(st.integers(0, 9), max_size=3)),
        max_size=20,
    )
)
def test_overlap_counts_the_values_that_lie_in_several_splits(records):
    overlap = Overlap([f"g{n}" for n in range(10)])
    overlap.add(
        orjson.dumps(record(str(number), split, **{f"g{value}": "v" for value in values}))
        for number, (split, values) in enumerate(records)
    )
    by_split = {
        name: set().union(*(values for split, values in records if split == name))
        for name in ("train", "test", "x")
    }
    crossing = set().union(*(one & other for one, other in combinations(by_split.values(), 2)))

    assert overlap.values == len(crossing)
    assert overlap.records == Counter(split for split, _ in records)
    overlap.close()


def test_record_without_a_split_is_in_none():
    overlap = Overlap(["text"])
    overlap.add([orjson.dumps(record("a", text="t")), b'{"id":"b"}'])
    assert (overlap.records, overlap.values) == ({}, 0)
    overlap.close()


@given(
    st.lists(
        st.dictionaries(st.sampled_from("abc"), st.sampled_from("uvwxyz"), min_size=1), max_size=25
    )
)
def test_no_value_lies_in_two_splits_whatever_hangs_together(tmp_path_factory, groups):
    path = tmp_path_factory.mktemp("split") / "in.jsonl"
    lines = (orjson.dumps(record(str(n), **one)) + b"\n" for n, one in enumerate(groups))
    path.write_bytes(b"".join(lines))
    with splitter([path], by=("a", "b", "c")) as one:
        made = [row.outcome.line for row in one.rows()]
        assert len(made) == len(groups)
        one.review(made)  # raises where one does


# --- Among other commands ------------------------------------------------------------------------


def test_shards_that_are_not_all_are_refused(manifest, write, tmp_path):
    name = write("in.jsonl", [record(f"r{n}", text=f"t{n}") for n in range(9)])
    manifest("validate", "-i", name, "-o", "one.jsonl").ok()
    path = tmp_path / "one.jsonl.run.json"
    receipt = json.loads(path.read_bytes())
    receipt["options"]["fingerprint"]["shard"] = receipt["fingerprint"]["--shard"] = "1/2"
    path.write_text(json.dumps(receipt))
    done = manifest("split", "one.jsonl", "--by", "text")
    assert done.status == 1
    assert "not all shards of one run" in done.stderr


def test_audit_follows_a_split_to_what_it_read(manifest, write, tmp_path):
    write("raw.jsonl", [record(f"r{n}", text=f"t{n}") for n in range(9)])
    manifest("validate", "-i", "raw.jsonl", "-o", "in.jsonl").ok()
    manifest("split", "in.jsonl", "--by", "text", "-o", "out.jsonl").ok()
    assert manifest("audit", "raw.jsonl", "in.jsonl", "out.jsonl").status == 0

    path = tmp_path / "out.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"split":"train"', b'"split":"test"', 1))
    done = manifest("audit", "raw.jsonl", "in.jsonl", "out.jsonl")
    assert done.status == 1
    assert "not as it was written" in done.stdout.decode()


def test_finished_split_is_left_alone(manifest, write):
    words = ("split", write("in.jsonl", OFFICIAL), "--by", "text", "--existing", "keep")
    manifest(*words, "-o", "out.jsonl").ok()
    assert manifest(*words, "-o", "out.jsonl").ok().stderr == "up to date\n"
    assert "--seed" in manifest(*words, "-o", "out.jsonl", "--seed", 1).stderr
