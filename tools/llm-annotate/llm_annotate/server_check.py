"""Whether a server is there and takes the key: what `check` learns without paying for an answer."""

import asyncio
import os

from affectory_protocol.errors import UnavailableError
from affectory_protocol.verb import Missing, ModelRequest
from pydantic import BaseModel, ValidationError

ADDRESS = "AFFECTORY_BASE_URL"
_SECONDS = 10.0
"""Longest wait for the list of models."""


class _Listed(BaseModel):
    id: str


class _Listing(BaseModel):
    data: list[_Listed]


def find_missing(request: ModelRequest | None) -> list[Missing]:
    """What the backend `openai` lacks; asks the server for its models, which changes nothing there.

    Raises:
        UsageError: the address is none, or AFFECTORY_OFFLINE refuses it.
    """
    from llm_annotate.client import check_address, make_headers

    base_url = os.environ.get(ADDRESS)
    if not base_url:
        return [Missing("the address of a server", f"Put what --base-url takes into {ADDRESS}.")]
    check_address(base_url)
    try:
        headers = make_headers()
    except UnavailableError as error:
        return [Missing(error.message, error.hint or "")]
    fault = asyncio.run(_ask_for_models(base_url, headers, request))
    return [] if fault is None else [fault]


async def _ask_for_models(
    base_url: str, headers: dict[str, str], request: ModelRequest | None
) -> Missing | None:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_SECONDS)
    address = f"{base_url.rstrip('/')}/models"
    try:
        async with (
            aiohttp.ClientSession(headers=headers, timeout=timeout) as session,
            session.get(address, allow_redirects=False) as response,
        ):
            return _judge(response.status, await response.read(), request)
    except (aiohttp.ClientError, TimeoutError, ConnectionError) as error:
        return Missing(
            f"a server that answers: {type(error).__name__}", f"Start it, or change {ADDRESS}."
        )


def _judge(status: int, body: bytes, request: ModelRequest | None) -> Missing | None:
    """What an answer to `GET /models` says is missing."""
    from llm_annotate.client import ADVICE
    from llm_annotate.statuses import Meaning, read_status

    meaning = read_status(status)
    if (advice := ADVICE.get(meaning)) is not None:
        return Missing(f"{advice.what}: status {status}", advice.do)
    if meaning is not Meaning.ANSWERED:
        return Missing(f"a server that answers: status {status}", "Repeat it when it is well.")
    try:
        known = {model.id for model in _Listing.model_validate_json(body).data}
    except ValidationError:
        return Missing("a list of models at the server", f"Look whether {ADDRESS} ends in /v1.")
    if request is not None and not {request.name, f"{request.name}:latest"} & known:  # as Ollama
        return Missing("the model at the server", "Look at --model: GET /models lists the others.")
    return None
