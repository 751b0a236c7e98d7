"""Send requests with the openai client: its asynchronous one, as its documentation has it."""

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

from openai import AsyncOpenAI

from benchmarks.llm.clock import read_fields, timed


async def _send_all(base_url: str, requests: Iterator[dict[str, Any]], concurrency: int) -> None:
    async def work(client: AsyncOpenAI) -> None:
        for fields in requests:
            answer = await client.chat.completions.create(**fields)
            if not answer.choices[0].message.content:
                raise ValueError("an answer without words")

    async with (
        AsyncOpenAI(base_url=base_url, api_key="none") as client,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(concurrency):
            group.create_task(work(client))


if __name__ == "__main__":
    waiting = iter(read_fields(sys.argv[2]))
    with timed():
        asyncio.run(_send_all(sys.argv[1], waiting, int(sys.argv[3])))
