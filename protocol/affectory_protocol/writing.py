"""From what a verb found to the bytes of a record: sections with their maker, in the line."""

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import cast

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.lines import JsonObject, append_members, edit_members, find_value
from affectory_protocol.outcomes import Derived, Made, NewAsset
from affectory_protocol.places import AssetStore
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record, derive_id
from affectory_protocol.records import (
    AnySection,
    Asset,
    Assets,
    Faces,
    Section,
    Tracks,
    Verdict,
    Verdicts,
)
from affectory_protocol.records.base import Model
from affectory_protocol.settings import Existing
from pydantic import ValidationError

IMPORT_VERBS = "import"
"""First word of verbs that bring in what people made; the sections they write count as people's."""


_MAKER = {"made_by"}


class NonFiniteError(ValueError):
    """A verb made a number that is not finite."""


@dataclass(frozen=True)
class Signature:
    """Writes `made_by` for one run.

    Attributes:
        prefix: its JSON up to the digest of what was read.
    """

    prefix: bytes

    @classmethod
    def of(cls, values: Mapping[str, str | int | None]) -> "Signature":
        """Prepare a signature from all that `made_by` says but the digest of what was read."""
        known = {name: value for name, value in values.items() if value is not None}
        return cls(orjson.dumps(known)[:-1] + b',"read":"')

    def sign(self, read: str) -> bytes:
        """The JSON of `made_by` for something made from what has this digest."""
        return self.prefix + read.encode() + b'"}'


def encode_model(model: Model, made_by: bytes) -> bytes:
    """Write a model with its maker.

    Raises:
        NonFiniteError: it holds a number that JSON has no word for.
    """
    earlier = _MAKER if "made_by" in model.__pydantic_fields_set__ else None
    encoded = model.__pydantic_serializer__.to_json(model, exclude_unset=True, exclude=earlier)
    if b"NaN" in encoded or b"Infinity" in encoded:
        try:
            orjson.loads(encoded)
        except orjson.JSONDecodeError:
            raise NonFiniteError(f"a number in {type(model).__name__} is not finite") from None
    separator = b"," if len(encoded) > len(b"{}") else b""
    return b'%s%s"made_by":%s}' % (encoded[:-1], separator, made_by)


def encode_sections(
    record: Record, sections: Iterable[AnySection], made_by: bytes, policy: "Policy"
) -> tuple[dict[str, bytes], int]:
    """Encode sections to be written into a record, entries merged with those already there.

    Returns:
        Name to JSON of each member that changes, and how many sections or entries were replaced.

    Raises:
        RecordError: section-exists, human-section, or invalid-section.
    """
    changes: dict[str, bytes] = {}
    replaced = 0
    for section in sections:
        if isinstance(section, Section):
            present = record.members.get(section.name)
            if policy.keeps(present, section.name):
                continue
            changes[section.name] = encode_model(section, made_by)
            replaced += present is not None
            continue
        there = read_entries(record, section.name)
        entries = {
            key: encode_model(entry, made_by)
            for key, entry in cast("Mapping[str, Model]", section.root).items()
            if not policy.keeps(there.get(key), f"{section.name}/{key}")
        }
        replaced += len(entries.keys() & there.keys())
        changes[section.name] = merge_entries(record, section.name, there, entries)
    return changes, replaced


def merge_entries(
    record: Record, name: str, there: JsonObject, entries: Mapping[str, bytes]
) -> bytes:
    """The JSON of a section of entries with these put into it.

    Args:
        record: that has the section, or not.
        name: of the section.
        there: what it holds.
        entries: key to the JSON of each entry that changes.
    """
    if not there:
        return _join_entries(entries)
    raw = record.line[find_value(record.line, record.members, name)]
    return edit_members(raw, entries, present=there)


def _join_entries(entries: Mapping[str, bytes]) -> bytes:
    return b"{%s}" % b",".join(orjson.dumps(key) + b":" + v for key, v in entries.items())


def read_entries(record: Record, name: str) -> JsonObject:
    """What a keyed section of the record holds; it may be one that no gate has looked at.

    Raises:
        RecordError: invalid-section.
    """
    present = record.members.get(name)
    if present is None:
        return {}
    if not isinstance(present, dict):
        raise RecordError(Reason.INVALID_SECTION, f"/{name} must be an object")
    return present


@dataclass(frozen=True)
class Policy:
    """What happens to a section that is there already.

    Attributes:
        existing: replace it, keep it, or reject the record.
        overwrite_human: whether one that people made may be replaced.
    """

    existing: Existing = Existing.REPLACE
    overwrite_human: bool = False

    def keeps(self, present: object, where: str) -> bool:
        """Whether what is there stays.

        Raises:
            RecordError: it may not be replaced.
        """
        if present is None:
            return False
        if self.existing is Existing.KEEP:
            return True
        if self.existing is Existing.REJECT:
            raise RecordError(
                Reason.SECTION_EXISTS, f"the section is there already: /{_first(where)}"
            )
        if not self.overwrite_human and is_human(present):
            raise RecordError(
                Reason.HUMAN_SECTION,
                f"people made this section; --overwrite-human would replace it: /{_first(where)}",
            )
        return False


def _first(where: str) -> str:
    return where.partition("/")[0]


def is_human(present: object) -> bool:
    """Whether people made a section or entry: it names no verb, or one that imported it."""
    made_by = present.get("made_by") if isinstance(present, dict) else None
    if not isinstance(made_by, dict):
        return True
    return str(made_by.get("verb", "")).split(" ")[0] == IMPORT_VERBS


