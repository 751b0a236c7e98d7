"""Features are computed once for each distinct string."""

import sqlite3

import numpy as np
import pytest
from affectory_protocol.errors import ManifestError, UsageError
from trainers.expression_space.features import Features

TEXTS = ["one", "two", "one", "", "two", "three"]


class Counting:
    name, dimension, digest = "counting", 3, "0" * 16

    def __init__(self):
        self.asked = []

    def encode(self, texts):
        self.asked += texts
        return np.array([[len(text), 1.5, -0.1] for text in texts], dtype=np.float32)


@pytest.fixture
def cache(tmp_path):
    return tmp_path / "features.sqlite"


def test_each_distinct_string_is_encoded_once():
    encoder = Counting()
    features = Features(encoder)

    assert np.array_equal(features.encode(TEXTS), Counting().encode(TEXTS))
    assert encoder.asked == ["one", "two", "", "three"]
    assert features.encoded == 4


def test_second_run_makes_no_encoder_call(cache):  # item 9 of the dossier
    first = Features(Counting(), cache)
    vectors = first.encode(TEXTS)
    first.close()
    second = Features(Counting(), cache)

    assert np.array_equal(second.encode(TEXTS), vectors)
    assert (first.encoded, second.encoded) == (4, 0)


def test_only_what_is_new_is_encoded(cache):
    Features(Counting(), cache).encode(TEXTS)
    encoder = Counting()
    found = Features(encoder, cache).encode(["four", *TEXTS])

    assert encoder.asked == ["four"]
    assert np.array_equal(found, Counting().encode(["four", *TEXTS]))


def test_another_encoder_finds_nothing(cache):
    Features(Counting(), cache).encode(TEXTS)
    other = Counting()
    other.digest = "1" * 16

    assert Features(other, cache).encode(TEXTS).shape == (6, 3)
    assert len(other.asked) == 4


def test_cache_holds_no_text(cache):
    features = Features(Counting(), cache)
    features.encode(["a secret sentence"])
    features.close()

    assert b"secret" not in cache.read_bytes()


def test_other_database_is_refused(cache):
    with sqlite3.connect(cache) as database:
        database.execute("create table mine (x)")
    database.close()

    with pytest.raises(UsageError, match="--cache is a database of something else"):
        Features(Counting(), cache).encode(TEXTS)


def test_file_that_is_no_database_is_refused(cache):
    cache.write_text("no database at all, " * 20)

    with pytest.raises(UsageError, match="--cache cannot be opened"):
        Features(Counting(), cache).encode(TEXTS)


def test_damaged_vector_is_told(cache):
    features = Features(Counting(), cache)
    features.encode(TEXTS)
    features.close()
    with sqlite3.connect(cache) as database:
        database.execute("update features set vector = x'00'")
    database.close()

    with pytest.raises(ManifestError, match="--cache is damaged"):
        Features(Counting(), cache).encode(TEXTS)
