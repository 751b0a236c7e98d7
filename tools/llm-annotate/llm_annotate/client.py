"""Sends requests to one server, many at a time, and tries again where that can help."""

import asyncio
import ipaddress
import os
import socket
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple, Self
from urllib.parse import SplitResult, urlsplit

import aiohttp
from affectory_protocol.errors import AffectoryError, TemporaryError, UnavailableError, UsageError
from affectory_protocol.verb import Missing

from llm_annotate.chat import ChatRequest, MalformedCompletionError, read_completion
from llm_annotate.chat_config import ServerConfig
from llm_annotate.pace import Budget, Pace
from llm_annotate.retries import Failed, choose_wait, read_retry_after
from llm_annotate.slots import Slots
from llm_annotate.statuses import Meaning, read_status

OFFLINE = "AFFECTORY_OFFLINE"
KEY = "OPENAI_API_KEY"  # name of a variable, not a key

_MAX_BODY_BYTES = 16 * 2**20
ADVICE = {
    Meaning.KEY: Missing("the server refuses the key", f"Put the right one into {KEY}."),
    Meaning.CREDIT: Missing("the server wants to be paid first", "Add credit, or another key."),
    Meaning.ADDRESS: Missing(
        "the server has no such model or path",
        "Look at --model, and whether --base-url ends in /v1; redirections are not followed.",
    ),
}


class RefusedRequestError(Exception):
    """The server will not take this request, however often it is sent; the text says why."""


def check_address(base_url: str) -> None:
    """Refuse what is no address, and while offline whatever is not this machine.

    Raises:
        UsageError: the address is none, or holds what a receipt must not tell, or leads away from
            this machine under AFFECTORY_OFFLINE=1.
    """
    parts = _split_address(base_url)
    if parts.username or parts.password:  # a receipt tells the address
        raise UsageError("--base-url holds a password", hint=f"Put the key into {KEY}.")
    if "?" in base_url or "#" in base_url:
        raise UsageError(
            "--base-url holds a query or fragment", hint=f"End it in /v1; the key goes into {KEY}."
        )
    if os.environ.get(OFFLINE, "0") in {"", "0"}:
        return
    try:
        found = socket.getaddrinfo(str(parts.hostname), None)
    except OSError:
        found = []
    if not found or not all(ipaddress.ip_address(one[4][0]).is_loopback for one in found):
        raise UsageError(
            f"{OFFLINE} allows only this machine: {parts.hostname}",
            hint=f"Unset {OFFLINE}, or name a server on 127.0.0.1.",
        )


def _split_address(base_url: str) -> SplitResult:
    """Parts of an address; not quoted when it is none, as there may be a password in it."""
    try:
        parts = urlsplit(base_url)
        host = (parts.hostname or "").encode("idna")
        is_address = parts.scheme in {"http", "https"} and host and parts.port != 0
    except ValueError:  # brackets, port, name: each raises its own
        is_address = False
    if not is_address or base_url.split() != [base_url]:
        raise UsageError(
            "--base-url is no address of a server", hint="It is of the form http://host:8000/v1."
        )
    return parts


def make_headers() -> dict[str, str]:
    """The headers that every request has: the key from the environment, where there is one.

    Raises:
        UnavailableError: no header can hold it.
    """
    key = os.environ.get(KEY, "")
    if not (key.isascii() and key.isprintable()):
        raise UnavailableError(
            f"{KEY} holds what is no key: a line break, or a letter that no header can hold",
            hint="Copy the key again, without what stands around it.",
        )
    return {"Authorization": f"Bearer {key}"} if key else {}


