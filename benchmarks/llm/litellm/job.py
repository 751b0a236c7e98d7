"""Send requests with litellm: `acompletion`, to a server of the protocol."""

import asyncio
import sys
from collections.abc import Iterator
from typing import Any

import litellm

from benchmarks.llm.clock import read_fields, timed


async def _send_all(base_url: str, requests: Iterator[dict[str, Any]], concurrency: int) -> None:
    async def work() -> None:
        for fields in requests:
            fields["model"] = f"openai/{fields['model']}"
            answer = await litellm.acompletion(**fields, api_base=base_url, api_key="none")
            if not answer.choices[0].message.content:
                raise ValueError("an answer without words")

    async with asyncio.TaskGroup() as group:
        for _ in range(concurrency):
            group.create_task(work())


if __name__ == "__main__":
    waiting = iter(read_fields(sys.argv[2]))
    with timed():
        asyncio.run(_send_all(sys.argv[1], waiting, int(sys.argv[3])))
