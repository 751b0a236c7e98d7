"""Simplified GoEmotions."""

import pytest
from dataset_io.config import TextImportConfig
from dataset_io.formats.goemotions import read_goemotions
from dataset_io.splits import Split
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
PARTS = [b"text", b"\t", b"\t27\t", b"0,3", b"eabc123", b'"', b'""', b"\n", b"\r\n", b"\r", b"\xff"]


@pytest.fixture
def read(write):
    def read(content: bytes, name: str = "train.tsv", **config) -> list:
        return list(read_goemotions([write(name, content)], TextImportConfig(**config)))

    return read


def _sections(row) -> dict:
    return {section.name: section for section in row.outcome.sections}


def test_labels_are_named_in_the_order_of_the_row(read):
    (row,) = read(b"Well that made my day\t17,15\teaa1111\n")

    labels = _sections(row)["labels"].emotions
    assert [(one.vocabulary, one.label) for one in labels] == [
        ("goemotions", "joy"),
        ("goemotions", "gratitude"),
    ]


def test_last_index_is_neutral(read):
    (row,) = read(b"It is noon.\t27\teaa1111\n")

    assert _sections(row)["labels"].emotions[0].label == "neutral"


def test_id_is_the_comment_id(read):
    (row,) = read(b"It is noon.\t27\teaa1111\n")

    assert row.outcome.id == "goemotions:eaa1111"


def test_source_says_licence_and_citation(read):
    source = _sections(read(b"It is noon.\t27\teaa1111\n")[0])["source"]

    assert (source.dataset, source.licence) == ("goemotions", "CC-BY-4.0")
    assert source.citation.startswith("Demszky")


@pytest.mark.parametrize(("name", "split"), [("dev.tsv", "validation"), ("mine.tsv", None)])
def test_split_comes_from_the_name(read, name, split):
    assert _sections(read(b"It is noon.\t27\teaa1111\n", name)[0])["source"].split == split


def test_given_split_wins_over_the_name(read):
    (row,) = read(b"It is noon.\t27\teaa1111\n", "dev.tsv", split=Split.TEST)

    assert _sections(row)["source"].split == "test"


def test_texts_that_differ_in_typing_share_a_group(read):
    one, other = read(b"It is NOON.\t27\ta\nit  is noon.\t0\tb\n")

    assert _sections(one)["source"].groups == _sections(other)["source"].groups != {}


@pytest.mark.parametrize(
    ("quoted", "text"),
    [
        ('"He said ""go"" and left."', 'He said "go" and left.'),
        ('"""Go"" he said."', '"Go" he said.'),
        ('"Go" he said.', '"Go" he said.'),
        ('"Go!"', '"Go!"'),
        ('5" of rain', '5" of rain'),
        ('"', '"'),
        ('""', '""'),
    ],
)
def test_quoting_of_a_csv_writer_is_undone_where_it_is_certain(read, quoted, text):
    (row,) = read(f"{quoted}\t27\teaa1111\n".encode())

    assert _sections(row)["text"].content == text


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"no tabs", "malformed-row"),
        (b"one\t27", "malformed-row"),
        (b"one\t27\tid\tmore", "malformed-row"),
        (b"one\t28\tid", "unknown-label"),
        (b"one\t-1\tid", "unknown-label"),
        (b"one\t\tid", "unknown-label"),
        (b"one\tjoy\tid", "unknown-label"),
        (b"one\t1,\tid", "unknown-label"),
        (b"one\t01\tid", "unknown-label"),
        (b" \t27\tid", "empty-text"),
        (b"one\t27\t", "invalid-id"),
        (b"one\t27\t" + b"x" * 600, "invalid-id"),
        (b"one\t27\ti\x07d", "invalid-id"),
        (b"\xff\t27\tid", "invalid-utf8"),
        (b"x" * 70_000, "line-too-long"),
    ],
)
def test_broken_row_is_rejected_and_the_next_is_read(read, reasons, line, reason):
    rows = read(line + b"\nIt is noon.\t27\teaa1111\n")

    assert reasons(rows)[0] == reason
    assert reasons(rows)[-1] == "imported"


def test_messages_do_not_quote_the_row(read):
    rows = read(b"secret\nsecret\tsecret\tsecret\nsecret\t27\tsecret\x01\n")

    assert [row for row in rows if "secret" in row.outcome.message] == []


@SAME_FOLDER
@given(content=st.lists(st.sampled_from(PARTS)).map(b"".join))
def test_any_bytes_are_accounted_for(tmp_path, tiles, content):
    path = tmp_path / "any.tsv"
    path.write_bytes(content)

    rows = list(read_goemotions([path], TextImportConfig()))

    ended = [line.removesuffix(b"\r") for line in content.split(b"\n")[:-1]]
    lines = [line for line in [*ended, content.split(b"\n")[-1]] if line]
    assert [row.raw for row in rows] == lines
    assert tiles(content, rows)


@SAME_FOLDER
@given(content=st.binary(max_size=300))
def test_no_bytes_raise(tmp_path, tiles, content):
    path = tmp_path / "any.tsv"
    path.write_bytes(content)

    assert tiles(content, list(read_goemotions([path], TextImportConfig())))
