"""What a store knows about requests: the answers, and which requests a server refused for good.

Refusals lie beside the answers in the same file, in a table of their own. Reading changes no byte
of the file, so that its digest tells, once it is settled, whether there is anything new in it.
"""

import sqlite3
from pathlib import Path
from types import TracebackType
from typing import Self

from affectory_protocol.errors import RecordError, TemporaryError, UsageError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Expression

from llm_annotate.batch.line import Attempt
from llm_annotate.conversation import Conversation, recall
from llm_annotate.store import ResponseStore, lacks_room, room

_BUSY_SECONDS = 60.0
# In small letters: the sqlite3 module finds the kind of a statement by the locale's letters.
_TABLE = "create table if not exists refusals (request text primary key, status integer)"
_CHECKPOINT = "pragma wal_checkpoint(truncate)"
_ANSWER = "select body from answers where request = ?"
_REFUSE = "insert or replace into refusals values (?, ?)"
_REFUSAL = "select status from refusals where request = ?"


class KnownAnswers:
    """A store that is only read.

    Args:
        path: of the store; None knows nothing.

    Raises:
        UsageError: it is not there, or something else lies there.
    """

    def __init__(self, path: Path | None) -> None:
        if path is not None and not path.is_file():
            raise UsageError(
                f"--store is not there: {path}", hint="It is made by `llm-annotate batch collect`."
            )
        place = ":memory:" if path is None else f"{path.absolute().as_uri()}?mode=rw"
        try:
            self._database = _open(place)
            names = self._database.execute("select name from sqlite_master where type = 'table'")
            self._tables = {name for (name,) in names}
        except sqlite3.DatabaseError as error:
            if lacks_room(error):
                raise TemporaryError(
                    f"no room to write beside the store, or no disk to read it from: {error}",
                    hint="Make room and repeat the same command.",
                ) from error
            raise UsageError(f"--store cannot be opened: {path}: {error}") from None
        if path is not None and "answers" not in self._tables:
            raise UsageError(f"--store is no store of answers: {path}")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def settle(self) -> None:
        """Empty the write-ahead log into the file.

        Raises:
            TemporaryError: a process is in the middle of reading or writing the store.
        """
        with room():
            (is_busy, _, _) = self._database.execute(_CHECKPOINT).fetchone()
        if is_busy:
            raise TemporaryError(
                "the store is in use, and new answers cannot be told from those before",
                hint="Wait for who reads or writes it, and repeat the same command.",
            )

    def get(self, request: str) -> bytes | None:
        """The answer to a request, or None when there is none yet."""
        if "answers" not in self._tables:
            return None
        with room():
            found = self._database.execute(_ANSWER, (request,)).fetchone()
        return None if found is None else bytes(found[0])

    def find_refusal(self, request: str) -> RecordError | None:
        """What to say of a request that was refused for good, None of any other."""
        if "refusals" not in self._tables:
            return None
        with room():
            found = self._database.execute(_REFUSAL, (request,)).fetchone()
        if found is None:
            return None
        return RecordError(Reason.BACKEND_FAILED, f"the server answered {found[0]:d}")

    def resolve(
        self, conversation: Conversation, *, heed_refusals: bool = True
    ) -> Expression | RecordError | None:
        """Lead a conversation as far as the store goes; None when an answer is missing.

        Args:
            conversation: that is led.
            heed_refusals: a request that was refused for good ends it.
        """
        end = recall(conversation, self.get)
        if end is not None or not heed_refusals:
            return end
        return self.find_refusal(conversation.request.digest)


def settle(path: Path) -> None:
    """Bring into the file itself what others have put into its write-ahead log.

    The log lies beside the store for as long as a process has it open, or after one was killed.

    Args:
        path: of a store.

    Raises:
        UsageError: it is none.
        TemporaryError: a process is in the middle of reading or writing it.
    """
    log = Path(f"{path.resolve()}-wal")
    with KnownAnswers(path) as answers:
        if log.exists() and log.stat().st_size:  # one without may lie where nobody may write
            answers.settle()


class AnswerIntake:
    """A store that takes what comes back for request files.

    An answer that is there stays: an expression may have been made of it. It goes before a refusal,
    whichever came first.

    Args:
        path: made when it is not there.
    """

    def __init__(self, path: Path) -> None:
        self._answers = ResponseStore(path)
        self._refusals = _open(str(path))
        with room():
            self._refusals.execute(_TABLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._refusals.close()
        self._answers.close()

    def take(self, attempt: Attempt) -> None:
        """Keep what an attempt brought; an answer is in the store when this returns."""
        if attempt.answer is not None:
            if self._answers.get(attempt.request) is None:
                self._answers.put(attempt.request, attempt.answer)
        elif attempt.refusal is not None:
            with room():
                self._refusals.execute(_REFUSE, (attempt.request, attempt.refusal))


def _open(place: str) -> sqlite3.Connection:
    return sqlite3.connect(
        place, uri=place.startswith("file:"), timeout=_BUSY_SECONDS, isolation_level=None
    )
