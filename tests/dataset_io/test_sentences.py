"""Plain text, a sentence a line."""

import pytest
from affectory_protocol.errors import UsageError
from dataset_io.config import SentencesConfig
from dataset_io.formats.sentences import read_sentences
from dataset_io.run import import_sentences
from dataset_io.splits import Split
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SAME_FOLDER = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
LINES = st.lists(st.text("ab \u00e9", min_size=1, max_size=5).filter(str.strip), unique=True)


@pytest.fixture
def read(write):
    def read(content: bytes, name: str = "text.txt", **config) -> list:
        return list(import_sentences([write(name, content)], SentencesConfig(**config)))

    return read


def _sections(row) -> dict:
    return {one.name: one.model_dump(exclude_unset=True) for one in row.outcome.sections}


def test_line_becomes_a_text(read):
    (row,) = read(b"\xef\xbb\xbfIt is noon. \r\n")

    assert _sections(row)["text"] == {"content": "It is noon. "}
    assert _sections(row)["source"].keys() == {"dataset", "groups"}


def test_options_say_what_the_lines_do_not(read):
    (row,) = read(
        b"Il est midi.", dataset="mine", language="fr", licence="CC0-1.0", citation="Me",
        split=Split.TEST,
    )  # fmt: skip

    source = _sections(row)["source"]
    assert row.outcome.id.startswith("mine:")
    assert _sections(row)["text"]["language"] == "fr"
    assert (source["licence"], source["citation"], source["split"]) == ("CC0-1.0", "Me", "test")


def test_split_comes_from_the_name(read):
    assert _sections(read(b"It is noon.", "dev.txt")[0])["source"]["split"] == "validation"


def test_lines_of_white_space_are_no_rows(read, reasons):
    assert reasons(read(b"\n \t\n\r\none\n")) == ["imported"]


def test_sentence_that_came_before_is_rejected(read, reasons):
    assert reasons(read(b"one\ntwo\none\nOne\n")) == [
        "imported",
        "imported",
        "duplicate-id",
        "imported",
    ]


def test_texts_that_differ_in_typing_share_a_group(read):
    one, other = read(b"It is NOON.\nit  is noon.\n")

    assert _sections(one)["source"] == _sections(other)["source"]


@pytest.mark.parametrize(
    ("line", "reason"), [(b"\xff", "invalid-utf8"), (b"x" * 70_000, "line-too-long")]
)
def test_broken_line_is_rejected_and_the_next_is_read(read, reasons, line, reason):
    rows = reasons(read(line + b"\nIt is noon.\n"))

    assert (rows[0], rows[-1]) == (reason, "imported")


def test_file_of_utf_16_is_a_mistake(read):
    with pytest.raises(UsageError, match="file 1 of those given is UTF-16"):
        read("It is noon.".encode("utf-16"))


@SAME_FOLDER
@given(lines=LINES, place=st.integers(0, 5))
def test_inserting_a_line_changes_no_other_record(tmp_path, lines, place):
    def records(given: list[str]) -> list:
        (tmp_path / "any.txt").write_text("\n".join(given), "utf-8")
        return [row.outcome for row in read_sentences([tmp_path / "any.txt"], SentencesConfig())]

    after = records([*lines[:place], "inserted", *lines[place:]])
    assert [one for one in after if one.sections[1].content != "inserted"] == records(lines)
