"""The array that a record names by the role of an asset."""

from typing import TYPE_CHECKING

from affectory_protocol.errors import RecordError
from affectory_protocol.places import Places
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Asset, Assets

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


def get_asset(record: Record, role: str, missing: str) -> Asset:
    """The asset in a role.

    Args:
        record: a record whose assets were declared.
        role: which asset.
        missing: what to say when there is none; the role may be a text of the record.

    Raises:
        RecordError: missing-role.
    """
    assets = record.get(Assets)
    if assets is None or role not in assets.root:
        raise RecordError(Reason.MISSING_ROLE, missing)
    return assets.root[role]


def read_array(asset: Asset, places: Places) -> "npt.NDArray[np.generic]":
    """Lay the array of an asset into memory; only what is looked at is read.

    Raises:
        RecordError: as `Places.locate` and `open_array`.
    """
    from dataset_io.array_file import open_array  # numpy is loaded when there is an array

    return open_array(places.locate(asset), asset.rows)
