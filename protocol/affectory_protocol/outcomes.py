"""What a verb's function gives back for each record, and an importer for each row."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import DropReason
from affectory_protocol.records import AnySection, Verdict


@dataclass(frozen=True, slots=True)
class NewAsset:
    """A file to be stored for a record.

    Attributes:
        content: the whole file.
        media_type: for example image/png.
        extension: of the stored name, without its dot.
        width: pixels, for images.
        height: pixels, for images.
        shape: lengths of the axes, for arrays.
        dtype: of the numbers, for arrays.
        fps: frames a second, for films and series.
        duration: seconds, for films and series.
    """

    content: bytes
    media_type: str
    extension: str
    width: int | None = None
    height: int | None = None
    shape: tuple[int, ...] | None = None
    dtype: str | None = None
    fps: float | None = None
    duration: float | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """Sections to write into a record together with files.

    Attributes:
        sections: written into the record.
        assets: role to the new file.
    """

    sections: tuple[AnySection, ...] = ()
    assets: Mapping[str, NewAsset] = field(default_factory=dict)


MapOutcome: TypeAlias = AnySection | tuple[AnySection, ...] | Made
"""What to write into the record. In any outcome's place stands a RecordError that rejects."""

FilterOutcome: TypeAlias = Verdict


@dataclass(frozen=True, slots=True)
class Derived:
    """One record derived from another, whose remaining members it inherits.

    Attributes:
        suffix: makes the id: `parent/suffix`.
        sections: written into the derived record.
        assets: role to the new file.
    """

    suffix: str
    sections: tuple[AnySection, ...] = ()
    assets: Mapping[str, NewAsset] = field(default_factory=dict)


DeriveOutcome: TypeAlias = Sequence[Derived]


@dataclass(frozen=True, slots=True)
class Imported:
    """A foreign row that became a record.

    Attributes:
        id: of the record.
        sections: written into it; `Assets` among them name files that are there already.
        assets: role to the new file, of a verb that declares `stores` and has no `Assets` there.
    """

    id: str
    sections: tuple[AnySection, ...]
    assets: Mapping[str, NewAsset] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A foreign row that is well formed and left out all the same."""

    id: str
    sections: tuple[AnySection, ...]
    reason: DropReason


@dataclass(frozen=True, slots=True)
class Restored:
    """A row that holds a line as it was, or several, to be written back as they were.

    Attributes:
        line: the line, or several.
        replaced: values in it that took the place of others.
    """

    line: bytes
    replaced: int = 0


@dataclass(frozen=True, slots=True)
class Consumed:
    """A row that was read and that nothing is made of, as nobody asked for it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a foreign file and what became of it.

    Attributes:
        offset: byte offset in the inputs, counted one after another.
        raw: the row's bytes as they were, for the reject line.
        outcome: the record, or why there is none.
    """

    offset: int
    raw: bytes
    outcome: Imported | Dropped | Restored | Consumed | RecordError
