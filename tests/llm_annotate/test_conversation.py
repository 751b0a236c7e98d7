"""What is asked about one sentence, and how that ends."""

import json

import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Expression
from llm_annotate.chat import MalformedCompletionError
from llm_annotate.chat_config import ChatConfig
from llm_annotate.conversation import Conversation
from mock_llm import answer

QUESTION = {"role": "user", "content": "I am so happy."}


def _completion(content, **message):
    choice = {"message": {"role": "assistant", "content": content, **message}}
    return json.dumps({"choices": [{**choice, "finish_reason": "stop"}]}).encode()


GOOD, BAD = _completion(json.dumps(answer("a"))), _completion('{"emotions": 3}')


@pytest.fixture
def conversation():
    return Conversation([QUESTION], ChatConfig(model="m", max_retries=2))


def test_valid_answer_ends_it(conversation):
    assert isinstance(conversation.hear(GOOD), Expression)


def test_invalid_answer_is_asked_about_with_what_was_said(conversation):
    first = conversation.request

    assert conversation.hear(BAD) is None
    assert conversation.request.digest != first.digest
    messages = json.loads(conversation.request.body)["messages"]
    assert messages[:2] == [QUESTION, {"role": "assistant", "content": '{"emotions": 3}'}]
    assert "emotions: list_type" in messages[2]["content"]
    assert isinstance(conversation.hear(GOOD), Expression)


def test_answer_that_stays_invalid_ends_it_after_the_retries(conversation):
    assert [conversation.hear(BAD), conversation.hear(BAD)] == [None, None]
    end = conversation.hear(BAD)

    assert isinstance(end, RecordError)
    assert end.reason is Reason.INVALID_ANSWER
    assert end.message.endswith(conversation.request.digest)


def test_refusal_ends_it_at_once(conversation):
    end = conversation.hear(_completion(None, refusal="no"))

    assert isinstance(end, RecordError)
    assert end.reason is Reason.REFUSED


def test_equal_conversations_ask_equal_requests(conversation):
    other = Conversation([QUESTION], ChatConfig(model="m", max_retries=2))
    conversation.hear(BAD)
    other.hear(BAD)

    assert conversation.request == other.request


def test_body_that_is_no_completion_is_no_answer(conversation):
    with pytest.raises(MalformedCompletionError):
        conversation.hear(b"<html>")
