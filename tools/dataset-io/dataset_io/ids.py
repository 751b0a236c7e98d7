"""Ids of imported records: the dataset's name and the dataset's own key, or a digest."""

import hashlib

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import check_id

_DIGITS = 24
"""Of a digest, hexadecimal: 96 bits, so that two of a billion rows do not meet."""


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


def build_content_id(dataset: str, content: bytes) -> str:
    """Make the id of a row that has none from what it holds, wherever it lies."""
    return build_id(dataset, hashlib.sha256(content).hexdigest()[:_DIGITS])
