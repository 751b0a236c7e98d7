"""What a store knows about requests: the answers, and which requests a server refused for good.

Refusals lie beside the answers in the same file, in a table of their own. Reading changes no byte
of the file, so that its digest tells, once it is settled, whether there is anything new in it.
"""

from pathlib import Path

from affectory_protocol.errors import RecordError, TemporaryError, UsageError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Expression

from llm_annotate.batch.line import Attempt
from llm_annotate.conversation import Conversation, recall
from llm_annotate.store import ResponseStore, StoreFile, opening, room
from llm_annotate.tail import has_tail, read_tails

# In small letters: the sqlite3 module finds the kind of a statement by the locale's letters.
_TABLE = "create table if not exists refusals (request text primary key, status integer)"
_CHECKPOINT = "pragma wal_checkpoint(truncate)"
_REFUSE = "insert or replace into refusals values (?, ?)"
_REFUSAL = "select status from refusals where request = ?"


class KnownAnswers(StoreFile):
    """A store that is only read.

    Args:
        path: of the store; None knows nothing.

    Raises:
        UsageError: it is not there, or something else lies there.
    """

    def __init__(self, path: Path | None) -> None:
        if path is None:
            super().__init__(":memory:")
            self._tables = set[str]()
            return
        if not path.is_file():
            raise UsageError(
                f"--store is not there: {path}", hint="It is made by `llm-annotate batch collect`."
            )
        with opening(path):
            super().__init__(f"{path.absolute().as_uri()}?mode=rw")
            names = self._database.execute("select name from sqlite_master where type = 'table'")
            self._tables = {name for (name,) in names}
        if "answers" not in self._tables:
            raise UsageError(f"--store is no store of answers: {path}")

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
        return super().get(request) if "answers" in self._tables else None

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
    """Bring into the file itself what others have put beside it.

    Its write-ahead log lies there for as long as a process has it open, or after one was killed;
    and the tail of one that was.

    Args:
        path: of a store.

    Raises:
        UsageError: it is none.
        TemporaryError: a process is in the middle of reading or writing it.
    """
    log = Path(f"{path.resolve()}-wal")
    with KnownAnswers(path) as answers:
        if has_tail(path.resolve()):
            ResponseStore(path).close()
        if log.exists() and log.stat().st_size:  # one without may lie where nobody may write
            answers.settle()


class AnswersSoFar(KnownAnswers):
    """A store with what lies beside it on its way in; nothing is written.

    Args:
        path: of the store; None knows nothing.
    """

    def __init__(self, path: Path | None) -> None:
        super().__init__(path)
        self._coming = {} if path is None else dict(read_tails(path.resolve()))

    def get(self, request: str) -> bytes | None:
        """The answer to a request, or None when there is none yet."""
        return super().get(request) or self._coming.get(request)


class AnswerIntake(ResponseStore):
    """A store that takes what comes back for request files.

    An answer that is there stays: an expression may have been made of it. It goes before a refusal,
    whichever came first.

    Args:
        path: made when it is not there.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        with room():
            self._database.execute(_TABLE)

    def take(self, attempt: Attempt) -> None:
        """Keep what an attempt brought; it is in the store when this returns."""
        if attempt.answer is not None:
            if self.get(attempt.request) is None:
                self.put(attempt.request, attempt.answer)
        elif attempt.refusal is not None:
            with room():
                self._database.execute(_REFUSE, (attempt.request, attempt.refusal))
