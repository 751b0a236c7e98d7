"""The bytes of one line: is it an object, where are its members, how is one added to it.

A line is never decoded and encoded again. New members are appended before the closing brace, an
existing one is replaced by exchanging the bytes of its value, and everything else stays as it was.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import takewhile
from typing import NamedTuple

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason

JsonObject = dict[str, object]

_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_TOKEN = re.compile(_STRING + rb"|[{}\[\]:,]", re.DOTALL)
_WHITESPACE = b" \t\r\n"
_ESCAPED_LETTER = re.compile(rb"\\u00[5-7]")
"""An escaped ASCII letter or underscore: how a section's name is written that a search misses."""


class Member(NamedTuple):
    """Where a member of the object lies in the line: byte offsets, half-open."""

    name: str
    start: int
    value_start: int
    value_end: int


def parse_object(line: bytes) -> JsonObject:
    """Decode a line, or say why it is no record.

    Raises:
        RecordError: invalid-utf8, invalid-json or not-an-object.
    """
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise RecordError(*_explain_parse_failure(line, error)) from None
    if type(value) is not dict:
        raise RecordError(Reason.NOT_AN_OBJECT, f"a record is an object: {type(value).__name__}")
    return value


def _explain_parse_failure(line: bytes, error: orjson.JSONDecodeError) -> tuple[Reason, str]:
    try:
        line.decode()
    except UnicodeDecodeError as undecodable:
        return Reason.INVALID_UTF8, f"not UTF-8 at byte {undecodable.start} of the line"
    return (
        Reason.INVALID_JSON,
        f"{_without_content(error.msg)} at character {error.pos} of the line",
    )


def _without_content(message: str) -> str:
    """The parser's words up to its own position; they name rules, never values."""
    return message.split(":", 1)[0]


def is_canonical(line: bytes, members: JsonObject) -> bool:
    """Whether the line is what the encoder would write, which leaves no room for a doubled key."""
    try:
        return orjson.dumps(members) == line
    except orjson.JSONEncodeError:  # nested deeper than the encoder goes, though the parser went
        return False


def reject_doubled_members(line: bytes, names: Iterable[str]) -> None:
    """Refuse an object in which one of these names stands twice at the top level.

    Raises:
        RecordError: duplicate-key.
    """
    names = list(names)
    if not _ESCAPED_LETTER.search(line) and all(line.count(f'"{n}"'.encode()) <= 1 for n in names):
        return
    found = [member.name for member in scan_members(line)]
    for name in names:
        if found.count(name) > 1:
            raise RecordError(Reason.DUPLICATE_KEY, f"the member stands twice: {name}")


def scan_members(line: bytes) -> list[Member]:
    """Find the members of a line that `parse_object` accepts.

    Returns:
        One entry for each member at the top level, in order, doubled ones included.
    """
    members: list[Member] = []
    depth = 0
    name: str | None = None
    start = value_start = 0
    for token in _TOKEN.finditer(line):
        first = line[token.start()]
        if first in b"{[":
            depth += 1
        elif depth > 1:
            depth -= first in b"}]"
        elif first in b'"' and name is None:
            start, name = token.start(), orjson.loads(token.group())
        elif first in b":":
            value_start = token.end()
        elif first in b",}" and name is not None:
            members.append(_member(line, name, start, value_start, token.start()))
            name = None
    return members


def _member(line: bytes, name: str, start: int, value_start: int, stop: int) -> Member:
    value = line[value_start:stop]
    lead = len(value) - len(value.lstrip(_WHITESPACE))
    return Member(name, start, value_start + lead, value_start + len(value.rstrip(_WHITESPACE)))


def find_value(line: bytes, members: JsonObject, name: str) -> slice:
    """Find the bytes of a member's value; of the last one where a name stands twice, as parsers do.

    Args:
        line: an object.
        members: what is in it; all of it, in its order.
        name: of one of them.
    """
    if is_canonical(line, members):  # then the place follows from the values before
        before = {one: members[one] for one in takewhile(lambda one: one != name, members)}
        start = len(orjson.dumps({**before, name: 0})) - len("0}")
        return slice(start, start + len(orjson.dumps(members[name])))
    member = [m for m in scan_members(line) if m.name == name][-1]
    return slice(member.value_start, member.value_end)


def edit_members(
    line: bytes, changes: Mapping[str, bytes], *, present: Iterable[str], remove: Iterable[str] = ()
) -> bytes:
    """Replace, append and remove members; every other byte stays.

    Args:
        line: an object with at least one member.
        changes: name to the JSON of its new value; names not yet there are appended in this order.
        present: names of the members the line has.
        remove: names of members to leave out, with their commas.
    """
    replaced: set[str] = set()
    if remove or not changes.keys().isdisjoint(present):
        there = set(present)
        removed = there.intersection(remove)
        replaced = there.intersection(changes) - removed
        line = _splice(line, {name: changes[name] for name in replaced}, removed)
    added = [b"%s:%s" % (orjson.dumps(n), v) for n, v in changes.items() if n not in replaced]
    return append_members(line, b",".join(added)) if added else line


def append_members(line: bytes, added: bytes) -> bytes:
    """Append encoded members before the closing brace of an object that has at least one."""
    if line.endswith(b"}"):
        return b"%s,%s}" % (line[:-1], added)
    brace = line.rindex(b"}")
    return b"%s,%s%s" % (line[:brace], added, line[brace:])


def _splice(line: bytes, replaced: Mapping[str, bytes], removed: set[str]) -> bytes:
    members = scan_members(line)
    pieces: list[bytes] = []
    position = 0
    kept = 0
    for index, member in enumerate(members):
        if member.name in replaced:
            pieces += [line[position : member.value_start], replaced[member.name]]
            position = member.value_end
        if member.name in removed:
            # The comma behind goes with a first member, the comma before with a later one.
            follows = members[index + 1].start if index + 1 < len(members) else member.value_end
            stop = line.rindex(b",", 0, member.start) if kept else member.start
            pieces.append(line[position:stop])
            position = member.value_end if kept else follows
        else:
            kept += 1
    return b"".join([*pieces, line[position:]])
