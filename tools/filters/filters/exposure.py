"""How bright an image is."""

from filters.subject import Subject

_WHITE = 255
_DECIMALS = 6


def measure_exposure(subject: Subject) -> float:
    """Mean luma, 0 (black) to 1 (white)."""
    histogram = subject.luma.histogram()
    total = sum(level * count for level, count in enumerate(histogram))
    return round(total / (_WHITE * sum(histogram)), _DECIMALS)
