"""Texts as they were before they were damaged."""

import pytest
from dataset_io.repair import (
    join_lines,
    repair_code_page_437,
    repair_windows_1252,
    unescape_breaks,
    unescape_entities,
)
from hypothesis import given
from hypothesis import strategies as st

# What Windows-1252 makes of each byte; the five it does not have stay what they are in Latin-1.
WINDOWS_1252 = {
    byte: bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256)
}


def _damage(text: str) -> str:
    return "".join(WINDOWS_1252[byte] for byte in text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "so happy \U0001f60a",
        "\U0001f60d\U0001f64f\U0001f3fe",
        "the caf\u00e9 \u2013 \u201cclosed\u201d\u2026",
        "Person\u2122",
        "\u0939\u093f\u0928\u094d\u0926\u0940",
        "\u26bd\ufe0f",
    ],
)
def test_utf8_that_was_read_as_windows_1252_is_restored(text):
    assert repair_windows_1252(_damage(text)) == text


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs"])))
def test_every_damaged_text_is_restored(text):
    if _damage(text) != text:
        assert repair_windows_1252(_damage(text)) == text


@pytest.mark.parametrize(
    "text", ["plain", "caf\u00e9", "so happy \U0001f60a", "Z\u00fcrich \u2013 Gen\u00e8ve"]
)
def test_text_that_was_not_damaged_stays(text):
    assert repair_windows_1252(text) == text


def test_no_break_space_that_became_a_space_is_restored():
    damaged = _damage("angry \U0001f620\U0001f620 #mufc").replace("\u00a0", " ")

    assert repair_windows_1252(damaged) == "angry \U0001f620\U0001f620 #mufc"


def test_apostrophe_damaged_twice_is_restored():
    assert repair_windows_1252("I\u00c2\u2019ve") == "I\u2019ve"


def test_residue_of_a_line_break_is_a_space():
    assert repair_code_page_437("met and \u00e1\nagain.\u00e1") == "met and  \nagain. "


def test_accent_inside_a_word_is_no_residue():
    assert repair_code_page_437("M\u00e1laga") == "M\u00e1laga"


@pytest.mark.parametrize(
    ("damaged", "text"),
    [
        ("Malm\u00f7s hamn", "Malm\u00f6s hamn"),
        ("180\u00a6 turn", "180\u00b0 turn"),
        ("record n\u00a6231", "record n\u00b0231"),
    ],
)
def test_characters_of_code_page_437_are_restored(damaged, text):
    assert repair_code_page_437(damaged) == text


@pytest.mark.parametrize("text", ["6 \u00f7 2", "a \u00a6 b"])
def test_sign_that_is_meant_stays(text):
    assert repair_code_page_437(text) == text


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        ("fish &amp; chips", "fish & chips"),
        ("&lt;3", "<3"),
        ("&amp;ldquo;soft&amp;rdquo;", "\u201csoft\u201d"),
        ("R&B", "R&B"),
    ],
)
def test_entities_become_characters(escaped, text):
    assert unescape_entities(escaped) == text


def test_entities_are_undone_no_deeper_than_twice():
    assert unescape_entities("&amp;amp;lt;") == "&lt;"


@pytest.mark.parametrize(
    ("escaped", "text"),
    [("one\\ntwo", "one\ntwo"), ("one\\r\\ntwo\\rthree", "one\ntwo\nthree"), ("\\o/", "\\o/")],
)
def test_escaped_breaks_become_line_breaks(escaped, text):
    assert unescape_breaks(escaped) == text


def test_joined_text_is_one_line_with_single_spaces():
    assert join_lines("  one \r\n two\tthree\n") == "one two three"
