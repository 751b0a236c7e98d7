"""Whether a metric is better high or low: the one place that knows, by the words of its name."""

import re
from enum import StrEnum


class Direction(StrEnum):
    """The end of a metric that is the good one."""

    HIGH = "high"
    LOW = "low"


_DIRECTIONS = {
    Direction.HIGH: (
        "accuracy",
        "auc",
        "ccc",  # concordance correlation
        "coverage",
        "f1",
        "lead",  # how far ahead of a baseline
        "precision",
        "r",  # correlation; and recall among the first k, as in r@5
        "recall",
        "uar",  # recall, averaged over classes
    ),
    Direction.LOW: (
        "brier",
        "ece",  # expected calibration error
        "error",
        "loss",
        "mae",
        "mean rank",
        "median rank",
        "mse",
        "outside",  # share of values beyond the range they should lie in
        "rmse",
    ),
}
"""Words of a name that tell its good end.

The measures of a collapsed space, mean pairwise cosine and effective rank, are not among them: they
are to be like those of the data, neither high nor low.
"""

_SEPARATOR = re.compile(r"[^a-z0-9]+")


def find_direction(metric: str) -> Direction | None:
    """Find the good end of a metric.

    Args:
        metric: its name, words joined by anything but letters and digits: `intensity-mae`, `R@5`.

    Returns:
        None when no word of the name tells, or when two tell different ends, as in `mae-lead`.
    """
    words = f" {_SEPARATOR.sub(' ', metric.lower()).strip()} "
    told = {
        direction
        for direction, phrases in _DIRECTIONS.items()
        if any(f" {phrase} " in words for phrase in phrases)
    }
    return told.pop() if len(told) == 1 else None
