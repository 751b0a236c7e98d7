"""The backend `openai`: any server that speaks the chat completion protocol.

One event loop in a thread sends what several batches ask for at once. Every answer goes through the
store: what is in it is never asked for again, and texts that are equal share one request.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Sequence
from concurrent.futures import CancelledError
from pathlib import Path

from affectory_protocol.errors import AffectoryError, RecordError, TemporaryError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Text

from llm_annotate.chat import ChatRequest
from llm_annotate.chat_config import ChatConfig, ServerConfig
from llm_annotate.client import ChatClient, RefusedRequestError
from llm_annotate.conversation import Conversation
from llm_annotate.open_files import allow_connections
from llm_annotate.pace import Budget
from llm_annotate.prompt import Prompt
from llm_annotate.shared_commits import SharedCommits
from llm_annotate.store import ResponseStore

log = logging.getLogger(__name__)


class OpenAiBackend:
    """Asks a server.

    Args:
        prompt: what is asked.
        chat: what every request has in common.
        server: where they go.
        store: file of the answers.

    Raises:
        UsageError: this process may not have so many connections open.
    """

    def __init__(self, prompt: Prompt, chat: ChatConfig, server: ServerConfig, store: Path) -> None:
        allow_connections(server.concurrency)
        self._prompt = prompt
        self._chat = chat
        self._server = server
        self._store_path = store
        self._asked: dict[str, asyncio.Task[bytes]] = {}
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._begin = threading.Lock()
        self._thread: threading.Thread | None = None
        self._fault: BaseException | None = None
        self._is_closed = False
        self._served = False

    def annotate(self, records: Sequence[Record]) -> list[Expression | RecordError]:
        """Ask for the expression of each record; called from several threads."""
        texts = [record[Text].content for record in records]
        with self._begin:  # nothing is handed to a loop that has ended: nobody would answer
            self._start()
            waiting = asyncio.run_coroutine_threadsafe(self._express_all(texts), self._loop)
        try:
            return waiting.result()
        except CancelledError:
            raise TemporaryError("the run was stopped") from None

    def close(self) -> None:
        """Wait for what is in flight if the server or a limit ended the run; else give it up."""
        with self._begin:
            self._is_closed = True
            if self._thread is not None and self._loop.is_running():
                self._loop.call_soon_threadsafe(self._stop.set)
        if self._thread is not None:
            self._thread.join()
        if self._served and self._fault is not None:
            log.warning("answers wait beside the store for the next run: %s", self._fault)

    def _start(self) -> None:
        if self._is_closed:
            raise TemporaryError("the run was stopped")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="requests", daemon=True)
            self._thread.start()
        self._ready.wait()
        if self._fault is not None:
            raise self._fault

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._serve())
        except BaseException as error:  # noqa: BLE001 - handed to the thread that asked
            self._fault = error
        finally:
            self._loop.close()
            self._ready.set()

    async def _serve(self) -> None:
        """Keep store and connections open until the run ends."""
        self._stop = asyncio.Event()
        server = self._server
        budget = Budget(server.max_requests, server.max_tokens_total)
        with ResponseStore(self._store_path) as store, SharedCommits(store) as self._commits:
            async with ChatClient(server, budget) as self._client:
                self._served = True
                self._ready.set()
                await self._stop.wait()
                others = asyncio.all_tasks() - {asyncio.current_task()}
                # What is in flight is paid for; a signal does not wait for it.
                paid = self._client.posting if self._client.is_ended else frozenset()
                for task in others - paid:
                    task.cancel()
                await asyncio.gather(*others, return_exceptions=True)

    async def _express_all(self, texts: Sequence[str]) -> list[Expression | RecordError]:
        conversations = [Conversation(self._prompt.fill(text), self._chat) for text in texts]
        known = self._commits.find([conversation.request.digest for conversation in conversations])
        answers = [
            self._answer(each.request, known.get(each.request.digest)) for each in conversations
        ]
        return list(await asyncio.gather(*map(self._express, conversations, answers)))

    async def _express(
        self, conversation: Conversation, answer: Awaitable[bytes]
    ) -> Expression | RecordError:
        while True:
            try:
                end = conversation.hear(await answer)
                if end is not None:
                    return end
                request = conversation.request
                answer = self._answer(
                    request, self._commits.find([request.digest]).get(request.digest)
                )
            except RefusedRequestError as refused:
                return RecordError(Reason.BACKEND_FAILED, str(refused))
            except AffectoryError as fault:
                self._client.end(fault)
                raise

    def _answer(self, request: ChatRequest, known: bytes | None) -> Awaitable[bytes]:
        """What the store knows, or the answer of the server; equal requests in flight share one.

        Nothing is awaited between the look at the store and the task: an answer that arrives
        meanwhile would be asked for again.
        """
        loop = asyncio.get_running_loop()
        if known is not None:
            answer = loop.create_future()
            answer.set_result(known)
            return answer
        task = self._asked.get(request.digest)
        if task is None:
            task = loop.create_task(self._ask(request))
            self._asked[request.digest] = task
            task.add_done_callback(lambda _: self._asked.pop(request.digest, None))
        return asyncio.shield(task)

    async def _ask(self, request: ChatRequest) -> bytes:
        body = await self._client.send(request)
        await self._commits.put(request.digest, body)
        return body
