"""The split a file belongs to, told from its name."""

import re
from enum import StrEnum
from pathlib import PurePath


class Split(StrEnum):
    """Part of a dataset as its authors divided it."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"


_NAMES = {
    "train": Split.TRAIN,
    "training": Split.TRAIN,
    "dev": Split.VALIDATION,
    "val": Split.VALIDATION,
    "valid": Split.VALIDATION,
    "validation": Split.VALIDATION,
    "test": Split.TEST,
    "testing": Split.TEST,
}


def find_split(path: PurePath) -> Split | None:
    """Read the split off a file's name; None when it names none, or more than one.

    `anger_train.csv` is train, `dev.tsv` validation; `contest.tsv` names none.
    """
    words = re.split(r"[^a-z]+", path.stem.lower())
    found = {_NAMES[word] for word in words if word in _NAMES}
    return found.pop() if len(found) == 1 else None