def write_verdict(
    record: Record, name: str, verdict: Verdict, made_by: bytes, policy: Policy
) -> tuple[bytes, int]:
    """Write a verdict into a record; return its line and whether one was replaced."""
    if Verdicts.name not in record.members:
        verdicts = b'"verdicts":{%s:%s}' % (orjson.dumps(name), encode_model(verdict, made_by))
        return append_members(record.line, verdicts), 0
    there = read_entries(record, Verdicts.name)
    if policy.keeps(there.get(name), f"{Verdicts.name}/{name}"):
        return record.line, 0
    merged = merge_entries(record, Verdicts.name, there, {name: encode_model(verdict, made_by)})
    line = edit_members(record.line, {Verdicts.name: merged}, present=record.members)
    return line, int(name in there)


def stored_verdict(record: Record, name: str) -> Verdict | None:
    """The verdict of this name that the record came with, when it is one."""
    present = record.members.get(Verdicts.name)
    stored = present.get(name) if isinstance(present, dict) else None
    try:
        return Verdict.model_validate(stored, extra="ignore") if stored is not None else None
    except ValidationError:
        return None


def write_derived(
    record: Record, derived: Derived, made_by: bytes, store: AssetStore | None
) -> bytes:
    """Write a derived record: its parent's line with a new id, its own sections and assets."""
    sections: list[AnySection] = list(derived.sections)
    parent = record
    if derived.assets:
        parent = leave_measures(record, derived.assets.keys() & read_entries(record, Assets.name))
        sections.append(store_assets(derived.assets, store))
    changes, _ = encode_sections(
        parent, sections, made_by, Policy(Existing.REPLACE, overwrite_human=True)
    )
    identity = {
        "id": orjson.dumps(derive_id(record.id, derived.suffix)),
        "parent": orjson.dumps(record.id),
    }
    return edit_members(parent.line, {**identity, **changes}, present=parent.members)


def write_made(
    record: Record, made: Made, made_by: bytes, policy: Policy, store: AssetStore | None
) -> tuple[bytes, int]:
    """Write sections and files into a record, without what was measured on the files replaced.

    Returns:
        The line, and how many sections or entries were replaced.

    Raises:
        RecordError: section-exists, human-section, or invalid-section.
    """
    there = read_entries(record, Assets.name)
    taken = made.assets.keys() & there.keys()
    if any(policy.keeps(there[role], f"{Assets.name}/{role}") for role in taken):
        raise RecordError(
            Reason.SECTION_EXISTS,
            "an asset that would be kept is not the one that belongs to the new sections: "
            f"/{Assets.name}",
        )
    encode_sections(record, made.sections, made_by, policy)  # before a file is stored for nothing
    assets = store_assets(made.assets, store) if made.assets else Assets({})
    sections = (*made.sections, *([assets] if made.assets else ()))
    changes, replaced = encode_sections(record, sections, made_by, policy)
    other = {role for role in taken if not _is_same_file(there[role], assets.root[role])}
    if other:
        record = leave_measures(record, other)
        changes, _ = encode_sections(record, sections, made_by, policy)
    return edit_members(record.line, changes, present=record.members), replaced


def _is_same_file(present: object, stored: Asset) -> bool:
    return isinstance(present, dict) and present.get("sha256") == stored.sha256


def store_assets(assets: Mapping[str, NewAsset], store: AssetStore | None) -> Assets:
    """Store new files; the section that names them."""
    if store is None:
        raise RuntimeError("a verb that makes files does not declare it")
    return Assets({role: store.put(new) for role, new in assets.items()})


def leave_measures(record: Record, roles: Set[str]) -> Record:
    """The record without what was measured on assets in these roles: sections, or their entries."""
    members = dict(record.members)
    changes: dict[str, bytes] = {}
    removed: set[str] = set()
    for name, value in record.members.items():
        if not isinstance(value, dict):
            continue
        stale = {key for key, entry in value.items() if is_measure(name, key, entry, roles)}
        if is_of(value, roles) or (stale and len(stale) == len(value)):
            removed.add(name)
            del members[name]
        elif stale:
            members[name] = {key: entry for key, entry in value.items() if key not in stale}
            raw = record.line[find_value(record.line, record.members, name)]
            changes[name] = edit_members(raw, {}, present=value, remove=stale)
    line = edit_members(record.line, changes, present=record.members, remove=removed)
    return Record(line, members, {})


def is_measure(section: str, key: str, entry: object, roles: Set[str]) -> bool:
    """Whether an entry of a section was measured on an asset in one of these roles."""
    if section == Faces.name:
        return key in roles
    if not isinstance(entry, dict):
        return False
    if section == Tracks.name:  # it tells what the rows of its own asset mean, too
        return is_of(entry, roles) or _names(entry.get("role"), roles)
    return section == Verdicts.name and is_of(entry, roles)


def is_of(value: JsonObject, roles: Set[str]) -> bool:
    """Whether a section or entry says that it was measured on an asset in one of these roles."""
    return _names(value.get("of"), roles)


def _names(value: object, roles: Set[str]) -> bool:
    return isinstance(value, str) and value in roles


def write_new(identity: str, sections: Iterable[AnySection], made_by: bytes) -> bytes:
    """Write a record that a source made, members in the order of its sections."""
    members = [b'"id":' + orjson.dumps(identity)]
    for section in sections:
        if isinstance(section, Section):
            encoded = encode_model(section, made_by)
        else:
            entries = cast("Mapping[str, Model]", section.root)
            encoded = _join_entries(
                {key: encode_model(entry, made_by) for key, entry in entries.items()}
            )
        members.append(b'"%s":%s' % (section.name.encode(), encoded))
    return b"{%s}" % b",".join(members)
