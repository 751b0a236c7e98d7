"""Lines of the files: a request in a request file, an attempt at it in an output or error file.

Source: OpenAI API reference, Batch: the request input and request output objects; vLLM,
`run_batch.py`, which gives null for the body of a failure; Azure OpenAI, whose older addresses
have no `/v1`.
"""

import hashlib
from dataclasses import dataclass

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from pydantic import JsonValue

from llm_annotate.chat import ChatRequest, MalformedCompletionError, read_completion
from llm_annotate.statuses import Meaning, read_status


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a server made of a request.

    Attributes:
        request: `custom_id`, which is the digest of the request.
        answer: body of a whole chat completion; None when there is none.
        refusal: status of a server that will not take the request, however often it is sent.
    """

    request: str
    answer: bytes | None = None
    refusal: int | None = None


def write_request(request: ChatRequest, endpoint: str) -> bytes:
    """A line of a request file; its body is what a server would be sent, byte for byte."""
    return b'{"custom_id":"%s","method":"POST","url":%s,"body":%s}\n' % (
        request.digest.encode(),
        orjson.dumps(endpoint),
        request.body,
    )


def read_request_id(line: bytes) -> str:
    """The `custom_id` of a line of a request file.

    Raises:
        RecordError: it is none, or its body is not the one that the `custom_id` was made of.
    """
    match _read_object(line):
        case {"custom_id": str(request), "body": dict(body)}:
            if hashlib.sha256(orjson.dumps(body)).hexdigest() == request:
                return request
            raise RecordError(Reason.MALFORMED_ROW, "the request was changed after it was written")
        case _:
            raise RecordError(
                Reason.MALFORMED_ROW, "this is no request: custom_id or body is missing"
            )


def read_attempt(line: bytes) -> Attempt:
    """Read a line of an output or error file.

    Raises:
        RecordError: it is none, or cut off.
    """
    match _read_object(line):
        case {"custom_id": str(request), "response": {"status_code": int(status), **response}}:
            return _judge(request, status, response.get("body"))
        case {"custom_id": str(request), "response": None, "error": dict() | str()}:
            return Attempt(request)  # expired or cancelled before a server saw it
        case _:
            raise RecordError(
                Reason.MALFORMED_ROW,
                "this is no answer: custom_id, response or its status_code is missing",
            )


def _read_object(line: bytes) -> dict[str, JsonValue]:
    try:
        members = orjson.loads(line)
    except orjson.JSONDecodeError:
        raise RecordError(
            Reason.INVALID_JSON, "the line is not JSON; a file cut off ends in such a line"
        ) from None
    if not isinstance(members, dict):
        raise RecordError(Reason.NOT_AN_OBJECT, "the line is JSON but not an object")
    return members


def _judge(request: str, status: int, body: object) -> Attempt:
    meaning = read_status(status)
    if meaning is Meaning.ANSWERED:
        answer = orjson.dumps(body)
        try:
            read_completion(answer)
        except MalformedCompletionError:
            return Attempt(request)
        return Attempt(request, answer=answer)
    return Attempt(request, refusal=status if meaning is Meaning.REQUEST else None)
