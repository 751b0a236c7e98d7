"""Sends requests to one server, many at a time, and tries again where that can help."""

import asyncio
import ipaddress
import os
import random
import socket
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from time import time
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp
from affectory_protocol.errors import TemporaryError, UnavailableError, UsageError

from llm_annotate.chat import ChatRequest, MalformedCompletionError, read_completion
from llm_annotate.chat_config import ServerConfig
from llm_annotate.pace import Budget, Pace

OFFLINE = "AFFECTORY_OFFLINE"
KEY = "OPENAI_API_KEY"  # name of a variable, not a key

FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
"""Seconds before the second attempt, doubled for each that follows, and at most."""
_KEY_STATUSES = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}
_AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT, HTTPStatus.TOO_MANY_REQUESTS}
_MAX_BODY_BYTES = 16 * 2**20


class RefusedRequestError(Exception):
    """The server will not take this request, however often it is sent; the status says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"the server answered {status}")
        self.status = status


@dataclass(frozen=True)
class _Failed:
    """An attempt that another one may follow.

    Attributes:
        reason: in words.
        wait: seconds that the server asks for; None when it does not say.
    """

    reason: str
    wait: float | None = None


def check_address(base_url: str) -> None:
    """Refuse what is no address, and while offline whatever is not this machine.

    Raises:
        UsageError: the address is none, or leads away from this machine under AFFECTORY_OFFLINE=1.
    """
    parts = urlsplit(base_url)
    if parts.username or parts.password:  # a receipt tells the address
        raise UsageError("--base-url holds a password", hint=f"Put the key into {KEY}.")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"--base-url is no address: {base_url}", hint="http://host:8000/v1, say.")
    if os.environ.get(OFFLINE, "0") in {"", "0"}:
        return
    try:
        found = socket.getaddrinfo(parts.hostname, None)
    except OSError:
        found = []
    if not found or not all(ipaddress.ip_address(one[4][0]).is_loopback for one in found):
        raise UsageError(
            f"{OFFLINE} allows only this machine: {parts.hostname}",
            hint=f"Unset {OFFLINE}, or name a server on 127.0.0.1.",
        )


class ChatClient:
    """Sends chat requests; used inside one event loop.

    Args:
        server: where to.
        budget: what may be spent.
    """

    def __init__(self, server: ServerConfig, budget: Budget) -> None:
        self._server = server
        self._budget = budget
        self._requests = Pace(server.requests_per_minute)
        self._tokens = Pace(server.tokens_per_minute)
        self._slots = asyncio.Semaphore(server.concurrency)
        self._answered = False

    async def __aenter__(self) -> Self:
        key = os.environ.get(KEY)
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=self._server.concurrency),
            timeout=aiohttp.ClientTimeout(total=self._server.request_timeout, sock_connect=10),
            headers={"Authorization": f"Bearer {key}"} if key else {},
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def send(self, request: ChatRequest) -> bytes:
        """Send a request until it is answered.

        Returns:
            The body of a whole chat completion.

        Raises:
            RefusedRequestError: this one will never be taken.
            UnavailableError: the key is wrong or the model is not there.
            TemporaryError: the server cannot be reached, or keeps failing.
            LimitError: the budget is spent.
        """
        failed = _Failed("")
        async with self._slots:
            for attempt in range(self._server.max_attempts):
                if attempt:
                    wait = FIRST_WAIT * 2 ** (attempt - 1) if failed.wait is None else failed.wait
                    await asyncio.sleep(_jitter(min(wait, LONGEST_WAIT)))
                answer = await self._attempt(request)
                if isinstance(answer, bytes):
                    return answer
                failed = answer
        raise TemporaryError(
            f"the server gave no answer in {self._server.max_attempts} attempts: {failed.reason}",
            hint="Everything answered is kept. Repeat the same command when the server is back.",
        )

    async def _attempt(self, request: ChatRequest) -> bytes | _Failed:
        """Send a request once; give back its answer, or why another attempt may help."""
        self._budget.spend_request()
        await self._requests.take(1)
        await self._tokens.take(request.estimated_tokens)
        try:
            status, body, retry_after = await self._post(request)
        except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
            return _Failed(type(error).__name__)
        if status != HTTPStatus.OK:
            self._judge(status)
            return _Failed(f"status {status}", retry_after)
        try:
            completion = read_completion(body)
        except MalformedCompletionError:
            return _Failed("a body that is no chat completion")
        self._answered = True
        self._budget.spend_tokens((completion.tokens_in or 0) + (completion.tokens_out or 0))
        return body

    async def _post(self, request: ChatRequest) -> tuple[int, bytes, float | None]:
        async with self._session.post(
            f"{self._server.base_url.rstrip('/')}/chat/completions",
            data=request.body,
            headers={"Content-Type": "application/json", "Idempotency-Key": request.digest},
            allow_redirects=False,
        ) as response:
            body = await response.content.read(_MAX_BODY_BYTES)
            while not response.content.at_eof() and len(body) < _MAX_BODY_BYTES:
                body += await response.content.read(_MAX_BODY_BYTES - len(body))
            return response.status, body, _read_retry_after(response.headers.get("Retry-After"))

    def _judge(self, status: int) -> None:
        """Decide whether a status is worth another attempt."""
        if status in _AGAIN or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return
        if status in _KEY_STATUSES:
            raise UnavailableError(
                f"the server refuses the key: status {status}",
                hint=f"Put the right one into {KEY}.",
            )
        if status == HTTPStatus.NOT_FOUND and not self._answered:
            raise UnavailableError(
                "the server knows no such model or path: status 404",
                hint="Look at --model, and whether --base-url ends in /v1.",
            )
        raise RefusedRequestError(status)


def _jitter(seconds: float) -> float:
    """A wait that differs between requests that failed together."""
    return seconds * (1.0 + 0.25 * random.random())


def _read_retry_after(value: str | None) -> float | None:
    """Seconds that a server asks to wait; a date counts from now."""
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - time())
    except ValueError:
        return None
