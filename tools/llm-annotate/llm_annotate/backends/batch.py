"""The backend `batch`: answers that files brought into the store; it asks nobody."""

from collections.abc import Sequence
from pathlib import Path

from affectory_protocol.errors import RecordError, TemporaryError
from affectory_protocol.record import Record
from affectory_protocol.records import Expression, Text

from llm_annotate.batch.answers import KnownAnswers
from llm_annotate.chat_config import ChatConfig
from llm_annotate.conversation import Conversation
from llm_annotate.prompt import Prompt


class BatchBackend:
    """Looks up what was answered.

    Args:
        prompt: what was asked.
        chat: what every request had in common.
        store: file of the answers.
    """

    def __init__(self, prompt: Prompt, chat: ChatConfig, store: Path) -> None:
        self._prompt = prompt
        self._chat = chat
        self._store = store

    def annotate(self, records: Sequence[Record]) -> list[Expression | RecordError]:
        """Look up the expression of each record.

        Raises:
            TemporaryError: an answer has not come yet.
        """
        # A batch may be done in another process, which no connection follows.
        with KnownAnswers(self._store) as answers:
            return [self._look_up(record, answers) for record in records]

    def _look_up(self, record: Record, answers: KnownAnswers) -> Expression | RecordError:
        conversation = Conversation(self._prompt.fill(record[Text].content), self._chat)
        end = answers.resolve(conversation)
        if end is None:
            raise TemporaryError(
                "an answer is not in the store yet",
                hint="Write what is missing with `llm-annotate batch write`, with the same "
                "options; collect the answers, and repeat this command: it goes on here.",
            )
        return end
