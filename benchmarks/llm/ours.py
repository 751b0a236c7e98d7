"""Our client: alone, and with its store.

python -m benchmarks.llm.ours BASE_URL REQUESTS CONCURRENCY [STORE]
"""

import asyncio
import hashlib
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path

from llm_annotate.chat import ChatRequest
from llm_annotate.chat_config import ServerConfig
from llm_annotate.client import ChatClient
from llm_annotate.pace import Budget
from llm_annotate.shared_commits import SharedCommits
from llm_annotate.store import ResponseStore

from benchmarks.llm.clock import read_bodies, timed

BATCH = 64


async def _send_all(base_url: str, path: str, concurrency: int, store_path: str | None) -> None:
    server = ServerConfig(base_url=base_url, concurrency=concurrency)
    bodies = read_bodies(path)
    requests = (ChatRequest(body, hashlib.sha256(body).hexdigest()) for body in bodies)

    async def work(
        client: ChatClient, missing: Iterator[ChatRequest], commits: SharedCommits | None
    ) -> None:
        for request in missing:
            answer = await client.send(request)
            if commits is not None:
                await commits.put(request.digest, answer)

    with ExitStack() as stack:
        commits = None
        if store_path is not None:
            store = stack.enter_context(ResponseStore(Path(store_path)))
            commits = stack.enter_context(SharedCommits(store))
        missing = requests if commits is None else _find_missing(requests, commits)
        async with ChatClient(server, Budget()) as client, asyncio.TaskGroup() as group:
            for _ in range(concurrency):
                group.create_task(work(client, missing, commits))


def _find_missing(requests: Iterator[ChatRequest], commits: SharedCommits) -> Iterator[ChatRequest]:
    """The requests without an answer; a batch of them is looked up at once, as the command does."""
    while batch := list(islice(requests, BATCH)):
        known = commits.find([request.digest for request in batch])
        yield from (request for request in batch if request.digest not in known)


if __name__ == "__main__":
    with timed():
        asyncio.run(
            _send_all(
                sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4] if sys.argv[4:] else None
            )
        )
