"""A sentence, what a language model says about it, and what it is asked next."""

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Expression

from llm_annotate.answer import InvalidAnswerError, read_answer
from llm_annotate.prompt import Message, ask_again


class Talk:
    """Goes on until an answer is valid, or too many were not.

    Args:
        messages: that ask for an expression.
        max_retries: further requests about an answer that is not valid.

    Attributes:
        messages: to be answered next.
        outcome: None while the model has to be asked.
    """

    def __init__(self, messages: list[Message], max_retries: int) -> None:
        self.messages = messages
        self.outcome: Expression | RecordError | None = None
        self._left = max_retries

    def hear(self, content: str, *, truncated: bool, where: str | None = None) -> None:
        """Take an answer.

        Args:
            content: its words.
            truncated: whether it was cut off at the longest that was allowed.
            where: place that keeps it, for whoever looks at a reject.
        """
        try:
            self.outcome = read_answer(content)
        except InvalidAnswerError as invalid:
            if self._left == 0:
                fault = f"{'cut off: ' if truncated else ''}{invalid}"
                message = f"{fault}; {where}" if where else fault
                self.outcome = RecordError(Reason.INVALID_ANSWER, message)
            else:
                self._left -= 1
                self.messages = ask_again(self.messages, content, str(invalid))
