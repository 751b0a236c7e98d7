"""Our client: alone, and with its store.

python -m benchmarks.llm.ours BASE_URL REQUESTS CONCURRENCY [STORE]
"""

import asyncio
import hashlib
import sys
from contextlib import ExitStack
from pathlib import Path

from llm_annotate.chat import ChatRequest
from llm_annotate.chat_config import ServerConfig
from llm_annotate.client import ChatClient
from llm_annotate.pace import Budget
from llm_annotate.store import ResponseStore

from benchmarks.llm.clock import read_bodies, timed


async def _send_all(base_url: str, path: str, concurrency: int, store_path: str | None) -> None:
    bodies = read_bodies(path)
    server = ServerConfig(base_url=base_url, concurrency=concurrency)

    async def work(client: ChatClient, store: ResponseStore | None) -> None:
        for body in bodies:
            request = ChatRequest(body, hashlib.sha256(body).hexdigest())
            if store is None or store.get(request.digest) is None:
                answer = await client.send(request)
                if store is not None:
                    store.put(request.digest, answer)

    with ExitStack() as stack:
        store = stack.enter_context(ResponseStore(Path(store_path))) if store_path else None
        async with ChatClient(server, Budget()) as client, asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(work(client, store))


if __name__ == "__main__":
    with timed():
        asyncio.run(
            _send_all(
                sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] if sys.argv[4:] else None
            )
        )
