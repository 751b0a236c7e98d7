"""A server that speaks the chat completion protocol and answers from the sentence alone.

    python mock_llm.py --faults 0.05 --delays 0,50,500

It prints its port. Faults and delays are seeded by the request and by how often it came, so that a
run meets the same ones each time: status 429 (with Retry-After) and 500, a connection reset,
a body that is cut off, an answer that breaks the schema. A sentence that says "status 500 after 3"
is answered so at once, each time it comes. `GET /asked` tells how often each request was
answered in full.
"""

import argparse
import asyncio
import hashlib
import json
import re
import sys
from collections import Counter
from random import Random

from aiohttp import web

SHARES = {"429": 0.02, "500": 0.01, "reset": 0.005, "cut": 0.005, "invalid": 0.005}
"""How often each fault comes when `--faults` is 1."""

LABELS = ["joy", "sadness", "anger", "fear", "surprise", "disgust", "love", "relief", "confusion"]
UNITS = ["inner brow raiser", "brow lowerer", "cheek raiser", "lip corner puller", "lips part"]


def answer(text: str) -> dict[str, object]:
    """An answer for a sentence."""
    random = Random(text)
    emotions = random.sample(LABELS, 3)
    units = random.sample(UNITS, random.randint(1, 4))
    return {
        "emotions": [
            {"label": label, "intensity": round(random.uniform(0.1, 1), 2)} for label in emotions
        ],
        "action_units": [
            {"name": unit, "side": "both", "intensity": random.choice("ABCDE")} for unit in units
        ],
        "description": f"A face of {emotions[0]}, with a trace of {emotions[1]}.",
    }


class Server:
    """What it was asked, and what it does about it."""

    def __init__(
        self, faults: float, delays: list[float], key: str | None, dies_after: int
    ) -> None:
        self._faults = faults
        self._delays = delays
        self._key = key
        self._dies_after = dies_after
        self._came: Counter[str] = Counter()
        self._answered: Counter[str] = Counter()
        self._in_flight = 0
        self._most_in_flight = 0

    async def complete(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/chat/completions."""
        body = await request.read()
        digest = hashlib.sha256(body).hexdigest()
        if self._key and request.headers.get("Authorization") != f"Bearer {self._key}":
            return web.json_response({"error": {"message": "no such key"}}, status=401)
        if request.headers.get("Idempotency-Key") != digest:
            return web.json_response({"error": {"message": "key is not the digest"}}, status=400)
        if self._dies_after and sum(self._answered.values()) >= self._dies_after:
            return self._reset(request)
        self._came[digest] += 1
        if (told := re.search(rb"status (\d+)(?: after (\d+))?", body)) is not None:
            headers = {"Retry-After": told[2].decode()} if told[2] else {}
            return web.Response(status=int(told[1]), headers=headers)
        random = Random(f"{digest} {self._came[digest]}")
        self._in_flight += 1
        self._most_in_flight = max(self._most_in_flight, self._in_flight)
        try:
            await asyncio.sleep(random.choice(self._delays))
            return self._respond(request, json.loads(body), digest, random)
        finally:
            self._in_flight -= 1

    def _respond(
        self, request: web.Request, asked: dict, digest: str, random: Random
    ) -> web.StreamResponse:
        fault = self._choose_fault(random)
        if fault == "429":
            return web.json_response({}, status=429, headers={"Retry-After": "0.01"})
        if fault == "500":
            return web.json_response({}, status=500)
        if fault == "reset":
            return self._reset(request)
        said = [m["content"] for m in asked["messages"] if m["role"] == "user"]
        text = next(one for one in reversed(said) if not one.startswith("That is not valid"))
        content = json.dumps(answer(text)) if fault != "invalid" else '{"emotions": "many"}'
        if "mumble" in text:
            content = "no JSON at all"
        message = {"role": "assistant", "content": content}
        if "refuse" in text:
            message = {"role": "assistant", "content": None, "refusal": "I would rather not."}
        body = {
            "id": digest[:8],
            "choices": [{"index": 0, "message": message, "finish_reason": "stop"}],
            "usage": {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120},
        }
        raw = json.dumps(body).encode()
        if fault == "cut":
            return web.Response(body=raw[: len(raw) // 2], content_type="application/json")
        self._answered[digest] += 1
        return web.Response(body=raw, content_type="application/json")

    def _choose_fault(self, random: Random) -> str | None:
        point = random.random()
        for name, share in SHARES.items():
            point -= share * self._faults
            if point < 0:
                return name
        return None

    @staticmethod
    def _reset(request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def list_models(self, request: web.Request) -> web.Response:
        """GET /v1/models."""
        if self._key and request.headers.get("Authorization") != f"Bearer {self._key}":
            return web.json_response({"error": {"message": "no such key"}}, status=401)
        return web.json_response({"object": "list", "data": [{"id": "mock", "object": "model"}]})

    async def tell(self, _: web.Request) -> web.Response:
        """GET /asked."""
        return web.json_response(
            {
                "answered": self._answered,
                "came": sum(self._came.values()),
                "most_in_flight": self._most_in_flight,
            }
        )


async def serve(options: argparse.Namespace) -> None:
    """Answer until the end."""
    delays = [float(delay) / 1000 for delay in options.delays.split(",")]
    server = Server(options.faults, delays, options.key, options.dies_after)
    app = web.Application(client_max_size=2**24)
    app.router.add_post("/v1/chat/completions", server.complete)
    app.router.add_get("/v1/models", server.list_models)
    app.router.add_get("/asked", server.tell)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, backlog=2048)
    await site.start()
    (address,) = runner.addresses
    sys.stdout.write(f"{address[1]}\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--faults", type=float, default=0.0)
    parser.add_argument("--delays", default="0")
    parser.add_argument("--key")
    parser.add_argument("--dies-after", type=int, default=0)
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
