"""Records into train, validation and test, so that no value of a group lies in two of them."""

import logging
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from typing import cast

import orjson
from affectory_protocol.cli.components import Components
from affectory_protocol.cli.merge import merge_records
from affectory_protocol.cli.overlap import Overlap, list_values
from affectory_protocol.cli.parts import FREE, count_targets, fill_parts
from affectory_protocol.errors import ManifestError, RecordError
from affectory_protocol.lines import JsonObject, edit_members, find_value
from affectory_protocol.outcomes import Restored, Row
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Gate, Record
from affectory_protocol.records import Source
from affectory_protocol.seen_ids import SeenIds
from affectory_protocol.settings import Existing
from affectory_protocol.writing import Signature, is_human

log = logging.getLogger(__name__)

_TOLERATED = Fraction(1, 100)
"""Of all records: by how many more a share is missed before it is told."""

_CHANGED = "a manifest changed while it was read"
_AGAIN = "Repeat the command with --restart always."


class Ungrouped(StrEnum):
    """What to do with a record that has none of the groups."""

    REJECT = "reject"
    ALONE = "alone"


class Conflicts(StrEnum):
    """What to do with records that are kept apart though they belong together."""

    FAIL = "fail"
    REJECT = "reject"


@dataclass(frozen=True)
class Choices:
    """What a person chooses.

    Attributes:
        by: names of groups.
        shares: part to its share of the records.
        seed: of what is drawn.
        ungrouped: what becomes of a record that has none of the groups.
        conflicts: what becomes of records that are kept in several parts and belong together.
        existing: what becomes of a split that is there already.
        overwrite_human: whether one that people made may be replaced.
    """

    by: Sequence[str]
    shares: dict[str, Fraction]
    seed: int
    ungrouped: Ungrouped
    conflicts: Conflicts
    existing: Existing
    overwrite_human: bool


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A record that can be put into a part; `kept` is the split that it has and stays in."""

    record: Record
    values: list[str]
    kept: str | None


class Splitter:
    """Puts the records of manifests into parts.

    Args:
        manifests: read in this order, twice.
        choices: of a person.
        signature: of the run.
        is_piped: what is written cannot be read again, and is looked at as it is handed over.
    """

    def __init__(
        self,
        manifests: Sequence[Path],
        choices: Choices,
        signature: Signature,
        *,
        is_piped: bool,
    ) -> None:
        self._manifests = manifests
        self._choices = choices
        self._signature = signature
        self._is_piped = is_piped
        self._gate = Gate((Source,))
        self._parts = {name: number for number, name in enumerate(choices.shares)}
        self._overlap = Overlap(choices.by)
        self._components = self._largest = 0

    def __enter__(self) -> "Splitter":
        return self

    def __exit__(self, *_: object) -> None:
        self._overlap.close()

    def rows(self) -> Iterator[Row]:
        """Every record with its split; every other line with what is wrong with it.

        Raises:
            ManifestError: records that belong together are kept apart.
        """
        with Components(self._choices.seed) as components:
            kept = array("i")
            for _, candidate in self._read():
                if candidate is not None:
                    components.add(candidate.values)
                    kept.append(self._part(candidate.kept))
            parts = self._assign(components, kept)
            names = list(self._parts)
            splits = (names[parts[root]] for root in components.roots())
            for row, candidate in self._read():
                if candidate is None:
                    yield row
                else:
                    yield Row(row.offset, row.raw, self._settle(candidate, next(splits, None)))

    def _part(self, split: str | None) -> int:
        """The number of a part; one that is kept and that nobody named gets the next."""
        return FREE if split is None else self._parts.setdefault(split, len(self._parts))

    def _read(self) -> Iterator[tuple[Row, _Candidate | None]]:
        """Every line, and what can be split of it; None where it is rejected."""
        with SeenIds() as seen:
            for row in merge_records(self._manifests, seen):
                if not isinstance(row.outcome, Restored):
                    yield row, None
                    continue
                try:
                    yield row, self._admit(row.outcome.line)
                except RecordError as error:
                    yield Row(row.offset, row.raw, error), None

    def _admit(self, line: bytes) -> _Candidate:
        """Read a record.

        Raises:
            RecordError: it cannot be split.
        """
        record = self._gate.admit(line)
        source = record.get(Source)
        if source is None:
            raise RecordError(Reason.MISSING_SECTION, "the section is absent: /source")
        values = list_values(source, self._choices.by)
        if not values and self._choices.ungrouped is Ungrouped.REJECT:
            raise RecordError(
                Reason.MISSING_FIELD, "none of the groups of --by is there: /source/groups"
            )
        kept = self._is_kept(record, source)
        return _Candidate(record, values or [record.id], source.split if kept else None)

    def _is_kept(self, record: Record, source: Source) -> bool:
        """Whether the record stays in the split that it has.

        Raises:
            RecordError: it has one that may not be replaced.
        """
        if source.split is None:
            return False
        if self._choices.existing is Existing.REJECT:
            raise RecordError(Reason.SECTION_EXISTS, "a split is there already: /source/split")
        split: object = record.members[Source.name]
        if source.split_made_by is not None:
            split = {"made_by": record.entry(Source.name, "split_made_by")}
        keeps = self._choices.existing is Existing.KEEP
        if not (keeps or self._choices.overwrite_human) and is_human(split):
            raise RecordError(
                Reason.HUMAN_SECTION,
                "people made this split, --existing keep would keep it and --overwrite-human "
                "replace it: /source/split",
            )
        return keeps

    def _assign(self, components: Components, kept: "array[int]") -> "array[int]":
        """The part of each component.

        Raises:
            ManifestError: records that belong together are kept apart.
        """
        shares = [*self._choices.shares.values()]  # parts that nobody named come behind, with none
        shares += [Fraction(0)] * (len(self._parts) - len(shares))
        room = count_targets(shares, len(kept))
        fixed = self._fix(components, kept)
        for root in components.roots():
            if fixed[root] != FREE:
                room[fixed[root]] -= 1
        parts = array("i", bytes(4 * components.numbers))
        for component, part in fill_parts(components.by_size(), room, fixed):
            parts[component.root] = part
            self._components += 1
            self._largest = max(self._largest, component.size)
        self._warn(Counter(parts[root] for root in components.roots()), shares)
        return parts

    def _warn(self, records: Counter[int], shares: Sequence[Fraction]) -> None:
        """Tell when groups are so large, or what is kept so much, that shares are missed."""
        targets = count_targets(shares, total := records.total())
        missed = max(abs(records[part] - target) for part, target in enumerate(targets))
        if missed > total * _TOLERATED:
            log.warning(
                "the shares are missed, by up to %.1f %% of the records: what belongs together or "
                "is kept is not parted",
                100 * missed / total,
            )

    def _fix(self, components: Components, kept: "array[int]") -> "array[int]":
        """The part that each component is in already; the last one where it is in several.

        Raises:
            ManifestError: it is in several, and that shall not be.
        """
        fixed = array("i", [FREE]) * components.numbers
        torn: set[int] = set()
        for root, part in zip(components.roots(), kept, strict=True):
            if part not in {FREE, fixed[root]}:
                if fixed[root] != FREE:
                    torn.add(root)
                fixed[root] = max(fixed[root], part)
        if torn and self._choices.conflicts is Conflicts.FAIL:
            raise ManifestError(
                f"groups of records that belong together are kept in several splits: {len(torn)}",
                hint="--conflicts reject keeps each in the one that --shares names last and "
                "rejects its records in the others. Without --existing keep all are divided anew.",
            )
        return fixed

    def _settle(self, candidate: _Candidate, split: str | None) -> Restored | RecordError:
        if split is None:
            raise ManifestError(_CHANGED, hint=_AGAIN)
        record = candidate.record
        if candidate.kept == split:
            return self._hand_on(record.line)
        if candidate.kept is not None:
            return RecordError(
                Reason.SPLIT_CONFLICT, "its group lies in another split, too: /source/split"
            )
        return self._hand_on(*self._edit(record, split))

    def _edit(self, record: Record, split: str) -> tuple[bytes, int]:
        """The line with its split; how many it replaced."""
        source = cast("JsonObject", record.members[Source.name])  # the gate has seen to it
        made_by = self._signature.sign(record.digest_of((Source.name,)))
        changes = {"split": orjson.dumps(split), "split_made_by": made_by}
        place = find_value(record.line, record.members, Source.name)
        edited = edit_members(record.line[place], changes, present=source)
        line = b"".join([record.line[: place.start], edited, record.line[place.stop :]])
        return line, int(source.get("split") is not None)

    def _hand_on(self, line: bytes, replaced: int = 0) -> Restored:
        if self._is_piped:
            self._overlap.add([line])
        return Restored(line, replaced)

    def review(self, lines: Iterable[bytes]) -> None:
        """Read what was written and prove that the splits have no value in common.

        Raises:
            ManifestError: they have one.
        """
        self._overlap.add(lines)
        found = self._overlap
        if found.values:
            raise ManifestError(
                f"{_CHANGED}: values that lie in more than one split: {found.values}", hint=_AGAIN
            )
        log.info("%s", self._describe())

    def _describe(self) -> str:
        """Where the records are, in words that name no split but those of `--shares`."""
        records = self._overlap.records
        told = {name: records[name] for name in self._choices.shares}
        others = records.total() - sum(told.values())
        told |= {"other splits": others} if others else {}
        parts = [f"{name} {n} ({n / max(records.total(), 1):.1%})" for name, n in told.items()]
        return (
            f"{', '.join(parts)}; {self._components} groups that hang together, the largest of "
            f"{self._largest} records; values in more than one split: {self._overlap.values}"
        )
