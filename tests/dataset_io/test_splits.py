"""The split told from a file's name."""

from pathlib import PurePath

import pytest
from dataset_io.splits import find_split


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("train.tsv", "train"),
        ("dev.tsv", "validation"),
        ("goemotions-valid.tsv", "validation"),
        ("val.csv", "validation"),
        ("anger_train.csv", "train"),
        ("2018-E-Test.txt", "test"),
        ("test2.tsv", "test"),
        ("contest.tsv", None),
        ("trainer.tsv", None),
        ("emotions.tsv", None),
        ("train_or_test.tsv", None),
        ("train/data.tsv", None),
    ],
)
def test_split_is_a_word_of_the_name(name, split):
    assert find_split(PurePath(name)) == split
