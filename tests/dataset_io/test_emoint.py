"""EmoInt."""

import pytest
from dataset_io.config import TextImportConfig
from dataset_io.formats.emoint import read_emoint
from dataset_io.splits import Split
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
PARTS = [b"10001", b"\t", b"\tfear\t", b"0.604", b"NONE", b"&amp;", b"\\n", b"\n", b"\r\n", b"\xc3"]


@pytest.fixture
def read(write):
    def read(content: bytes, name: str = "fear_train.csv", **config) -> list:
        return list(read_emoint([write(name, content)], TextImportConfig(**config)))

    return read


def _sections(row) -> dict:
    return {section.name: section for section in row.outcome.sections}


def test_intensity_is_the_score_of_the_label(read):
    (row,) = read(b"20001\tso nervous about the exam\tfear\t0.604")

    (label,) = _sections(row)["labels"].emotions
    assert (label.vocabulary, label.label, label.score) == ("emoint", "fear", 0.604)


@pytest.mark.parametrize("ending", [b"\tNONE", b"\t", b""])
def test_intensity_that_is_not_published_leaves_the_score_out(read, ending):
    (row,) = read(b"20001\tso nervous\tfear" + ending)

    (label,) = _sections(row)["labels"].emotions
    assert label.model_dump(exclude_unset=True) == {"vocabulary": "emoint", "label": "fear"}


def test_id_is_the_tweet_id(read):
    assert read(b"20001\tso nervous\tfear\t0.6")[0].outcome.id == "emoint:20001"


def test_source_says_licence_and_citation(read):
    source = _sections(read(b"20001\tso nervous\tfear\t0.6")[0])["source"]

    assert (source.dataset, source.licence, source.split) == ("emoint", "research use", "train")
    assert source.citation.startswith("Mohammad")


def test_given_split_wins_over_the_name(read):
    (row,) = read(b"20001\tso nervous\tfear\t0.6", split=Split.VALIDATION)

    assert _sections(row)["source"].split == "validation"


def test_tweet_is_repaired_before_it_is_written(read):
    damaged = "me \u00f0\u0178\u02dc\u00a1 &amp; you\\n&lt;3".encode()

    (row,) = read(b"20001\t" + damaged + b"\tfear\t0.6")

    assert _sections(row)["text"].content == "me \U0001f621 & you\n<3"


def test_group_is_that_of_the_repaired_tweet(read):
    one, other = read("1\tcaf\u00c3\u00a9\tfear\t0.6\n2\tcaf\u00e9\tfear\t0.6".encode())

    assert _sections(one)["source"].groups == _sections(other)["source"].groups


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"20001\tonly two", "malformed-row"),
        (b"20001\tx\tfear\t0.6\tmore", "malformed-row"),
        (b"20001\tx\tfear\thigh", "malformed-row"),
        (b"20001\tx\tfear\t1.01", "malformed-row"),
        (b"20001\tx\tfear\t-0.1", "malformed-row"),
        (b"20001\tx\tfear\tnan", "malformed-row"),
        (b"20001\tx\tdisgust\t0.6", "unknown-label"),
        (b"20001\t\tfear\t0.6", "empty-text"),
        (b"20001\t\\n\tfear\t0.6", "empty-text"),
        (b"\tx\tfear\t0.6", "invalid-id"),
        (b"20001\t\xff\tfear\t0.6", "invalid-utf8"),
        (b"x" * 70_000, "line-too-long"),
    ],
)
def test_broken_row_is_rejected_and_the_next_is_read(read, reasons, line, reason):
    rows = read(line + b"\n20002\tso nervous\tfear\t0.6\n")

    assert reasons(rows)[0] == reason
    assert reasons(rows)[-1] == "imported"


def test_messages_do_not_quote_the_row(read):
    rows = read(b"secret\nsecret\tsecret\tsecret\tsecret\nsecret\tsecret\tfear\tsecret\n")

    assert [row for row in rows if "secret" in row.outcome.message] == []


@SAME_FOLDER
@given(content=st.lists(st.sampled_from(PARTS)).map(b"".join))
def test_any_bytes_are_accounted_for(tmp_path, tiles, content):
    path = tmp_path / "any.csv"
    path.write_bytes(content)

    rows = list(read_emoint([path], TextImportConfig()))

    assert len(rows) == sum(1 for line in content.replace(b"\r\n", b"\n").split(b"\n") if line)
    assert tiles(content, rows)


@SAME_FOLDER
@given(content=st.binary(max_size=300))
def test_no_bytes_raise(tmp_path, tiles, content):
    path = tmp_path / "any.csv"
    path.write_bytes(content)

    assert tiles(content, list(read_emoint([path], TextImportConfig())))
