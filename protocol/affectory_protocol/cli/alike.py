"""Whether two values say the same."""

import orjson


def are_alike(one: object, other: object) -> bool:
    """Whether two decoded values are the same JSON, whatever the order of their members.

    Python takes `true` for 1. What nests too deep to be written is like nothing else.
    """
    try:
        return _write(one) == _write(other)
    except orjson.JSONEncodeError:
        return False


def _write(value: object) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
