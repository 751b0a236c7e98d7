"""Physical lines of foreign text files, with where they lie.

Offsets are bytes over the files counted one after another. Memory does not grow with a file: a line
over the limit comes in pieces.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.outcomes import Dropped, Imported, Row
from affectory_protocol.reasons import Reason

MAX_LINE_BYTES = 64 * 2**10
"""Longest line read as one row, bytes: a hundred times the longest text of these datasets."""

_BOM = b"\xef\xbb\xbf"
_UTF_16 = frozenset({b"\xff\xfe", b"\xfe\xff"})


class Line(NamedTuple):
    """One line, or one piece of a line over the limit.

    Attributes:
        file: position of its file among the paths, from 0.
        offset: bytes before it, over all files.
        content: without its line ending and without a byte order mark.
        ending: a newline, a carriage return and a newline, or nothing at the end of a file.
        whole: False for a piece of a line over the limit.
    """

    file: int
    offset: int
    content: bytes
    ending: bytes
    whole: bool


def read_lines(paths: Sequence[Path], *, max_bytes: int = MAX_LINE_BYTES) -> Iterator[Line]:
    """Read files line by line; blank lines come as well.

    Args:
        paths: files to read, in this order.
        max_bytes: a longer line comes in pieces of this size.
    """
    offset = 0
    for file, path in enumerate(paths):
        start = offset
        inside = False  # the line before was a piece, and its line goes on
        with path.open("rb") as stream:
            while piece := stream.readline(max_bytes + 1):
                ended = piece.endswith(b"\n")
                too_long = not ended and len(piece) > max_bytes
                content = _strip_ending(piece) if ended else piece
                ending = piece[len(content) :]
                skipped = len(_BOM) if offset == start and content.startswith(_BOM) else 0
                whole = not (too_long or inside)
                yield Line(file, offset + skipped, content[skipped:], ending, whole)
                offset += len(piece)
                inside = too_long


def refuse_utf_16(paths: Sequence[Path]) -> None:
    """Refuse files in which lines cannot be told apart by bytes.

    Raises:
        UsageError: a file begins with the mark of UTF-16.
    """
    for number, path in enumerate(paths, start=1):
        with path.open("rb") as stream:
            if stream.read(2) in _UTF_16:
                raise UsageError(
                    f"file {number} of those given is UTF-16",
                    hint="Convert it, with iconv -f UTF-16 -t UTF-8 for example.",
                )


def _strip_ending(piece: bytes) -> bytes:
    return piece[:-2] if piece.endswith(b"\r\n") else piece[:-1]


def build_row(line: Line, parse: Callable[[bytes], Imported | Dropped]) -> Row:
    """Make a row of a line by a function that parses its bytes or raises why it cannot.

    Args:
        line: a line that is not blank.
        parse: bytes of the whole line to what became of it.
    """
    outcome: Imported | Dropped | RecordError
    try:
        if not line.whole:
            raise line_too_long()
        outcome = parse(line.content)
    except RecordError as error:
        outcome = error
    return Row(line.offset, line.content, outcome)


def line_too_long() -> RecordError:
    """The reject of a piece of a line over the limit."""
    return RecordError(
        Reason.LINE_TOO_LONG, f"the line is over {MAX_LINE_BYTES} bytes; this is a piece"
    )


def decode_row(content: bytes, encoding: str = "UTF-8") -> str:
    """Decode a row.

    Raises:
        RecordError: invalid-utf8, with the position; also where another encoding was named.
    """
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RecordError(
            Reason.INVALID_UTF8, f"the row is not {encoding} at byte {error.start}"
        ) from None
