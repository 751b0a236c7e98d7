"""What an audit looks at, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.receipt import Receipt


@dataclass(frozen=True)
class Finding:
    """One thing that is not as a receipt says.

    Attributes:
        file: name of the file.
        where: the record or line, empty for the whole file.
        what: what is wrong.
        is_error: whether the audit fails by it.
    """

    file: str
    where: str
    what: str
    is_error: bool = True

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{'error' if self.is_error else 'note'}: {place}: {self.what}"


@dataclass(frozen=True)
class Step:
    """A run, by what it left.

    Attributes:
        manifest: its output.
        about: where its receipt lies.
        receipt: what it says.
        streams: where each stream lies that it speaks of; None of what was not found.
    """

    manifest: Path
    about: Path
    receipt: Receipt
    streams: Mapping[str, Path | None]
