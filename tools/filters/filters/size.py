"""How large an image is."""

from filters.subject import Subject


def measure_size(subject: Subject) -> int:
    """Length of the image's smaller side, pixels."""
    return min(subject.luma.size)
