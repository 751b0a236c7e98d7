"""What the cells of a row say: words, numbers, counts, lists, or nothing.

A row of a csv has texts, a row of JSON also numbers, lists and null. Messages name columns, as the
map does, and never quote a cell.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.records.base import MAX_INTEGER

_FLAGS = dict.fromkeys(("1", "1.0", "true", "yes"), True) | dict.fromkeys(
    ("0", "0.0", "false", "no"), False
)


@dataclass(frozen=True, slots=True)
class Cells:
    """One row.

    Attributes:
        row: value by column; a name that begins with a slash is a JSON pointer where the row has no
            such column.
        missing: texts that say that nothing is known.
        decimal: the character between ones and tenths.
    """

    row: Mapping[str, object]
    missing: frozenset[str]
    decimal: str = "."

    def value(self, column: str | None) -> object:
        """What a cell holds as it is; None when it says nothing."""
        value = None if column is None else self._find(column)
        return None if isinstance(value, str) and value.strip() in self.missing else value

    def text(self, column: str | None) -> str | None:
        """The words of a cell, or None when it says nothing.

        Raises:
            RecordError: malformed-row, when it is a list or an object.
        """
        value = self.value(column)
        if isinstance(value, list | dict):
            raise malformed(column, "holds several values where one is looked for")
        return None if value is None else _say(value)

    def items(self, column: str | None, separator: str | None) -> list[str]:
        """The words of each value in a cell, without white space around them.

        Args:
            column: a list in JSON, or texts with a separator between.
            separator: None for a cell that holds one value.

        Raises:
            RecordError: malformed-row, when a value is a list or an object itself.
        """
        value = self.value(column)
        if isinstance(value, list):
            if any(isinstance(one, list | dict) for one in value):
                raise malformed(column, "holds lists of lists or of objects")
            words = [_say(one) for one in value if one is not None]
        else:
            said = self.text(column) or ""
            words = said.split(separator) if separator else [said]
        stripped = (word.strip() for word in words)
        return [word for word in stripped if word and word not in self.missing]

    def number(self, column: str) -> float | None:
        """A finite number.

        Raises:
            RecordError: malformed-row.
        """
        said = self.text(column)
        if said is None:
            return None
        # Where tenths follow another sign, a point may be one of thousands: it is not guessed. The
        # numbers of JSON have their own form.
        foreign = "_." if self.decimal != "." and isinstance(self.value(column), str) else "_"
        try:
            number = math.nan if {*said} & {*foreign} else float(said.replace(self.decimal, "."))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise malformed(column, "holds no number")
        return number

    def count(self, column: str | None) -> int | None:
        """A whole number that is not negative.

        Raises:
            RecordError: malformed-row.
        """
        number = None if column is None else self.number(column)
        if number is None:
            return None
        if number != int(number) or not 0 <= number <= MAX_INTEGER:
            raise malformed(column, "holds no count")
        return int(number)

    def flag(self, column: str) -> bool:
        """Whether a cell says yes; one that says nothing says no.

        Raises:
            RecordError: malformed-row.
        """
        said = self.text(column)
        if said is None:
            return False
        try:
            return _FLAGS[said.strip().lower()]
        except KeyError:
            raise malformed(column, "is neither 0 nor 1, true nor false, yes nor no") from None

    def _find(self, column: str) -> object:
        if column in self.row or not column.startswith("/"):
            return self.row.get(column)
        value: object = self.row
        for step in column[1:].split("/"):
            value = value.get(step) if isinstance(value, Mapping) else None
        return value


def _say(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def malformed(column: str | None, what: str) -> RecordError:
    """The reject of a row whose cell is not what the map says."""
    return RecordError(Reason.MALFORMED_ROW, f"the column {column} {what}")
