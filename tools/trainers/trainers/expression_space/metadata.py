"""The one entry in the metadata of a safetensors file: safetensors promises no order of several."""

import json


def read_entry(content: bytes, name: str) -> str:
    """Read an entry, without the tensors.

    The header begins after the first 8 bytes, which say how long it is.

    Args:
        content: of the whole file.
        name: of the entry.

    Raises:
        LookupError, TypeError, ValueError: there is none.
    """
    length = int.from_bytes(content[:8], "little")
    return str(json.loads(content[8 : 8 + length])["__metadata__"][name])
