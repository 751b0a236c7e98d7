"""What records need before each of them has its expression."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.errors import RecordError
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Text
from affectory_protocol.seen_ids import SeenIds

from llm_annotate.batch.answers import KnownAnswers
from llm_annotate.chat import ChatRequest
from llm_annotate.chat_config import ChatConfig
from llm_annotate.conversation import Conversation
from llm_annotate.prompt import Prompt


@dataclass
class Need:
    """What records need, in numbers.

    Attributes:
        records: read.
        expressed: of these, with an expression in the store.
        rejected: of these, whose conversation ended without one.
        waiting: of these, that wait for an answer.
        requests: to be sent; records with equal texts wait for one.
        repairs: of these, about an answer that is not valid.
    """

    records: int = 0
    expressed: int = 0
    rejected: int = 0
    waiting: int = 0
    requests: int = 0
    repairs: int = 0

    def __str__(self) -> str:
        """In words."""
        if not self.requests:
            return f"{self.records} records: no answer is missing"
        return (
            f"{self.records} records: {self.waiting} wait for the answers to {self.requests} "
            f"requests, {self.repairs} of them repairs"
        )


class Needs:
    """Finds the requests that are still to be sent, each once.

    Args:
        prompt: what is asked.
        chat: what every request has in common.
        answers: that are there.
        asked: remembers requests.
        ask_refused: a request that was refused for good is to be sent, too.
    """

    def __init__(
        self,
        prompt: Prompt,
        chat: ChatConfig,
        answers: KnownAnswers,
        asked: SeenIds,
        *,
        ask_refused: bool = False,
    ) -> None:
        self._prompt = prompt
        self._chat = chat
        self._answers = answers
        self._asked = asked
        self._heed_refusals = not ask_refused
        self.total = Need()

    def find(self, record: Record) -> ChatRequest | None:
        """The request that a record waits for, unless an earlier one waits for it as well."""
        total = self.total
        total.records += 1
        conversation = Conversation(self._prompt.fill(record[Text].content), self._chat)
        first = conversation.request
        end = self._answers.resolve(conversation, heed_refusals=self._heed_refusals)
        if isinstance(end, Expression):
            total.expressed += 1
            return None
        if isinstance(end, RecordError):
            total.rejected += 1
            return None
        total.waiting += 1
        if not self._asked.add(conversation.request.digest):
            return None
        total.requests += 1
        total.repairs += conversation.request is not first
        return conversation.request


def count_needs(records: Iterable[Record], prompt: Prompt, chat: ChatConfig, store: Path) -> Need:
    """Count what records need, and do nothing about it."""
    with KnownAnswers(store) as answers, SeenIds() as asked:
        needs = Needs(prompt, chat, answers, asked)
        for record in records:
            needs.find(record)
    return needs.total
