"""Original lines out of reject lines."""

import base64
from collections.abc import Collection, Iterator
from pathlib import Path

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.lines import parse_object
from affectory_protocol.outcomes import Restored, Row
from affectory_protocol.reasons import Reason


def read_rejects(path: Path, wanted: Collection[Reason] = ()) -> Iterator[Row]:
    """Yield one row for each reject line; a line that is none becomes a reject itself.

    Args:
        path: a file of rejects.
        wanted: rejects of other reasons are left where they are and not counted; empty, every
            reject is wanted, also one whose reason only a later version knows.
    """
    offset = 0
    with path.open("rb") as file:
        for raw in file:
            line = raw.removesuffix(b"\n")
            if line.strip() and _is_wanted(reason := _reason(line), wanted):
                yield Row(offset, line, _no_reject() if reason is None else _restore(line))
            offset += len(raw)


def _is_wanted(reason: str | None, wanted: Collection[Reason]) -> bool:
    return not wanted or reason is None or reason in wanted


def _reason(line: bytes) -> str | None:
    """The reason of a reject line; None when the line is none."""
    try:
        members = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    reason = members.get("reason") if isinstance(members, dict) else None
    return reason if isinstance(reason, str) else None


def _restore(line: bytes) -> Restored | RecordError:
    try:
        members = parse_object(line)
        match members:
            case {"line": str(text)}:
                return Restored(text.encode())
            case {"line_base64": str(encoded)}:
                return Restored(base64.b64decode(encoded, validate=True))
            case {"sha256": str()}:
                return RecordError(
                    Reason.LINE_TOO_LONG, "the line was not kept; take it from the input itself"
                )
            case _:
                pass
    except RecordError as error:
        return error
    except ValueError:  # not base64
        pass
    return _no_reject()


def _no_reject() -> RecordError:
    return RecordError(Reason.INVALID_SECTION, "this is no reject line")
