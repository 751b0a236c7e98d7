"""A conversation with a language model about one sentence: a request, its answer, a repair.

It asks nobody itself: whoever holds it gets the answer to its request from a server, a store, a
file or a model of their own.
"""

from collections.abc import Callable

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Expression

from llm_annotate.answer import InvalidAnswerError, read_answer
from llm_annotate.chat import ChatRequest, Completion, ask_again, build_request, read_completion
from llm_annotate.chat_config import ChatConfig
from llm_annotate.prompt import Message


class Conversation:
    """What was said about one sentence so far.

    Args:
        messages: of the first request.
        chat: what every request has in common; how often an answer is asked about.
    """

    def __init__(self, messages: list[Message], chat: ChatConfig) -> None:
        self._messages = messages
        self._chat = chat
        self._retries_left = chat.max_retries
        self._request = build_request(messages, chat)

    @property
    def request(self) -> ChatRequest:
        """The request whose answer is wanted next."""
        return self._request

    def hear(self, body: bytes) -> Expression | RecordError | None:
        """Take the answer to the request.

        Args:
            body: a chat completion.

        Returns:
            How the conversation ends, or None: then it goes on with another `request`.

        Raises:
            MalformedCompletionError: the body is no chat completion.
        """
        completion = read_completion(body)
        where = f"the answer is in the store: {self._request.digest}"
        if completion.refused:
            return RecordError(Reason.REFUSED, f"the model declined; {where}")
        try:
            return read_answer(completion.content)
        except InvalidAnswerError as invalid:
            return self._repair(completion, str(invalid), where)

    def _repair(self, completion: Completion, fault: str, where: str) -> RecordError | None:
        if not self._retries_left:
            cut_off = "cut off: " if completion.truncated else ""
            return RecordError(Reason.INVALID_ANSWER, f"{cut_off}{fault}; {where}")
        self._retries_left -= 1
        self._messages = ask_again(self._messages, completion.content, fault)
        self._request = build_request(self._messages, self._chat)
        return None


def recall(
    conversation: Conversation, look_up: Callable[[str], bytes | None]
) -> Expression | RecordError | None:
    """Lead a conversation with answers that are there already, as far as they go.

    Args:
        conversation: that is led; `request` is then the first one without an answer.
        look_up: gives the answer to the request of a digest, None where there is none yet.

    Returns:
        How it ends; None when an answer is missing.
    """
    while (body := look_up(conversation.request.digest)) is not None:
        if (end := conversation.hear(body)) is not None:
            return end
    return None
