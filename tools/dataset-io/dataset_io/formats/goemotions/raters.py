"""GoEmotions as its raters gave it: a csv with a row for each rater of each comment.

Author, subreddit, thread and time of a comment are personal data that no label needs: they are not
read.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.reasons import Reason
from affectory_protocol.vocabularies.emotions import VOCABULARIES

from dataset_io.delimited import Dialect, read_cells
from dataset_io.lines import Line

DIALECT = Dialect()
LABELS = VOCABULARIES["goemotions"]
REQUIRED = ("text", "id", "rater_id", "example_very_unclear", *LABELS)
"""The columns that are read."""

_MARK = "rater_id"
"""No header and no row of the simplified form holds it between commas."""

_FLAGS = {"0": False, "1": True, "false": False, "true": True}


@dataclass(frozen=True, slots=True)
class Rating:
    """What one rater said of one comment.

    Attributes:
        key: id of the comment.
        text: of the comment.
        rater: number of the rater.
        unclear: whether the comment was very unclear to the rater.
        labels: those the rater chose, in the order of the vocabulary.
    """

    key: str
    text: str
    rater: str
    unclear: bool
    labels: tuple[str, ...]


@dataclass(frozen=True)
class RaterTable:
    """The columns of one file, as its header names them."""

    columns: tuple[str, ...]

    @classmethod
    def find(cls, first: Line) -> Self | None:
        """The table that this line is the header of, or None.

        Raises:
            UsageError: it is a header of raters that lacks some of the columns.
        """
        header = next(read_cells([first], DIALECT), None)
        if header is None or isinstance(header.cells, RecordError) or _MARK not in header.cells:
            return None
        absent = [name for name in REQUIRED if name not in header.cells]
        if absent:
            raise UsageError(
                f"file {first.file + 1} of those given has no column of this name: {absent[0]}",
                hint="Give the files of GoEmotions with a row a rater as they were published.",
            )
        return cls(tuple(header.cells))

    def parse(self, cells: Sequence[str]) -> Rating:
        """Read one row.

        Raises:
            RecordError: malformed-row or empty-text.
        """
        if len(cells) != len(self.columns):
            raise RecordError(
                Reason.MALFORMED_ROW, f"a row has {len(self.columns)} columns: {len(cells)}"
            )
        row = dict(zip(self.columns, cells, strict=True))
        if not row["text"].strip():
            raise RecordError(Reason.EMPTY_TEXT, "the column text holds no text")
        if not row["rater_id"].strip():
            raise RecordError(Reason.MALFORMED_ROW, "the column rater_id is empty")
        return Rating(
            key=row["id"].strip(),
            text=row["text"],
            rater=row["rater_id"].strip(),
            unclear=_read_flag(row["example_very_unclear"]),
            labels=tuple(label for label in LABELS if _read_flag(row[label])),
        )


def _read_flag(cell: str) -> bool:
    try:
        return _FLAGS[cell.strip().lower()]
    except KeyError:
        raise RecordError(
            Reason.MALFORMED_ROW, "a label is 0 or 1, and example_very_unclear True or False"
        ) from None
