"""What a person chooses about a language model and its server."""

from enum import StrEnum

from affectory_protocol.choices import Choices
from pydantic import Field


class Structured(StrEnum):
    """How a server is told to answer in JSON."""

    SCHEMA = "json-schema"
    OBJECT = "json-object"
    NONE = "none"


class ChatConfig(Choices):
    """What every request of a run has in common.

    Attributes:
        model: as the server knows it.
        max_tokens: of an answer.
        temperature: 0 for the likeliest words.
        structured: how JSON is asked for.
        max_retries: further requests about an answer that is not valid.
    """

    model: str = Field(min_length=1)
    max_tokens: int = Field(default=800, ge=1)
    temperature: float = Field(default=0.0, ge=0.0)
    structured: Structured = Structured.SCHEMA
    max_retries: int = Field(default=2, ge=0)


class ServerConfig(Choices):
    """Where requests go and how patient we are; changes no byte of an answer.

    Attributes:
        base_url: up to and without `/chat/completions`.
        concurrency: requests in flight at most.
        max_attempts: times one request is sent.
        request_timeout: seconds an answer may take.
        requests_per_minute: limit; None is any number.
        tokens_per_minute: limit, by estimate; None is any number.
        max_requests: sent by a run, repeats included; None is any number.
        max_tokens_total: spent by a run, in and out; None is any number.
    """

    base_url: str
    concurrency: int = Field(default=64, ge=1)
    max_attempts: int = Field(default=8, ge=1)
    request_timeout: float = Field(default=120.0, gt=0)
    requests_per_minute: int | None = Field(default=None, ge=1)
    tokens_per_minute: int | None = Field(default=None, ge=1)
    max_requests: int | None = Field(default=None, ge=0)
    max_tokens_total: int | None = Field(default=None, ge=0)
