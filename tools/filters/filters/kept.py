"""What is remembered of records that were kept, in memory that does not grow with them."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from affectory_protocol.errors import TemporaryError


class Kept:
    """A private database of SQLite, which moves to a nameless file when it grows.

    A process that dies leaves nothing behind.

    Args:
        tables: statements that make them.
    """

    def __init__(self, *tables: str) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        for table in tables:
            self._database.execute(table)
        self._database.execute("begin")

    def find(self, query: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self._database.execute(query, values).fetchall()

    def add(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement for each row.

        Raises:
            TemporaryError: there is no room for the file.
        """
        try:
            self._database.executemany(statement, rows)
        except sqlite3.OperationalError as error:
            raise TemporaryError(
                f"no room to write temporary files: {error}",
                hint="Make room, or name another folder by TMPDIR, and repeat the same command.",
            ) from error
