"""How many faces an image shows, as far as a detector has looked."""

from filters.subject import Subject


def measure_faces(subject: Subject) -> int | None:
    """Number of faces found; None when no detector has looked at the image."""
    return None if subject.faces is None else len(subject.faces.items)
