"""Which ids came before, in memory that does not grow with them."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Protocol, Self, cast

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.scratch import Scratch


class Identified(Protocol):
    """A record, or a row that becomes one."""

    @property
    def id(self) -> str:
        """Its id."""
        ...


class SeenIds:
    """Remembers ids."""

    def __init__(self) -> None:
        self._scratch = Scratch("CREATE TABLE ids (id TEXT PRIMARY KEY) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.close()

    def check(self, one: Identified) -> None:
        """Refuse an id that came before.

        Raises:
            RecordError: duplicate-id.
        """
        if not self.add(one.id):
            raise RecordError(Reason.DUPLICATE_ID, "an earlier record has the same id: /id")

    def recall(self, lines: Iterable[bytes]) -> None:
        """Remember records that were passed on before an interruption."""
        for line in lines:
            with suppress(orjson.JSONDecodeError):
                self.add(cast("str", orjson.loads(line)["id"]))

    def __contains__(self, identity: str) -> bool:
        found = self._scratch.execute("select 1 from ids where id = ?", (identity,))
        return found.fetchone() is not None

    def add(self, identity: str) -> bool:
        """Remember an id; False when it came before."""
        cursor = self._scratch.execute("insert or ignore into ids values (?)", (identity,))
        return cursor.rowcount == 1
