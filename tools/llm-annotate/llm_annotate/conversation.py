"""A talk with a language model by requests and chat completions.

It asks nobody itself: whoever holds it gets the answer to its request from a server, a store, a
file or a model of their own.
"""

from collections.abc import Callable

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Expression

from llm_annotate.chat import ChatRequest, build_request, read_completion
from llm_annotate.chat_config import ChatConfig
from llm_annotate.prompt import Message
from llm_annotate.talk import Talk


class Conversation:
    """What was said about one sentence so far.

    Args:
        messages: of the first request.
        chat: what every request has in common; how often an answer is asked about.
    """

    def __init__(self, messages: list[Message], chat: ChatConfig) -> None:
        self._talk = Talk(messages, chat.max_retries)
        self._chat = chat
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
        talk = self._talk
        talk.hear(completion.content, truncated=completion.truncated, where=where)
        if talk.outcome is None:
            self._request = build_request(talk.messages, self._chat)
        return talk.outcome


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
