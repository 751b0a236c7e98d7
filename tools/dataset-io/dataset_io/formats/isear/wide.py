r"""ISEAR as one wide table between vertical bars: person, emotion, intensity, text and more.

The file is UTF-8. A text with quotation marks in it came through an export that did not know its
own quoting: an opening mark became `\`, a closing one `\"`, the whole text got one more at its end,
and each line break behind the first mark became a vertical bar, so that such a row has more columns
than the header.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason

from dataset_io.formats.isear.account import LABELS, Account
from dataset_io.lines import decode_row

SEPARATOR = "|"
REQUIRED = ("ID", "EMOT", "INTS", "Field1", "MYKEY", "SIT")
"""Person, emotion as a number and as a word, intensity, key of the row, situation."""

_BY_CODE = {str(code): label for code, label in enumerate(LABELS, start=1)}
_SCORES = {"": None, "0": None, "1": 0.25, "2": 0.5, "3": 0.75, "4": 1.0}
"""Intensity over its maximum: 1 not very, 2 moderately, 3 intense, 4 very intense; 0 is no
answer."""


@dataclass(frozen=True)
class WideTable:
    """The columns of one wide file, as its header names them."""

    columns: tuple[str, ...]

    def parse(self, content: bytes) -> Account:
        """Read one row.

        Raises:
            RecordError: invalid-utf8, malformed-row or unknown-label.
        """
        cells = self._align(decode_row(content).split(SEPARATOR))
        label = _BY_CODE.get(cells["EMOT"].strip())
        if label is None:
            raise RecordError(Reason.UNKNOWN_LABEL, f"EMOT is a number from 1 to {len(LABELS)}")
        if cells["Field1"].strip().casefold() != label:
            raise RecordError(Reason.MALFORMED_ROW, "EMOT and Field1 name different emotions")
        intensity = cells["INTS"].strip()
        if intensity not in _SCORES:
            raise RecordError(Reason.MALFORMED_ROW, "INTS is a number from 0 to 4")
        return Account(
            key=cells["MYKEY"].strip(),
            label=label,
            text=_restore_quotes(cells["SIT"]),
            score=_SCORES[intensity],
            subject=cells["ID"].strip() or None,
        )

    def _align(self, cells: Sequence[str]) -> dict[str, str]:
        """Give each cell its column; cells beyond the header's number belong to the text."""
        surplus = len(cells) - len(self.columns)
        if surplus < 0:
            raise RecordError(
                Reason.MALFORMED_ROW, f"a row has {len(self.columns)} columns: {len(cells)}"
            )
        text = self.columns.index("SIT")
        aligned = [*cells[:text], " ".join(cells[text : text + surplus + 1])]
        aligned += cells[text + surplus + 1 :]
        return dict(zip(self.columns, aligned, strict=True))


def _restore_quotes(text: str) -> str:
    if "\\" not in text:
        return text
    return text.rstrip().removesuffix('"').replace('\\"', '"').replace("\\", '"')
