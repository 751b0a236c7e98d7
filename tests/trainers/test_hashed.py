"""The encoder without weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from trainers.backends.hashed import DIMENSION, HashedEncoder

encoder = HashedEncoder()


def test_vectors_have_length_one():
    vectors = encoder.encode(["A kind word.", "two  two two", "é😀"])

    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-6)


def test_text_without_words_is_the_zero_vector():
    assert not encoder.encode(["", " \n "]).any()


@given(st.lists(st.text(max_size=20), max_size=4), st.text(max_size=20))
def test_neighbours_do_not_change_a_vector(others, text):
    together = encoder.encode([*others, text])

    assert together.shape == (len(others) + 1, DIMENSION)
    assert np.array_equal(together[-1], encoder.encode([text])[0])


def test_case_and_kinds_of_apostrophes_do_not_matter():
    one, other = encoder.encode(["I can't WAIT", "i can’t wait"])

    assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ("I am happily married", "The train leaves at nine"),  # by runs of letters: happy, happily
        ("not good", "good"),  # by the pair
    ],
)
def test_what_is_shared_brings_texts_together(near, far):
    mine, other, unlike = encoder.encode(
        ["I was happy, not good" if near == "not good" else "I am happy", near, far]
    )

    assert mine @ other > mine @ unlike


def test_order_of_words_matters():
    one, other = encoder.encode(["dog bites man", "man bites dog"])

    assert 0.5 < one @ other < 0.99


def test_repeated_words_count_less_each_time():
    once, often, other = encoder.encode(["good day", "good good good good day", "good"])

    assert once @ other < often @ other < 0.999


def test_first_numbers_stay_what_they_are():
    vector = encoder.encode(["hello"])[0]
    found = np.flatnonzero(vector)

    # CRC-32 of hello, ~<hel, ~hell, ~ello and ~llo>, by zlib; the low 11 bits and the sign bit
    assert found.tolist() == sorted(_position(word)[0] for word in _GRAMS)
    assert all(np.sign(vector[place]) == sign for place, sign in map(_position, _GRAMS))


_GRAMS = ("hello", "~<hel", "~hell", "~ello", "~llo>")


def _position(gram):
    number = _crc(gram.encode())
    return number % 2048, -1 if number >> 31 else 1


def _crc(content):
    """CRC-32 bit by bit (ITU-T V.42, section 8.1.1.6.2)."""
    register = 0xFFFFFFFF
    for byte in content:
        register ^= byte
        for _ in range(8):
            register = register >> 1 ^ (0xEDB88320 if register & 1 else 0)
    return register ^ 0xFFFFFFFF
