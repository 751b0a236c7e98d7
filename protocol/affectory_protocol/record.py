"""One record: an id, its line as it came, and the sections a verb declared, validated."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypeVar, cast

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.lines import JsonObject, is_canonical, parse_object, reject_doubled_members
from affectory_protocol.reasons import Reason
from affectory_protocol.records import SECTIONS, AnySection
from pydantic import ValidationError
from pydantic_core import ErrorDetails

MAX_ID_BYTES = 512

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")

SectionT = TypeVar("SectionT", bound=AnySection)


_NO_SECTIONS: dict[str, AnySection] = {}


class Record:
    """A parsed line. The line itself is never changed; sections are read-only models.

    Attributes:
        id: the record's id, 1 to 512 bytes.
        line: the line's bytes without its newline.
        members: the decoded object; not to be changed.
    """

    __slots__ = ("_sections", "id", "line", "members")

    def __init__(self, line: bytes, members: JsonObject, sections: dict[str, AnySection]) -> None:
        self.id = cast("str", members["id"])
        self.line = line
        self.members = members
        self._sections = sections

    @classmethod
    def parse(cls, line: bytes, sections: Sequence[type[AnySection]] = ()) -> "Record":
        """Read a line, validating the named sections where they are there.

        Raises:
            RecordError: the line is no record, or a named section breaks its schema.
        """
        return Gate(sections).admit(line)

    def __getitem__(self, section: type[SectionT]) -> SectionT:
        """The validated section; KeyError when it is absent or was not declared."""
        return cast("SectionT", self._sections[section.name])

    def get(self, section: type[SectionT]) -> SectionT | None:
        """The validated section, or None when the record has none."""
        return cast("SectionT | None", self._sections.get(section.name))

    def entry(self, section: str, key: str) -> object:
        """An entry of a section of entries as it stands in the line, or None."""
        entries = self.members.get(section)
        return entries.get(key) if isinstance(entries, dict) else None

    def seed(self, seed: int) -> int:
        """The record's own 32-bit seed: order, batch and shard do not change it."""
        digest = hashlib.sha256(f"{seed}:{self.id}".encode()).digest()
        return int.from_bytes(digest[:4], "big")

    def digest_of(self, names: Iterable[str]) -> str:
        """Digest of the values of these members, 16 hexadecimal digits; white space does not count.

        Raises:
            RecordError: they nest deeper than the encoder goes, though the parser went.
        """
        members = self.members
        read = {name: members[name] for name in names if name in members}
        try:
            canonical = orjson.dumps(read, option=orjson.OPT_SORT_KEYS)
        except orjson.JSONEncodeError:
            raise RecordError(
                Reason.INVALID_SECTION, "a section that is read nests too deep"
            ) from None
        return hashlib.sha256(canonical).hexdigest()[:16]


class Gate:
    """Decides whether a line is a record a verb can read, and says all that is wrong with it.

    Args:
        sections: sections to validate where they are there; an explicit null counts as absent.
        touched: further names that may not stand twice, such as the sections a verb writes.
    """

    def __init__(
        self, sections: Iterable[type[AnySection]], *, touched: Iterable[str] = ()
    ) -> None:
        self._validators = {
            section.name: section.__pydantic_validator__.validate_python for section in sections
        }
        self._guarded = list(dict.fromkeys(["id", *self._validators, *touched]))

    def admit(self, line: bytes) -> Record:
        """Parse and validate one line.

        Raises:
            RecordError: naming every violation with its JSON pointer.
        """
        members = parse_object(line)
        check_id(members)
        if not is_canonical(line, members):
            reject_doubled_members(line, self._guarded)
        if not self._validators:
            return Record(line, members, _NO_SECTIONS)
        sections: dict[str, AnySection] = {}
        violations: list[str] = []
        for name, validate in self._validators.items():
            value = members.get(name)
            if value is None:
                continue
            try:
                sections[name] = validate(value, extra="ignore")
            except ValidationError as error:
                violations += describe_violations(name, error)
        if violations:
            raise RecordError(Reason.INVALID_SECTION, "; ".join(violations))
        return Record(line, members, sections)


def check_id(members: JsonObject) -> None:
    """Refuse an id that breaks the protocol.

    Raises:
        RecordError: invalid-id.
    """
    identity = members.get("id")
    if type(identity) is not str:
        found = "absent" if "id" not in members else type(identity).__name__
        raise RecordError(Reason.INVALID_ID, f"/id must be text: {found}")
    if identity.isascii() and identity.isprintable() and 0 < len(identity) <= MAX_ID_BYTES:
        return
    size = len(identity.encode())
    if not 0 < size <= MAX_ID_BYTES:
        raise RecordError(Reason.INVALID_ID, f"/id must have 1 to {MAX_ID_BYTES} bytes: {size}")
    if _CONTROL.search(identity):
        raise RecordError(Reason.INVALID_ID, "/id must not hold control characters")


def describe_violations(name: str, error: ValidationError) -> list[str]:
    """Say where and how a section breaks its schema, without quoting what it holds."""
    return [
        f"{json_pointer(name, *violation['loc'])} {_rule(violation)}"
        for violation in error.errors(include_url=False, include_input=False)
    ]


def json_pointer(*path: str | int) -> str:
    """Write a path as a JSON pointer; a key that is no field of the protocol is content: `*`."""
    known = _field_names()
    return "".join(f"/{step if isinstance(step, int) or step in known else '*'}" for step in path)


@cache
def _field_names() -> frozenset[str]:
    names = set(SECTIONS)
    for section in SECTIONS.values():
        definitions = section.model_json_schema().get("$defs", {})
        for schema in (section.model_json_schema(), *definitions.values()):
            names.update(schema.get("properties", ()))
    return frozenset(names)


def _rule(violation: ErrorDetails) -> str:
    """The rule in words; pydantic's message for these kinds names the rule and never the value."""
    return violation["msg"].lower() if violation["type"] != "value_error" else "is not allowed"


def derive_id(parent: str, suffix: str) -> str:
    """Make the id of a derived record, `parent/suffix`, shortened by a digest when too long."""
    made = f"{parent}/{suffix}"
    if len(made.encode()) <= MAX_ID_BYTES:
        return made
    digest = hashlib.sha256(parent.encode()).hexdigest()
    return f"{digest}/{suffix}"
