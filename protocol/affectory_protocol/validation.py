"""Validate lines at the speed of their parser.

Building a model object for every section costs more than parsing the line. Here the same schemas,
taken from the models, are compiled without the objects; a line that fails goes through the gate
again, which finds the words.
"""

from collections.abc import Callable, Mapping
from typing import cast

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.lines import reject_doubled_members
from affectory_protocol.processing import Gated, Processor
from affectory_protocol.reading import BOM, Chunk
from affectory_protocol.record import MAX_ID_BYTES, Record
from affectory_protocol.records import SECTIONS
from affectory_protocol.result import BatchResult
from pydantic import ValidationError
from pydantic_core import SchemaValidator, core_schema

RecordCheck = Callable[[Record], None]
"""Looks at a valid record and raises a RecordError when something is wrong with it."""

_GUARDED = ("id", *SECTIONS)
_LONGEST_UTF8 = 4
_STRICT = core_schema.CoreConfig(strict=True)
"""As the models are; a schema that takes the place of a model takes its strictness over."""


def compile_record_schema() -> SchemaValidator:
    """A validator of whole records that checks every section and builds nothing."""
    identity = core_schema.str_schema(
        min_length=1,
        max_length=MAX_ID_BYTES // _LONGEST_UTF8,  # longer ones are counted in bytes by the gate
        pattern=r"^[^\x00-\x1f\x7f-\x9f]+$",
        strict=True,
    )
    fields = {"id": core_schema.typed_dict_field(identity, required=True)}
    for name, model in SECTIONS.items():
        section = _plain(model.__pydantic_core_schema__)
        fields[name] = core_schema.typed_dict_field(
            core_schema.nullable_schema(section), required=False
        )
    return SchemaValidator(core_schema.typed_dict_schema(fields, config=_STRICT))


def _plain(schema: object) -> core_schema.CoreSchema:
    return cast("core_schema.CoreSchema", _without_objects(schema))


def _without_objects(schema: object) -> object:
    """The schema of a model with plain dictionaries in the place of its objects."""
    if isinstance(schema, list):
        return [_without_objects(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    if schema.get("type") == "model":
        named = {"ref": schema["ref"]} if "ref" in schema else {}  # of one that is used twice
        return {**cast("dict[str, object]", _without_objects(schema["schema"])), **named}
    if schema.get("type") == "model-fields":
        return core_schema.typed_dict_schema(
            {name: _field(field["schema"]) for name, field in schema["fields"].items()},
            config=_STRICT,
        )
    return {
        key: value if key == "metadata" else _without_objects(value)
        for key, value in schema.items()
    }


def _field(schema: Mapping[str, object]) -> core_schema.TypedDictField:
    optional = schema["type"] == "default"
    inner = schema["schema"] if optional else schema
    return core_schema.typed_dict_field(_plain(inner), required=not optional)


class Validation:
    """Passes valid records on as they are and rejects the others.

    Args:
        processor: knows the verb, its rejects and all sections.
        checks: what is asked of a record beyond its schemas.
    """

    def __init__(self, processor: Processor, checks: list[RecordCheck]) -> None:
        self._processor = processor
        self._checks = checks
        self._validate = compile_record_schema().validate_python

    def handle(self, chunk: Chunk) -> BatchResult:
        """Validate a chunk of lines."""
        odd = chunk.long_line is not None or b"\r" in chunk.raw or chunk.raw.startswith(BOM)
        suspects = list(range(len(chunk.lines))) if odd else self._find_suspects(chunk.lines)
        result = BatchResult(chunk.end, chunk.raw)
        if not suspects and not odd:
            result.output = chunk.lines
            result.counts.read = result.counts.passed = len(chunk.lines)
            whole = chunk.raw.endswith(b"\n") or not chunk.raw
            result.passed_raw = chunk.raw if whole else chunk.raw + b"\n"
            return result
        self._examine(chunk, set(suspects), result)
        return result

    def _find_suspects(self, lines: list[bytes]) -> list[int]:
        """Numbers of lines that are not plainly valid; written for speed."""
        loads, dumps, validate = orjson.loads, orjson.dumps, self._validate
        suspects: list[int] = [] if not self._checks else list(range(len(lines)))
        if suspects:
            return suspects
        for number, line in enumerate(lines):
            try:
                members = loads(line)
                validate(members)
                if dumps(members) != line:
                    reject_doubled_members(line, _GUARDED)
            except (ValidationError, ValueError, RecordError, TypeError):
                suspects.append(number)
        return suspects

    def _examine(self, chunk: Chunk, suspects: set[int], result: BatchResult) -> None:
        if chunk.long_line is not None:
            self._processor.admit(chunk, result)
            return
        offset = chunk.offset
        for number, line in enumerate(chunk.lines):
            if number not in suspects:
                result.counts.read += 1
                result.pass_on(line)
            else:
                single = Chunk(offset, [line], b"")
                for gated in self._processor.admit(single, result):
                    self._settle(single, gated, result)
            offset += len(line) + 1

    def _settle(self, single: Chunk, gated: Gated, result: BatchResult) -> None:
        if isinstance(gated, RecordError):
            self._processor.reject(single, 0, gated, result)
        elif isinstance(gated, Record):
            try:
                for check in self._checks:
                    check(gated)
                result.pass_on(gated.line)
            except RecordError as error:
                self._processor.reject(single, 0, error, result)
