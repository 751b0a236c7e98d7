"""ISEAR as `emo;txt`: the emotion and the text, quoted as CSV where it runs over several lines.

The file is Latin-1. Lines of a text end in what is left of old line breaks; rows end in a carriage
return and a newline, lines inside a text in either form.
"""

import re
from collections.abc import Iterable, Iterator

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason

from dataset_io.formats.isear.account import LABELS, Account
from dataset_io.lines import MAX_LINE_BYTES, Line

HEADER = "emo;txt"

_NEXT_ROW = re.compile(rb"(?:%s);" % b"|".join(label.encode() for label in LABELS))
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')


def join_rows(lines: Iterable[Line]) -> Iterator[Line]:
    """Join the lines of each quoted text into one; blank lines between rows are left out.

    A quotation mark that is never closed ends where the next row begins, so that it costs one row
    and not the rest of the file.
    """
    pending: list[Line] = []
    for line in lines:
        if pending and _NEXT_ROW.match(line.content):
            yield _join(pending)
            pending = []
        if not pending and not line.content:
            continue
        pending.append(line)
        if not _is_open(pending):
            yield _join(pending)
            pending = []
    if pending:
        yield _join(pending)


def _is_open(lines: list[Line]) -> bool:
    """Whether the text goes on in the next line: it is quoted, and its marks do not pair up."""
    first, last = lines[0], lines[-1]
    if not last.whole or last.offset + len(last.content) - first.offset > MAX_LINE_BYTES:
        return False
    text = first.content.partition(b";")[2]
    if not text.startswith(b'"'):
        return False
    return (text.count(b'"') + sum(line.content.count(b'"') for line in lines[1:])) % 2 == 1


def _join(lines: list[Line]) -> Line:
    first, last = lines[0], lines[-1]
    content = b"".join(line.content + line.ending for line in lines).removesuffix(last.ending)
    whole = last.whole and len(content) <= MAX_LINE_BYTES
    return first._replace(content=content, ending=last.ending, whole=whole)


def parse_narrow(content: bytes, key: str) -> Account:
    """Read one row.

    Args:
        content: the row's bytes, line breaks inside its text included.
        key: the row's number.

    Raises:
        RecordError: malformed-row or unknown-label.
    """
    label, separator, text = _decode(content).partition(";")
    text = text.strip()
    if text.startswith('"'):
        quoted = _QUOTED.fullmatch(text)
        if quoted is None:
            raise RecordError(Reason.MALFORMED_ROW, "the text's quotation marks do not pair up")
        text = quoted[1].replace('""', '"')
    elif not separator or ";" in text:
        raise RecordError(Reason.MALFORMED_ROW, "a row has two columns with one semicolon between")
    label = label.strip().casefold()
    if label not in LABELS:
        raise RecordError(Reason.UNKNOWN_LABEL, f"an emotion is one of ISEAR's {len(LABELS)}")
    return Account(key=key, label=label, text=text)


def _decode(content: bytes) -> str:
    """Latin-1, unless somebody made it UTF-8: Latin-1 beyond ASCII is all but never valid UTF-8."""
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content.decode("latin-1")
