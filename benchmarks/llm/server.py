"""A server that answers every chat request at once, with a valid expression.

    python -m benchmarks.llm.server

It prints its port. The answer is ready before the first request comes: what is measured is the
client.
"""

import asyncio
import sys

import orjson
from aiohttp import web

_ANSWER = {
    "emotions": [
        {"label": "joy", "intensity": 0.8},
        {"label": "relief", "intensity": 0.4},
        {"label": "surprise", "intensity": 0.1},
    ],
    "action_units": [
        {"name": "cheek raiser", "side": "both", "intensity": "C"},
        {"name": "lip corner puller", "side": "both", "intensity": "D"},
    ],
    "description": "The cheeks rise, and a broad smile draws the corners of the mouth up.",
}
_BODY = orjson.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "mock",
        "choices": [
            {
                "index": 0,
                "finish_reason": "stop",
                "message": {"role": "assistant", "content": orjson.dumps(_ANSWER).decode()},
            }
        ],
        "usage": {"prompt_tokens": 900, "completion_tokens": 110, "total_tokens": 1010},
    }
)


async def _complete(request: web.Request) -> web.Response:
    await request.read()
    return web.Response(body=_BODY, content_type="application/json")


async def _serve() -> None:
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/chat/completions", _complete)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=4096).start()
    sys.stdout.write(f"{runner.addresses[0][1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_serve())
