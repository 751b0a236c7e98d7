"""Some records of a manifest, byte for byte: those of an id, those that hold a value."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson
from affectory_protocol.cli.merge import read_rows
from affectory_protocol.errors import ManifestError, UsageError
from affectory_protocol.outcomes import Consumed, Restored, Row
from affectory_protocol.record import Record
from affectory_protocol.seen_ids import SeenIds

_EXAMPLE = "For example --where /source/split=train."
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class Condition:
    """A value that a record must hold.

    Attributes:
        path: to it, a step each.
        value: a text as it is; a number, `true`, `false` or `null` as JSON writes it.
    """

    path: Sequence[str]
    value: str

    @classmethod
    def parse(cls, text: str) -> "Condition":
        """Read `POINTER=VALUE`.

        Raises:
            UsageError: it is not of that form.

        Source: of pointers RFC 6901, sections 3 and 4.
        """
        pointer, separator, value = text.partition("=")
        if not separator or not pointer.startswith("/"):
            raise UsageError(f"--where is not POINTER=VALUE: {text}", hint=_EXAMPLE)
        steps = pointer.split("/")[1:]
        return cls([one.replace("~1", "/").replace("~0", "~") for one in steps], value)

    def holds(self, members: object) -> bool:
        """Whether a record holds the value."""
        value = members
        for step in self.path:
            if isinstance(value, dict) and step in value:
                value = value[step]
            elif isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
                value = value[int(step)]
            else:
                return False
        if isinstance(value, dict | list):
            return False
        return (value if isinstance(value, str) else orjson.dumps(value).decode()) == self.value


def find_records(
    manifests: Sequence[Path], ids: Collection[str], conditions: Sequence[Condition]
) -> Iterator[Row]:
    """Yield every row of the manifests: what is wanted, what is not, and what is no record.

    Args:
        manifests: read in this order.
        ids: one of which a record must have; empty, any will do.
        conditions: all of which must hold.

    Raises:
        ManifestError: an id is not there.
    """
    missing = set(ids)
    with SeenIds() as seen:

        def judge(record: Record) -> Restored | Consumed:
            missing.discard(record.id)
            wanted = not ids or record.id in ids
            if not wanted or not all(one.holds(record.members) for one in conditions):
                return Consumed()
            seen.check(record)
            return Restored(record.line)

        yield from read_rows(manifests, judge)
    if missing:
        raise ManifestError(f"ids of --id that no record has: {len(missing)} of {len(ids)}")
