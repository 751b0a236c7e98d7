"""Requests to chat completion interfaces, and what their answers hold."""

import hashlib
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import orjson
from affectory_protocol.records.base import MAX_INTEGER

from llm_annotate.answer import answer_schema
from llm_annotate.chat_config import ChatConfig, Structured
from llm_annotate.prompt import Message

SCHEMA_NAME = "expression"
CHARACTERS_A_TOKEN = 4
"""Rule of thumb for English, for estimates before a server has counted."""


@dataclass(frozen=True)
class ChatRequest:
    """One request.

    Attributes:
        body: JSON that is sent.
        digest: SHA-256 of the body, hexadecimal: the same request has the same.
    """

    body: bytes
    digest: str

    @property
    def estimated_tokens(self) -> int:
        """How many tokens go in, about."""
        return len(self.body) // CHARACTERS_A_TOKEN


def build_request(messages: list[Message], config: ChatConfig) -> ChatRequest:
    """Make a request of messages."""
    fields: dict[str, object] = {
        "model": config.model,
        "messages": messages,
        "temperature": config.temperature,
        "max_tokens": config.max_tokens,
    }
    if config.structured is Structured.SCHEMA:
        fields["response_format"] = orjson.Fragment(_schema_format())
    elif config.structured is Structured.OBJECT:
        fields["response_format"] = {"type": "json_object"}
    body = orjson.dumps(fields)
    return ChatRequest(body, hashlib.sha256(body).hexdigest())


@cache
def _schema_format() -> bytes:
    """How the answer is asked for, as JSON: the same in every request, and most of its bytes."""
    schema = {"name": SCHEMA_NAME, "strict": True, "schema": answer_schema()}
    return orjson.dumps({"type": "json_schema", "json_schema": schema})


class Completion(NamedTuple):
    """What a server answered.

    Attributes:
        content: the words; empty when it refused or said nothing.
        refused: whether it declined.
        truncated: whether it stopped at `max_tokens`.
        tokens_in: of the request, as the server counted; None when it did not say.
        tokens_out: of the answer.
    """

    content: str
    refused: bool
    truncated: bool
    tokens_in: int | None
    tokens_out: int | None


class MalformedCompletionError(ValueError):
    """A body that is no chat completion: a proxy's page, or cut off."""


def read_completion(body: bytes) -> Completion:
    """Read a chat completion.

    Raises:
        MalformedCompletionError: it is none.
    """
    try:
        decoded = orjson.loads(body)
        choice = decoded["choices"][0]
        message = choice["message"]
        content, refusal = message.get("content"), message.get("refusal")
        usage = decoded.get("usage")
        if not isinstance(content, str | None):
            raise TypeError("content is no text")  # noqa: TRY301 - one way out for all faults
    except (orjson.JSONDecodeError, LookupError, TypeError, AttributeError) as error:
        raise MalformedCompletionError(type(error).__name__) from None
    return Completion(
        content=content or "",
        refused=bool(refusal) or choice.get("finish_reason") == "content_filter",
        truncated=choice.get("finish_reason") == "length",
        tokens_in=_read_count(usage, "prompt_tokens"),
        tokens_out=_read_count(usage, "completion_tokens"),
    )


def _read_count(usage: object, name: str) -> int | None:
    """Tokens that a server counted; None for whatever is no count: the answer is paid for."""
    count = usage.get(name) if isinstance(usage, dict) else None
    if not isinstance(count, int) or isinstance(count, bool):
        return None
    return count if 0 <= count <= MAX_INTEGER else None
