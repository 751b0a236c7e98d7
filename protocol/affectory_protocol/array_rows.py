"""Rows of an array file, read without a library for arrays.

Source: NEP 1, a simple file format for NumPy arrays, version 1.0; the header as numpy writes it.
"""

import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>..)"
    rb"\{'descr': '[<>|=][biufc](?P<itemsize>[0-9]{1,2})', 'fortran_order': False, "
    rb"'shape': \((?P<shape>[0-9]{1,18}(?:, ?[0-9]{1,18})*),?\), \} *\n",
    re.DOTALL,
)
_PREFIX = 10
"""Bytes before the header: magic, version, length of the header."""
_LONGEST = 2**16 + _PREFIX
_PIECE = 2**20


@dataclass(frozen=True, slots=True)
class Slice:
    """The bytes of some rows.

    Attributes:
        size: how many.
        sha256: of them, hexadecimal.
    """

    size: int
    sha256: str


def read_slice(path: Path, first: int, end: int) -> Slice | None:
    """Measure the rows from `first` up to `end` of an array, the slowest axis of which is rows.

    Returns:
        None when the file is no .npy file of numbers of format 1.0, or does not have these rows.
    """
    with path.open("rb") as file:
        header = _HEADER.match(file.read(_LONGEST))
        if header is None:
            return None
        rows, *rest = (int(length) for length in header["shape"].split(b","))
        row_bytes = math.prod(rest) * int(header["itemsize"])
        offset = _PREFIX + int.from_bytes(header["length"], "little") + first * row_bytes
        size = (end - first) * row_bytes
        if end > rows or path.stat().st_size < offset + size:
            return None
        file.seek(offset)
        return Slice(size, _digest(file.read, size))


def _digest(read: Callable[[int], bytes], size: int) -> str:
    digest = hashlib.sha256()
    while size > 0 and (piece := read(min(size, _PIECE))):
        digest.update(piece)
        size -= len(piece)
    return digest.hexdigest()
