"""One record an id: a row whose id came before is rejected, never written twice and never lost."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Dropped, Imported, Row
from affectory_protocol.reasons import Reason


def reject_duplicates(rows: Iterable[Row]) -> Iterator[Row]:
    """Pass rows on; the second and later rows of an id become rejects.

    The ids lie in a private database of SQLite, which moves to a temporary file when it grows, so
    that memory does not grow with the dataset.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as memory:
        memory.execute("CREATE TABLE seen (id TEXT PRIMARY KEY) WITHOUT ROWID")
        memory.execute("BEGIN")
        for row in rows:
            if isinstance(row.outcome, Imported | Dropped):
                yield _judge(row, row.outcome.id, memory)
            else:
                yield row


def _judge(row: Row, identity: str, memory: sqlite3.Connection) -> Row:
    known = memory.execute("INSERT OR IGNORE INTO seen VALUES (?)", (identity,)).rowcount == 0
    if not known:
        return row
    error = RecordError(Reason.DUPLICATE_ID, "an earlier row has the same id")
    return Row(row.offset, row.raw, error)
