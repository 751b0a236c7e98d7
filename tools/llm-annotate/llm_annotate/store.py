"""Answers of servers, kept by what was asked, so that nothing fully received is asked for again.

One SQLite file with a write-ahead log: an answer is in it when `put` returns and outlives a SIGKILL
from then on; several processes (shards) share it. The key is the digest of the whole request, model
and prompt included, so answers of different settings lie side by side. What a process that was
killed has left beside it (`tail.py`) is brought in by whoever opens it next.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import chain
from pathlib import Path
from typing import Self, TypeVar

from affectory_protocol.errors import ManifestError, TemporaryError, UsageError

from llm_annotate.tail import LeftTails, has_tail

Value = TypeVar("Value")

_BUSY_SECONDS = 60.0
# In small letters: the sqlite3 module finds the kind of a statement by the locale's letters.
# Bodies in the order they came, an index over the digests: half the writing of bodies by digest.
_TABLE = "create table if not exists answers (request text primary key, body blob)"
_KEEP = "insert or replace into answers values "
_ROW = "(?, ?)"
_ANSWER = "select body from answers where request = ?"
_ANSWERS = "select request, body from answers where request in "
_OTHERS = (
    "select count(*) from sqlite_master"
    " where type = 'table' and name not in ('answers', 'refusals')"
)
_PAGE_BYTES = 2048
"""An answer dirties a page of bodies and one of the index: small ones are less to write."""
_LOG_PAGES = 8192
"""In the write-ahead log before it is brought into the file, which waits for the disk."""
_AT_ONCE = 64
"""Answers of one statement: what a statement costs beside its rows is shared by so many."""
_VERSION = 1
_PRIMARY = 0xFF
"""Bits of an error code of SQLite that say its kind; the others say more."""
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class StoreFile:
    """A connection to a store.

    Args:
        place: path or address of the file.
    """

    def __init__(self, place: str) -> None:
        self._database = sqlite3.connect(
            place,
            uri=place.startswith("file:"),
            timeout=_BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def get(self, request: str) -> bytes | None:
        """The answer to a request, or None when there is none yet."""
        with room():
            found = self._database.execute(_ANSWER, (request,)).fetchone()
        return None if found is None else bytes(found[0])

    def find(self, requests: Sequence[str]) -> dict[str, bytes]:
        """Those of these requests that have an answer, with it."""
        found: dict[str, bytes] = {}
        with room():
            for part in _cut(requests):
                places = ", ".join("?" * len(part))
                found.update(self._database.execute(f"{_ANSWERS}({places})", part))
        return found

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._database.execute("begin immediate")
        try:
            yield
        except BaseException:
            if self._database.in_transaction:  # a full disk may have ended it already
                self._database.execute("rollback")
            raise
        self._database.execute("commit")


class ResponseStore(StoreFile):
    """A store that takes answers.

    Args:
        path: made when it is not there.

    Attributes:
        path: of the file, links followed.

    Raises:
        UsageError: something else lies there.
    """

    def __init__(self, path: Path) -> None:
        self.path = path.resolve()
        with opening(path, hint="Name a new file, or a store."):
            super().__init__(str(self.path))
            (version,) = self._database.execute("pragma user_version").fetchone()
            (others,) = self._database.execute(_OTHERS).fetchone()
            if version == 0 and others:
                raise UsageError(f"--store is a database of something else: {path}")
            self._database.execute(f"pragma page_size={_PAGE_BYTES}")  # counts for a new file
            self._database.execute("pragma journal_mode=wal")
            self._database.execute("pragma synchronous=normal")
            self._database.execute(f"pragma wal_autocheckpoint={_LOG_PAGES}")
            self._database.execute(_TABLE)
            if version == 0:  # of a store that is made now; another one is not written to
                self._database.execute(f"pragma user_version={_VERSION}")
            elif version != _VERSION:
                raise UsageError(f"--store is of another version: {path}")
        if has_tail(self.path):
            self._take_left()

    def _take_left(self) -> None:
        """Bring in what was left beside the store; an answer that is there stays.

        Whoever comes while another does so waits for the transaction, and finds the answers then.
        """
        with ExitStack() as held:
            held.callback(self.close)
            with room(), self._transaction():
                left = held.enter_context(LeftTails(self.path))
                for answers in _cut(list(left.read())):
                    known = self.find([request for request, _ in answers])
                    if missing := [one for one in answers if one.request not in known]:
                        self._keep(missing)
            left.remove()
            held.pop_all()
            left.close()

    def put(self, request: str, body: bytes) -> None:
        """Keep an answer; a later one to the same request takes its place."""
        self.put_all([(request, body)])

    def put_all(self, answers: Sequence[tuple[str, bytes]]) -> None:
        """Keep several answers in one transaction: all of them, or none if it fails."""
        with room():
            if len(answers) <= _AT_ONCE:  # a statement is a transaction of its own
                self._keep(answers)
                return
            with self._transaction():
                for part in _cut(answers):
                    self._keep(part)

    def _keep(self, answers: Sequence[tuple[str, bytes]]) -> None:
        rows = ", ".join([_ROW] * len(answers))
        self._database.execute(f"{_KEEP}{rows}", [*chain.from_iterable(answers)])

    def __len__(self) -> int:
        """How many answers there are."""
        (count,) = self._database.execute("select count(*) from answers").fetchone()
        return int(count)


def _cut(values: Sequence[Value]) -> Iterator[Sequence[Value]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]


@contextmanager
def opening(path: Path, hint: str | None = None) -> Iterator[None]:
    """Say of a file that cannot be opened as a store what it is.

    Args:
        path: of the file.
        hint: what to do when it is none.

    Raises:
        UsageError: it is none.
        TemporaryError: the disk is full, or fails.
    """
    try:
        yield
    except sqlite3.DatabaseError as error:
        if _lacks_room(error):
            raise TemporaryError(
                f"no room to write beside the store, or no disk to read it from: {error}",
                hint="Make room and repeat the same command.",
            ) from error
        raise UsageError(f"--store cannot be opened: {path}: {error}", hint=hint) from None


def _lacks_room(error: sqlite3.DatabaseError) -> bool:
    """Whether the disk failed: even to read, SQLite needs a small file beside the store."""
    primary = error.sqlite_errorcode & _PRIMARY
    return primary in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}


@contextmanager
def room() -> Iterator[None]:
    """Say of a store that fails what can be done about it.

    Raises:
        TemporaryError: it is full, or held.
        ManifestError: it is damaged.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        raise TemporaryError(
            f"the store cannot be used: {error}",
            hint="Make room, or wait for who holds it, and repeat the same command.",
        ) from error
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & _PRIMARY not in _DAMAGED:
            raise
        raise ManifestError(
            f"--store is damaged: {error}",
            hint="Save what can be read (sqlite3 STORE .recover), or name another --store.",
        ) from error
