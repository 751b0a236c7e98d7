"""Lines of request, output and error files, as several providers write them."""

import json

import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from batch_provider import ask, complete
from llm_annotate.batch.line import Attempt, read_attempt, read_request_id, write_request
from llm_annotate.chat import read_completion

REQUEST = ask("one")
BODY = complete(json.loads(REQUEST.body), REQUEST.digest)


def _line(**members):
    return json.dumps({"custom_id": "a", **members}).encode()


def _responded(status, body=None, error=None):
    response = {"status_code": status, "request_id": "r", "body": body}
    return _line(id="b", response=response, error=error)


def test_answer_is_the_body_of_a_response():
    attempt = read_attempt(_responded(200, BODY))

    assert attempt.request == "a"
    assert read_completion(attempt.answer).content == BODY["choices"][0]["message"]["content"]


@pytest.mark.parametrize(
    "line",
    [
        _line(id="b", response=None, error={"code": "batch_expired", "message": "-"}),
        _line(response=None, error={"code": "batch_cancelled"}),
        _line(response=None, error="stopped"),
        *(_responded(status) for status in (302, 401, 402, 404, 405, 408, 409, 410, 429, 500, 529)),
        _responded(429, {"error": {"code": "rate_limit_exceeded"}}),
        _responded(200, {"html": "a page"}),
        _responded(200, None),
        _responded(200, "text"),
    ],
    ids=repr,
)
def test_what_may_be_answered_later_is_no_answer_yet(line):
    assert read_attempt(line) == Attempt("a")


@pytest.mark.parametrize(
    "line",
    [
        _responded(400, {"error": {"code": "context_length_exceeded"}}),  # OpenAI, Azure
        _responded(400, None, "Request must not be sent in stream mode"),  # vLLM
        _responded(400, None, {"error": {"message": "-", "type": "BadRequestError"}}),  # vLLM
        _line(response={"status_code": 400}),
    ],
)
def test_request_that_a_server_will_not_take_is_refused(line):
    assert read_attempt(line) == Attempt("a", refusal=400)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (_responded(200, BODY)[:-5], Reason.INVALID_JSON),
        (b"\xff", Reason.INVALID_JSON),
        (b"[1]", Reason.NOT_AN_OBJECT),
        (b"{}", Reason.MALFORMED_ROW),
        (_line(), Reason.MALFORMED_ROW),
        (_line(custom_id=5, response=None, error="x"), Reason.MALFORMED_ROW),
        (_line(response=None, error=None), Reason.MALFORMED_ROW),
        (_line(response={"body": BODY}, error=None), Reason.MALFORMED_ROW),
        (_line(response={"status_code": "200", "body": BODY}), Reason.MALFORMED_ROW),
        (write_request(REQUEST, "/v1/chat/completions"), Reason.MALFORMED_ROW),
    ],
    ids=repr,
)
def test_what_is_no_attempt_is_told_why(line, reason):
    with pytest.raises(RecordError) as raised:
        read_attempt(line)
    assert raised.value.reason is reason


def test_request_is_known_by_its_body():
    line = write_request(REQUEST, "/chat/completions")

    assert read_request_id(line) == REQUEST.digest
    assert json.loads(line)["url"] == "/chat/completions"
    for wrong in (line.replace(b'"mock"', b'"other"'), b"{}", _responded(200, BODY)):
        with pytest.raises(RecordError):
            read_request_id(wrong)
