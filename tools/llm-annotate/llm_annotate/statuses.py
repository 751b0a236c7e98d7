"""What the status of an answer says: whose fault it is, and whether another attempt may help.

Source: RFC 9110, section 15; RFC 6585 for 429.
"""

from enum import Enum
from http import HTTPStatus


class Meaning(Enum):
    """Whom a status speaks of."""

    ANSWERED = "answered"
    MOMENT = "moment"
    """The server cannot now: worth another attempt."""
    KEY = "key"
    CREDIT = "credit"
    ADDRESS = "address"
    """Nothing that answers lies there: another path, another server or another model is meant."""
    REQUEST = "request"
    """This request will not be taken, however often it is sent."""


_MEANINGS: dict[int, Meaning] = {
    HTTPStatus.OK: Meaning.ANSWERED,
    HTTPStatus.UNAUTHORIZED: Meaning.KEY,
    HTTPStatus.PAYMENT_REQUIRED: Meaning.CREDIT,
    HTTPStatus.FORBIDDEN: Meaning.KEY,
    HTTPStatus.NOT_FOUND: Meaning.ADDRESS,
    HTTPStatus.METHOD_NOT_ALLOWED: Meaning.ADDRESS,
    HTTPStatus.PROXY_AUTHENTICATION_REQUIRED: Meaning.ADDRESS,
    HTTPStatus.REQUEST_TIMEOUT: Meaning.MOMENT,
    HTTPStatus.CONFLICT: Meaning.MOMENT,
    HTTPStatus.GONE: Meaning.ADDRESS,
    HTTPStatus.TOO_MANY_REQUESTS: Meaning.MOMENT,
}


def read_status(status: int) -> Meaning:
    """Whom a status speaks of; a redirection is an address, as it is not followed."""
    if (known := _MEANINGS.get(status)) is not None:
        return known
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Meaning.MOMENT
    return Meaning.REQUEST if status >= HTTPStatus.BAD_REQUEST else Meaning.ADDRESS
