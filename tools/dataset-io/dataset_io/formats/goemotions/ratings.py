"""The ratings of each comment brought together, however far apart their rows lie.

Rows wait in a database of SQLite that is gone with its process.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple, Self

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Imported, Row
from affectory_protocol.reasons import Reason
from affectory_protocol.records import EmotionLabel, Labels, Text
from affectory_protocol.scratch import Scratch

from dataset_io.delimited import CellRow, read_cells
from dataset_io.formats.goemotions.origin import ORIGIN
from dataset_io.formats.goemotions.raters import DIALECT, LABELS, RaterTable, Rating
from dataset_io.grouping import compute_text_digest
from dataset_io.ids import build_id
from dataset_io.lines import Line
from dataset_io.origin import Origin
from dataset_io.splits import Split

MAX_RATERS = 100
"""Most ratings of one comment that are held at once; the published files have up to five."""

_TABLES = (
    "create table comments (id text primary key, first integer) without rowid",
    "create table rows (first integer, start integer, place integer, raw blob, "
    "primary key (first, start)) without rowid",
)


class _Kept(NamedTuple):
    """A row that waits.

    Attributes:
        first: offset of the first row of its comment.
        offset: its own.
        place: number of its file among those gathered.
        raw: its bytes.
    """

    first: int
    offset: int
    place: int
    raw: bytes


@dataclass(frozen=True, slots=True)
class _Given:
    """A rating with the row it came in."""

    kept: _Kept
    rating: Rating


class Comments:
    """Gathers rows of raters, then merges those of each comment.

    Args:
        origin: of the records.
    """

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self._files: list[tuple[RaterTable, Split | None]] = []
        self._scratch = Scratch(*_TABLES)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._scratch.close()

    def gather(
        self, lines: Iterable[Line], table: RaterTable, split: Split | None
    ) -> Iterator[Row]:
        """Keep the rows of one file; those that cannot be read come out at once.

        Args:
            lines: behind the header.
            table: the columns of the file.
            split: of the comments whose first row is in the file.
        """
        self._files.append((table, split))
        for row in read_cells(lines, DIALECT):
            try:
                self._keep(row, table.parse(row.checked()).key)
            except RecordError as error:
                yield Row(row.offset, row.raw, error)

    def _keep(self, row: CellRow, key: str) -> None:
        build_id(ORIGIN.dataset, key)
        self._scratch.execute("insert or ignore into comments values (?, ?)", (key, row.offset))
        self._scratch.execute(
            "insert into rows select first, ?, ?, ? from comments where id = ?",
            (row.offset, len(self._files) - 1, row.raw, key),
        )

    def merge(self) -> Iterator[Row]:
        """Make a record of each comment, in the order of their first rows.

        A row that contradicts an earlier one of its comment comes out as a reject of its own.
        """
        ordered = self._scratch.execute(
            "select first, start, place, raw from rows order by first, start"
        )
        for _, rows in groupby(map(_Kept._make, ordered), key=attrgetter("first")):
            given: list[_Given] = []
            for kept in rows:
                try:
                    given.append(_Given(kept, self._join(given, kept)))
                except RecordError as error:
                    yield Row(kept.offset, kept.raw, error)
            yield self._build(given)

    def _join(self, given: list[_Given], kept: _Kept) -> Rating:
        """Read a row once more, as one of its comment."""
        line = Line(kept.place, kept.offset, kept.raw, b"\n", whole=True)
        table, _ = self._files[kept.place]
        rating = table.parse(next(read_cells(_split(line), DIALECT)).checked())
        if given and rating.text != given[0].rating.text:
            raise RecordError(Reason.MALFORMED_ROW, "an earlier row has another text for the id")
        if any(rating.rater == one.rating.rater for one in given):
            raise RecordError(Reason.DUPLICATE_ID, "an earlier row has the same id and rater_id")
        if len(given) == MAX_RATERS:
            raise RecordError(Reason.MALFORMED_ROW, f"a comment has up to {MAX_RATERS} raters")
        return rating

    def _build(self, given: list[_Given]) -> Row:
        first = given[0]
        split = self._files[first.kept.place][1]
        text = first.rating.text
        source = self.origin.build_source(split, {"text": compute_text_digest(text)})
        sections = (source, Text(content=text, language="en"), _count(given))
        raw = b"\n".join(one.kept.raw for one in given)
        return Row(
            first.kept.offset, raw, Imported(build_id(ORIGIN.dataset, first.rating.key), sections)
        )


def _split(line: Line) -> list[Line]:
    """The lines of a row, whose quoted text may hold line breaks."""
    pieces = line.content.split(b"\n")
    return [line._replace(content=piece) for piece in pieces]


def _count(given: list[_Given]) -> Labels:
    votes = Counter(label for one in given for label in one.rating.labels)
    build = partial(EmotionLabel, vocabulary=ORIGIN.dataset)
    return Labels(
        emotions=[build(label=label, votes=votes[label]) for label in LABELS if votes[label]],
        raters=len(given),
        unclear=sum(one.rating.unclear for one in given),
    )
