"""Which of several attempts at one request counts: chosen by what they hold, not by their order."""

import hashlib
from enum import IntEnum
from typing import Self

from affectory_protocol.reasons import Reason
from affectory_protocol.scratch import Scratch

from llm_annotate.answer import InvalidAnswerError, read_answer
from llm_annotate.batch.line import Attempt
from llm_annotate.chat import Completion, read_completion

_TABLE = "create table best (request text primary key, worth integer, mark text) without rowid"
_NOTE = """
insert into best values (?, ?, ?) on conflict (request)
do update set worth = excluded.worth, mark = excluded.mark
where (excluded.worth, excluded.mark) < (best.worth, best.mark)
"""
_BEST = "select 1 from best where request = ? and worth = ? and mark = ?"


class _Worth(IntEnum):
    """What an attempt brought, the best first."""

    EXPRESSION = 0
    OTHER_ANSWER = 1
    REFUSAL = 2
    NOTHING = 3


class Choice:
    """Looks at every attempt, and then knows the best one at each request.

    An answer that holds an expression goes before one that holds none, and that before a refusal.
    Of two that are worth the same the one with the smaller digest, or the smaller status, counts.
    """

    def __init__(self) -> None:
        self._scratch = Scratch(_TABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.close()

    def note(self, attempt: Attempt) -> None:
        """Look at an attempt."""
        self._scratch.execute(_NOTE, (attempt.request, *_rank(attempt)))

    def is_best(self, attempt: Attempt) -> bool:
        """Whether no attempt that was noted is better."""
        found = self._scratch.execute(_BEST, (attempt.request, *_rank(attempt)))
        return found.fetchone() is not None


def _rank(attempt: Attempt) -> tuple[int, str]:
    """Sorts the attempts at a request."""
    if attempt.answer is not None:
        fault = find_fault(read_completion(attempt.answer))
        worth = _Worth.OTHER_ANSWER if fault else _Worth.EXPRESSION
        return worth.value, hashlib.sha256(attempt.answer).hexdigest()
    if attempt.refusal is not None:
        return _Worth.REFUSAL.value, f"{attempt.refusal:03}"
    return _Worth.NOTHING.value, ""


def find_fault(completion: Completion) -> Reason | None:
    """Why there is no expression in an answer; None when it holds one."""
    if completion.refused:
        return Reason.REFUSED
    try:
        read_answer(completion.content)
    except InvalidAnswerError:
        return Reason.INVALID_ANSWER
    return None
