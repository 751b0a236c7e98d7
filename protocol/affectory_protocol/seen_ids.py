"""Which ids came before, in memory that does not grow with them."""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol, Self, cast

import orjson
from affectory_protocol.errors import RecordError, TemporaryError
from affectory_protocol.reasons import Reason


class Identified(Protocol):
    """A record, or a row that becomes one."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


class SeenIds:
    """Remembers ids in a private database of SQLite, which moves to a nameless file when it grows.

    A process that dies leaves nothing behind.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.execute("CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def check(self, one: Identified) -> None:
        """Refuse an id that came before.

        Raises:
            RecordError: duplicate-id.
        """
        if not self._add(one.id):
            raise RecordError(Reason.DUPLICATE_ID, "an earlier record has the same id: /id")

    def recall(self, lines: Iterable[bytes]) -> None:
        """Remember records that were passed on before an interruption."""
        for line in lines:
            with suppress(orjson.JSONDecodeError):
                self._add(cast("str", orjson.loads(line)["id"]))

    def _add(self, identity: str) -> bool:
        # In small letters: sqlite3 looks for `insert` as the locale folds letters before it counts
        # rows, and a Turkish one does not fold the I.
        try:
            cursor = self._database.execute("insert or ignore into ids values (?)", (identity,))
        except sqlite3.OperationalError as error:
            raise TemporaryError(
                f"no room to write temporary files: {error}",
                hint="Make room, or name another folder by TMPDIR, and repeat the same command.",
            ) from error
        return cursor.rowcount == 1
