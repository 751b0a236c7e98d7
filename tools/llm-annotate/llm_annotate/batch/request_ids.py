"""A set of requests in memory that does not grow with it."""

import sqlite3
from types import TracebackType
from typing import Self

from affectory_protocol.errors import TemporaryError


class RequestIds:
    """Ids of requests in a private database, which moves to a nameless file when it grows.

    A process that dies leaves nothing behind.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("create table ids (id text primary key) without rowid")
        self._database.execute("begin")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._database.close()

    def __contains__(self, request: str) -> bool:
        found = self._database.execute("select 1 from ids where id = ?", (request,)).fetchone()
        return found is not None

    def add(self, request: str) -> bool:
        """Remember a request; False when it came before."""
        # In small letters: sqlite3 finds the kind of a statement by the locale's letters.
        try:
            added = self._database.execute("insert or ignore into ids values (?)", (request,))
        except sqlite3.OperationalError as error:
            raise TemporaryError(
                f"no room to write temporary files: {error}",
                hint="Make room, or name another folder by TMPDIR, and repeat the same command.",
            ) from error
        return added.rowcount == 1
