"""The fields of a record as columns of a table, named by the way that leads to them."""

import re
import sys
from collections.abc import Mapping
from typing import TypeAlias

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import SECTIONS
from pydantic import RootModel

from dataset_io.exports.named_weights import FACE, WEIGHTS, name_weights, spread_face

Cell: TypeAlias = str | int | float | bool | list[object] | dict[str, object] | None
"""What lies in a field: a value of JSON."""

MAX_DEPTH = 8
"""Objects that lie deeper are one column, as JSON; no section of the protocol has so many."""

_MAKER = "made_by"
_MAKER_DEPTHS = {name: 1 + issubclass(model, RootModel) for name, model in SECTIONS.items()}
"""Steps before it: a section that is a table of entries has one in each of them."""

_DIGITS = 9
"""Of a place in a list, at most: no line is long enough for more places."""

_STEP = re.compile(r"(?:[^\\.]|\\.)*", re.DOTALL)
_FIRST = {name: rank for rank, name in enumerate(["id", "parent", *SECTIONS])}


def name_column(*path: str) -> str:
    r"""Steps with a dot between them; a dot or backslash in a step has a backslash before it."""
    return ".".join(step.replace("\\", "\\\\").replace(".", "\\.") for step in path)


def parse_column(name: str) -> tuple[str, ...]:
    """The steps that a name stands for.

    Raises:
        ValueError: it is empty, or ends in a backslash.
    """
    steps: list[str] = []
    start = 0
    while start <= len(name):
        match = _STEP.match(name, start)
        if (
            match is None
            or not match[0]
            or match.end() not in {len(name), name.find(".", match.end())}
        ):
            raise ValueError(f"it has an empty step or a lone backslash: {name}")
        steps.append(re.sub(r"\\(.)", r"\1", match[0]))
        start = match.end() + 1
    return tuple(steps)


def flatten(members: Mapping[str, object]) -> dict[str, Cell]:
    """Every field of a record by the name of its column; who made a section is left out.

    Objects are gone into, lists are not, but for blendshape weights: each has a column of its name.
    """
    cells: dict[str, Cell] = {}
    waiting: list[tuple[tuple[str, ...], object]] = [((), members)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, dict) and value and len(path) < MAX_DEPTH:
            value = spread_face(value) if path == FACE else value
            inner = [((*path, key), child) for key, child in value.items()]
            waiting += reversed([one for one in inner if not _names_maker(one[0])])
        elif path:
            cells[name_column(*path)] = value  # type: ignore[assignment] # it is JSON
    return cells


def _names_maker(path: tuple[str, ...]) -> bool:
    """Whether the protocol says at this path who made a section, or an entry of one."""
    *section, last = path
    return last == _MAKER and len(section) == _MAKER_DEPTHS.get(path[0])


def find_cell(members: Mapping[str, object], path: tuple[str, ...]) -> Cell:
    """The value at a path, None where there is none.

    In a list a step is a number from 0, among blendshape weights a name also.
    """
    *whole, name = path
    if whole == [*FACE, WEIGHTS] and not name.isdecimal():
        weights = name_weights(find_cell(members, FACE))
        return weights.get(name)  # type: ignore[return-value] # it is JSON
    value: object = members
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and (place := _parse_place(step)) < len(value):
            value = value[place]
        else:
            return None
    return value  # type: ignore[return-value] # it is JSON


def _parse_place(step: str) -> int:
    """The place in a list that a step names, behind the end of any where it is no number."""
    return int(step) if step.isdecimal() and len(step) <= _DIGITS else sys.maxsize


def rank_column(name: str) -> int:
    """Where a column belongs: id, parent, the sections in the protocol's order, all others."""
    first = name.partition(".")[0]  # an escaped dot in it leaves a backslash, as no section has
    return _FIRST.get(first, len(_FIRST))


def write_cell(value: Cell) -> str:
    """A value as text: text as it is, nothing for null, JSON for all else."""
    if isinstance(value, str):
        return value
    return "" if value is None else orjson.dumps(value).decode()


def refuse_deep(record: Record) -> None:
    """Refuse a record that the encoder cannot write.

    Raises:
        RecordError: invalid-section.
    """
    try:
        orjson.dumps(record.members)
    except orjson.JSONEncodeError:
        raise RecordError(Reason.INVALID_SECTION, "a member nests too deep") from None
