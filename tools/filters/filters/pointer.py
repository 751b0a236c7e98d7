"""JSON pointers: where in a record a value lies. Source: RFC 6901."""

import re

_ARRAY_INDEX = re.compile(r"0|[1-9][0-9]{0,15}")
_LONE_TILDE = re.compile(r"~(?![01])")


class Absent:
    """What a pointer leads to when nothing is there; null is something."""


ABSENT = Absent()


def parse_pointer(text: str) -> tuple[str, ...]:
    """Read a pointer into the steps it takes.

    Args:
        text: empty (the whole document), or each step after a slash; in a step, ~1 is a slash and
            ~0 a tilde.

    Raises:
        ValueError: the text is no pointer.

    Source: RFC 6901, sections 3 and 4.
    """
    if text and not text.startswith("/"):
        raise ValueError(f"it must begin with a slash: {text}")
    if _LONE_TILDE.search(text):
        raise ValueError(f"a tilde must be written ~0, a slash in a name ~1: {text}")
    return tuple(step.replace("~1", "/").replace("~0", "~") for step in text.split("/")[1:])


def resolve_pointer(document: object, path: tuple[str, ...]) -> object:
    """Follow a pointer.

    Args:
        document: decoded JSON.
        path: steps; in an array a step is an index from 0, without leading zeros.

    Returns:
        The value, or `ABSENT`.
    """
    value = document
    for step in path:
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and _ARRAY_INDEX.fullmatch(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            return ABSENT
    return value
