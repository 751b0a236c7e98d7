"""Features are computed once for each distinct string."""

import sqlite3
from functools import partial
from types import SimpleNamespace

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


def test_cache_that_another_process_makes_meanwhile_is_shared(cache, monkeypatch):
    connect, others = sqlite3.connect, []

    class Late(sqlite3.Connection):
        """Another one makes the whole file after the first thing that this one reads."""

        def execute(self, sql, *values):
            found = super().execute(sql, *values)
            if sql != "pragma application_id" or others:
                return found
            row = found.fetchone()
            with monkeypatch.context() as patch:
                patch.setattr(sqlite3, "connect", connect)
                others.append(Features(Counting(), cache))
                others[0].encode(TEXTS)
            return SimpleNamespace(fetchone=lambda: row)

    monkeypatch.setattr(sqlite3, "connect", partial(connect, factory=Late))
    late = Features(Counting(), cache)

    assert np.array_equal(late.encode(TEXTS), Counting().encode(TEXTS))
    assert (late.encoded, others[0].encoded) == (0, 4)


def test_cache_that_cannot_be_written_serves_what_it_holds_and_is_not_called_damaged(
    cache, monkeypatch
):
    Features(Counting(), cache).encode(TEXTS)
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **more: connect(f"file:{path}?mode=ro", uri=True, **more)
    )
    features = Features(Counting(), cache)

    assert np.array_equal(features.encode(TEXTS), Counting().encode(TEXTS))
    with pytest.raises(ManifestError, match="--cache cannot be written"):
        features.encode(["new"])


def test_new_cache_that_cannot_be_written_is_told(cache, monkeypatch):
    cache.touch()
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3, "connect", lambda path, **more: connect(f"file:{path}?mode=ro", uri=True, **more)
    )
    with pytest.raises(ManifestError, match="--cache cannot be written"):
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
