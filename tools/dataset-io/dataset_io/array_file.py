"""Array files of numpy (.npy): equal numbers give equal bytes, and nothing in one is run."""

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason

MEDIA_TYPE = "application/x-npy"
EXTENSION = "npy"


def encode_array(values: npt.NDArray[np.float32]) -> bytes:
    """Write an array, its last axis the fastest, with a header of version 1.0."""
    file = io.BytesIO()
    np.lib.format.write_array(file, np.ascontiguousarray(values), (1, 0), allow_pickle=False)
    return file.getvalue()


def open_array(path: Path, rows: Sequence[int] | None = None) -> npt.NDArray[np.generic]:
    """Lay an array file into memory as it is asked for; only what is looked at is read.

    Args:
        path: of the file.
        rows: the first row and the one behind the last, where only these are meant.

    Raises:
        RecordError: asset-undecodable, asset-unreadable, or asset-mismatch for rows that are not
            there.
    """
    try:
        values: npt.NDArray[np.generic] = np.lib.format.open_memmap(path, mode="r")
    except PermissionError:
        raise RecordError(Reason.ASSET_UNREADABLE, "the array file may not be read") from None
    except (OSError, ValueError, EOFError) as error:
        raise RecordError(
            Reason.ASSET_UNDECODABLE,
            f"the file is no array file: {type(error).__name__}",
        ) from None
    if rows is None:
        return values
    first, end = rows
    if not values.ndim or end > len(values):
        raise RecordError(Reason.ASSET_MISMATCH, "the array has fewer rows than the asset names")
    return values[first:end]
