"""What the linear model knows a sentence by."""

from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from llm_annotate.ngrams import MAX_WORD, hash_pairs, hash_text, hash_word, read_words


def test_words_and_signs_are_cut_apart():
    assert read_words("Don’t STOP, 😀!") == ["don't", "stop", ",", "😀", "!"]


def test_long_word_is_cut_off():
    assert read_words("a" * 1000) == ["a" * MAX_WORD]


def test_word_is_known_by_itself_and_by_the_letters_in_it():
    grams = ("ab", "~<ab", "~ab>", "~<ab>")
    assert sorted(hash_word("ab")) == sorted(crc32(gram.encode()) for gram in grams)


def test_ends_of_a_text_are_neighbours_too():
    assert list(hash_pairs(["a", "b"])) == [crc32(pair) for pair in (b"^ a", b"a b", b"b $")]


def test_forms_of_a_word_share_letters():
    assert len(hash_text("frightened") & hash_text("frightening")) > 10


def test_order_of_words_is_seen():
    assert hash_text("not happy") != hash_text("happy not")


@pytest.mark.parametrize("text", ["", " \n\t"])
def test_text_without_words_is_its_ends(text):
    assert hash_text(text) == {crc32(b"^ $")}


@given(st.text())
def test_any_text_has_numbers_of_32_bits(text):
    assert all(0 <= number < 2**32 for number in hash_text(text))
