"""The parts that a manifest was split into."""

from enum import StrEnum


class Split(StrEnum):
    """Sides of the data, as `manifest split` writes them."""

    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
