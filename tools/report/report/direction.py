"""Whether a metric is better high or low: as it says itself, else by the words of its name.

Evaluations that were written before metrics said so, or by others, are told by the words alone.
"""

import re
from enum import StrEnum

from affectory_protocol.evaluation import MetricRecord


class Direction(StrEnum):
    """The end of a metric that is the good one."""

    HIGH = "high"
    LOW = "low"


_WORDS = {
    Direction.HIGH: (
        "accuracy",
        "auc",
        "ccc",  # concordance correlation
        "coverage",
        "effective rank",  # of a space: in how many directions it spreads
        r"f\d+",
        "lead",  # how far ahead of a baseline
        "precision",
        r"r\d*",  # correlation; explained variance, r2; recall among the first k, r5 or r@5
        "recall",
        "uar",  # recall, averaged over classes
    ),
    Direction.LOW: (
        "brier",
        "ece",  # expected calibration error
        "error",
        "face cosine",  # of a space: between faces that are not the same
        "loss",
        "mae",
        "mse",
        "outside",  # share of values beyond the range they should lie in
        "rank",  # place of the answer that was sought
        "rmse",
        "text cosine",
    ),
}
"""Patterns of words in a name that tell its good end."""

_TOLD = re.compile(
    "|".join(rf"(?P<{end.value}>\b(?:{'|'.join(words)})\b)" for end, words in _WORDS.items())
)
_SEPARATOR = re.compile(r"[^a-z0-9]+")


def find_direction(metric: MetricRecord) -> Direction | None:
    """Find the good end of a metric; None when neither it nor its name tells."""
    if metric.tells_direction:
        return Direction.LOW if metric.lower_is_better else Direction.HIGH
    return guess_direction(metric.name)


def guess_direction(name: str) -> Direction | None:
    """Guess the good end of a metric by its name.

    Args:
        name: words joined by anything but letters and digits: `intensity-mae`, `R@5`.

    Returns:
        None when no word of the name tells, or when two tell different ends, as in `mae-lead`.
    """
    words = _SEPARATOR.sub(" ", name.lower())
    told = {end for match in _TOLD.finditer(words) for end in Direction if match[end.value]}
    return told.pop() if len(told) == 1 else None
