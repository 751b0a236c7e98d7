"""The digest that keeps equal texts on one side of a split."""

import hashlib

import pytest
from dataset_io.grouping import compute_text_digest, normalise_text
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hello  World ", "hello world"),
        ("don\u2019t", "don't"),
        ("don`t", "don't"),
        ("\u201cyes\u201d", '"yes"'),
        ("\u00abyes\u00bb", '"yes"'),
        ("STRASSE", "stra\u00dfe"),
        ("caf\u00e9", "cafe\u0301"),
        ("\uff28\uff49", "hi"),
        ("a\u00a0b\nc", "a b c"),
        ("it\u00b4s", "it's"),
    ],
)
def test_texts_that_differ_in_typing_only_have_one_digest(one, other):
    assert compute_text_digest(one) == compute_text_digest(other)


def test_texts_that_differ_in_a_word_have_two_digests():
    assert compute_text_digest("I am happy") != compute_text_digest("I am not happy")


def test_digest_is_the_beginning_of_the_sha256_of_the_normalised_text():
    assert compute_text_digest(" A b") == hashlib.sha256(b"a b").hexdigest()[:16]


@given(st.text())
def test_normalised_text_is_normal(text):
    once = normalise_text(text)

    assert normalise_text(once) == once


@given(st.text(st.characters(max_codepoint=127)))
def test_quick_way_for_ascii_agrees_with_the_long_one(text):
    assert normalise_text(text) == normalise_text(text + "\u2003")
