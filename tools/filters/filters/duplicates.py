"""Records that repeat an earlier one: the first is kept, those behind it fail."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from affectory_protocol.errors import RecordError
from affectory_protocol.record import Gate, Record
from affectory_protocol.records import AnySection, Verdict, Verdicts

KeyT = TypeVar("KeyT")


class Repeat(StrEnum):
    """Why a record fails."""

    EXACT = "exact-duplicate"
    NEAR = "near-duplicate"


class Index(Protocol[KeyT]):
    """What is known of the records that were kept, and how a new one is held against it."""

    @property
    def section(self) -> type[AnySection]:
        """What records must have to be compared."""

    def measure(self, record: Record) -> KeyT:
        """What records are compared by.

        Raises:
            RecordError: it cannot be told.
        """

    def judge(self, key: KeyT) -> Verdict:
        """Hold a record against those that were kept."""

    def add(self, key: KeyT, identity: str) -> None:
        """Remember a record that is kept."""


class Duplicates(Generic[KeyT]):
    """Judges records in their order and remembers those that pass.

    Args:
        index: by what they are compared.
        name: of the verdict.
    """

    def __init__(self, index: Index[KeyT], name: str) -> None:
        self._index = index
        self._name = name
        self._gate = Gate((index.section,))

    def judge(self, records: Sequence[Record]) -> list[Verdict | RecordError]:
        """A verdict for each record, or why it cannot be judged."""
        return [self._judge(record) for record in records]

    def _judge(self, record: Record) -> Verdict | RecordError:
        try:
            key = self._index.measure(record)
        except RecordError as error:
            return error
        verdict = self._index.judge(key)
        if verdict.passed:
            self._index.add(key, record.id)
        return verdict

    def recall(self, lines: Iterable[bytes]) -> None:
        """Remember records that have their verdict already; those that failed, or have none, not.

        A record that lacks the section was handed on unseen, whatever verdict it came with.

        Raises:
            RecordError: a record that was kept can no longer be measured.
        """
        for line in lines:
            record = self._gate.admit(line)
            entry = record.entry(Verdicts.name, self._name)
            kept = isinstance(entry, dict) and entry.get("passed") is True
            if kept and record.get(self._index.section) is not None:
                self._index.add(self._index.measure(record), record.id)
