"""A file for each record: one record's is the output, those of several are listed by it."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

from affectory_protocol.outcomes import NewAsset
from affectory_protocol.places import ASSETS_ROOT
from affectory_protocol.record import Record
from affectory_protocol.records import Asset

COLUMNS = ("id", "file", "fps", "frames")
"""Of the list."""


@dataclass(frozen=True, slots=True)
class Take:
    """What a record is turned into.

    Attributes:
        pieces: of the file, in order.
        fps: frames a second.
        frames: how many.
    """

    pieces: Iterator[bytes]
    fps: float
    frames: int


@dataclass(frozen=True, slots=True)
class Bundle:
    """Writes the files of all records.

    Attributes:
        make: the file of a record.
        put: stores one of several under the digest of its content.
        media_type: of the files.
        extension: of their names, without its dot.
    """

    make: Callable[[Record], Take]
    put: Callable[[NewAsset], Asset]
    media_type: str
    extension: str

    def write(self, records: Iterator[Record]) -> Iterator[bytes]:
        """The output in pieces.

        It is the file itself when there is one record. Otherwise the files are stored, and it is
        a table (RFC 4180) with a row for each record in order: where its file lies below the
        folder of assets, its rate and its length.
        """
        first = next(records, None)
        second = next(records, None)
        if first is not None and second is None:
            yield from self.make(first).pieces
            return
        several = chain((one for one in (first, second) if one is not None), records)
        rows = map(self._store, several)
        begun = next(rows, b"")  # where there is no folder for the files, nothing is written
        yield _write_row(COLUMNS) + begun
        yield from rows

    def _store(self, record: Record) -> bytes:
        take = self.make(record)
        asset = self.put(NewAsset(b"".join(take.pieces), self.media_type, self.extension))
        place = asset.uri.removeprefix(f"{ASSETS_ROOT}:")
        return _write_row((record.id, place, str(take.fps), str(take.frames)))


def _write_row(cells: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().encode()
