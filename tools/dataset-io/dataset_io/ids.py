"""Ids of imported records: the dataset's name and the dataset's own key."""

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import check_id


def build_id(dataset: str, key: str) -> str:
    """Make the id of a record.

    Raises:
        RecordError: invalid-id, when the key is empty, too long or holds control characters.
    """
    if not key:
        raise RecordError(Reason.INVALID_ID, "the row's own id is empty")
    identity = f"{dataset}:{key}"
    check_id({"id": identity})
    return identity
