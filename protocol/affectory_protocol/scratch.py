"""A private database for what grows with the records: on the disk, and gone with its process."""

import sqlite3
from collections.abc import Iterable
from typing import Self

from affectory_protocol.errors import TemporaryError

Value = str | bytes | int | None


class Scratch:
    """A database of SQLite in memory, which moves to a nameless file when it grows.

    A process that dies leaves nothing behind.

    Args:
        *tables: statements that make its tables.
    """

    def __init__(self, *tables: str) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        for table in tables:
            self._database.execute(table)
        self._database.execute("BEGIN")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of it, and of what it holds."""
        self._database.close()

    # Statements are in small letters: sqlite3 looks for `insert` as the locale folds letters before
    # it counts rows, and a Turkish one does not fold the I.

    def execute(self, statement: str, values: Iterable[Value] = ()) -> sqlite3.Cursor:
        """Run one statement.

        Raises:
            TemporaryError: there is no room for it.
        """
        try:
            return self._database.execute(statement, tuple(values))
        except sqlite3.OperationalError as error:
            raise _no_room(error) from error

    def insert(self, statement: str, rows: Iterable[tuple[Value, ...]]) -> None:
        """Run one statement for each of many rows.

        Raises:
            TemporaryError: there is no room for them.
        """
        try:
            self._database.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            raise _no_room(error) from error


def _no_room(error: sqlite3.OperationalError) -> TemporaryError:
    return TemporaryError(
        f"no room to write temporary files: {error}",
        hint="Make room, or name another folder by TMPDIR, and repeat the same command.",
    )
