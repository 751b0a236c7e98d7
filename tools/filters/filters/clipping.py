"""How much of an image lies where no detail is left."""

from filters.subject import Subject

MARGIN = 2
"""Levels next to black and to white that count as clipped: JPEG moves both by one or two."""

_DECIMALS = 6


def measure_clipping(subject: Subject) -> float:
    """Share of pixels whose luma is within `MARGIN` of black or white, 0 to 1."""
    histogram = subject.luma.histogram()
    clipped = sum(histogram[: MARGIN + 1]) + sum(histogram[-MARGIN - 1 :])
    return round(clipped / sum(histogram), _DECIMALS)
