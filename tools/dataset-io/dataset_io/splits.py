"""The split a file belongs to, told from its name."""

import re
from enum import StrEnum
from pathlib import PurePath


class Split(StrEnum):
    """Part of a dataset as its authors divided it."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


SPLIT_WORDS = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "dev": Split.VALIDATION,
    "val": Split.VALIDATION,
    "valid": Split.VALIDATION,
    "validation": Split.VALIDATION,
    "test": Split.TEST,
    "testing": Split.TEST,
}
"""What datasets call their splits, in small letters."""


def find_split(path: PurePath) -> Split | None:
    """Read the split off a file's name; None when it names none, or more than one.

    `anger_train.csv` is train, `dev.tsv` validation; `contest.tsv` names none.
    """
    words = re.split(r"[^a-z]+", path.stem.lower())
    found = {SPLIT_WORDS[word] for word in words if word in SPLIT_WORDS}
    return found.pop() if len(found) == 1 else None