class ChatClient:
    """Sends chat requests; used inside one event loop.

    Args:
        server: where to.
        budget: what may be spent.
    """

    def __init__(self, server: ServerConfig, budget: Budget) -> None:
        self._server = server
        self._address = f"{server.base_url.rstrip('/')}/chat/completions"
        self._budget = budget
        self._requests = Pace(server.requests_per_minute)
        self._tokens = Pace(server.tokens_per_minute)
        self._slots = Slots(server.concurrency)
        self._over = asyncio.Event()
        self._end: AffectoryError | None = None
        self._posting: set[asyncio.Task[object]] = set()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._server.concurrency),
            timeout=aiohttp.ClientTimeout(total=self._server.request_timeout, sock_connect=10),
            headers=make_headers(),
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def send(self, request: ChatRequest) -> bytes:
        """Send a request until it is answered.

        Returns:
            The body of a whole chat completion.

        Raises:
            RefusedRequestError: this one will never be taken, or others are answered and it is not.
            UnavailableError: the key is wrong, the credit spent, or the model or path not there.
            TemporaryError: the server cannot be reached, or keeps failing.
            LimitError: the budget is spent.
        """
        answers_before = await self._slots.take()
        try:
            answer = await self._attempt(request)
            for attempt in range(1, self._server.max_attempts):
                if isinstance(answer, bytes):
                    break
                await self._rest(choose_wait(answer, attempt))
                answer = await self._attempt(request)
            if isinstance(answer, bytes):
                return answer
            attempts = f"no answer in {self._server.max_attempts} attempts: {answer.reason}"
            if answer.doubtful and await self._slots.is_at_fault(answers_before):
                raise RefusedRequestError(f"the server answers others and gave {attempts}")
        finally:
            self._slots.leave()
        raise TemporaryError(
            f"the server gave {attempts}",
            hint="Everything answered is kept. Repeat the same command when the server is back.",
        )

    def end(self, why: AffectoryError) -> None:
        """Send nothing from now on: every request that is not in flight fails with this."""
        self._end = self._end or why
        self._over.set()

    @property
    def is_ended(self) -> bool:
        """Whether nothing more is sent."""
        return self._over.is_set()

    @property
    def posting(self) -> frozenset[asyncio.Task[object]]:
        """Who is waiting for an answer to what was sent; each by the request timeout at most."""
        return frozenset(self._posting)

    def _go_on(self) -> None:
        if self._end is not None:
            raise self._end

    async def _rest(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._over.wait()

    async def _attempt(self, request: ChatRequest) -> bytes | Failed:
        """Send a request once; give back its answer, or why another attempt may help."""
        self._go_on()
        self._budget.spend_request()
        await self._requests.take(1)
        await self._tokens.take(request.estimated_tokens)
        try:
            reply = await self._post(request)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Failed(type(error).__name__, doubtful=False)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return Failed(type(error).__name__)
        meaning = read_status(reply.status)
        if meaning is not Meaning.ANSWERED:
            _refuse(reply.status, meaning)
            doubtful = reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            wait = read_retry_after(reply.retry_after)
            return Failed(f"status {reply.status}", wait, doubtful=doubtful)
        try:
            completion = read_completion(reply.body)
        except MalformedCompletionError:
            return Failed("a body that is no chat completion")
        self._slots.count_answer()
        self._budget.spend_tokens((completion.tokens_in or 0) + (completion.tokens_out or 0))
        return reply.body

    async def _post(self, request: ChatRequest) -> "_Reply":
        task = asyncio.current_task()
        if task is not None:
            self._posting.add(task)
        try:
            async with self._session.post(
                self._address,
                data=request.body,
                headers={"Content-Type": "application/json", "Idempotency-Key": request.digest},
                allow_redirects=False,
            ) as response:
                body = await _read_body(response)
                return _Reply(response.status, body, response.headers.get("Retry-After"))
        finally:
            if task is not None:
                self._posting.discard(task)


class _Reply(NamedTuple):
    """What came back: the status, the body, and when to come back, as the server writes it."""

    status: int
    body: bytes
    retry_after: str | None


async def _read_body(response: aiohttp.ClientResponse) -> bytes:
    """The body, or as much of it as an answer may have."""
    body = await response.content.read(_MAX_BODY_BYTES)
    while not response.content.at_eof() and len(body) < _MAX_BODY_BYTES:
        body += await response.content.read(_MAX_BODY_BYTES - len(body))
    return body


def _refuse(status: int, meaning: Meaning) -> None:
    """End what no further attempt can help.

    Raises:
        UnavailableError: the key, the credit or the address is at fault, so for all requests.
        RefusedRequestError: it is this request.
    """
    if meaning is Meaning.REQUEST:
        raise RefusedRequestError(f"the server answered {status}")
    if (advice := ADVICE.get(meaning)) is not None:
        raise UnavailableError(f"{advice.what}: status {status}", hint=advice.do)
