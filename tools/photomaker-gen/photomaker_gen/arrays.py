"""Arrays as .npy files, in and out."""

import io
import math
import re
from collections.abc import Sequence
from typing import Literal

import numpy as np
import numpy.typing as npt
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import NewAsset
from affectory_protocol.reasons import Reason

MEDIA_TYPE = "application/x-npy"
_FRACTION = re.compile(rb"[<>]f[248]")
_PREFIX = 10
"""Bytes before the header: magic, version, length of the header."""
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00(?P<length>..)"
    rb"\{'descr': '(?P<type>[^']{1,16})', 'fortran_order': (?P<order>False|True), "
    rb"'shape': \((?P<shape>(?:[0-9]{1,18}(?:, [0-9]{1,18})*,?)?)\), \} *\n",
    re.DOTALL,
)
"""The header as numpy writes it. Its own reader evaluates it, and fails in many ways on others'.

Source: NEP 1, a simple file format for NumPy arrays, version 1.0.
"""


def encode_series(array: npt.NDArray[np.generic], fps: float) -> NewAsset:
    """Make the file of an array whose rows are frames.

    Args:
        array: frames first.
        fps: frames a second.
    """
    header = io.BytesIO()
    described = np.lib.format.header_data_from_array_1_0(np.ascontiguousarray(array))
    np.lib.format.write_array_header_1_0(header, described)
    return NewAsset(
        content=b"".join((header.getvalue(), np.ascontiguousarray(array).data)),
        media_type=MEDIA_TYPE,
        extension="npy",
        shape=array.shape,
        dtype=array.dtype.name,
        fps=fps,
        duration=len(array) / fps,
    )


def decode_series(
    content: bytes, shape: tuple[int, int], rows: Sequence[int] | None = None
) -> npt.NDArray[np.floating]:
    """Read the numbers of a track: fractions of 2 to 8 bytes, in any order of bytes and of axes.

    Args:
        content: of the file.
        shape: frames and channels that the track says.
        rows: the first row of the file and the one behind the last, where only these are meant.

    Returns:
        (frames, channels).

    Raises:
        RecordError: asset-undecodable, or asset-mismatch when it is another array.
    """
    header = _HEADER.match(content)
    if header is None:
        raise RecordError(
            Reason.ASSET_UNDECODABLE, "the file of the track is no .npy file of format 1.0"
        )
    stored = _read_shape(header["shape"])
    if _FRACTION.fullmatch(header["type"]) is None or _slice_shape(stored, rows) != shape:
        raise RecordError(
            Reason.ASSET_MISMATCH,
            "the array is not the one that the track describes: a row a frame, a column a channel, "
            "numbers with a fraction",
        )
    dtype = np.dtype(header["type"].decode())
    body = memoryview(content)[_PREFIX + int.from_bytes(header["length"], "little") :]
    if len(body) != math.prod(stored) * dtype.itemsize:
        raise RecordError(Reason.ASSET_UNDECODABLE, "the file of the track is cut off or too long")
    order: Literal["F", "C"] = "F" if header["order"] == b"True" else "C"
    numbers = np.frombuffer(body, dtype).reshape(stored, order=order)[slice(*rows or (None,))]
    if not np.isfinite(numbers).all():
        raise RecordError(Reason.ASSET_UNDECODABLE, "the track holds numbers that are not finite")
    return numbers


def _slice_shape(stored: tuple[int, ...], rows: Sequence[int] | None) -> tuple[int, ...]:
    """The shape of the rows that are meant; of nothing, where the file has not so many."""
    if rows is None:
        return stored
    first, end = rows
    return (end - first, *stored[1:]) if stored and end <= stored[0] else ()


def _read_shape(written: bytes) -> tuple[int, ...]:
    return tuple(int(length) for length in written.split(b",") if length)
