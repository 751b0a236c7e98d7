"""The limit: a loop that sends bodies with aiohttp and reads what comes back.

    python -m benchmarks.llm.bare BASE_URL REQUESTS CONCURRENCY

It checks nothing, tries nothing again and keeps nothing.
"""

import asyncio
import sys

import aiohttp
import orjson

from benchmarks.llm.clock import read_bodies, timed

HEADERS = {"Content-Type": "application/json"}


async def _send_all(base_url: str, path: str, concurrency: int) -> None:
    bodies = read_bodies(path)
    url = f"{base_url}/chat/completions"

    async def work(session: aiohttp.ClientSession) -> None:
        for body in bodies:
            async with session.post(url, data=body, headers=HEADERS) as response:
                orjson.loads(await response.read())["choices"][0]["message"]["content"]

    connector = aiohttp.TCPConnector(limit=concurrency)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(work(session))


if __name__ == "__main__":
    with timed():
        asyncio.run(_send_all(sys.argv[1], sys.argv[2], int(sys.argv[3])))
