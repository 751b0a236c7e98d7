"""What the models say of themselves: descriptions, schemas, golden records that parse for ever."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from affectory_protocol.cli.schema import SCHEMAS, Reject, describe_schema
from affectory_protocol.receipt import Receipt
from affectory_protocol.record import Gate
from affectory_protocol.records import RESERVED_SECTIONS, SECTIONS, MadeBy
from pydantic import BaseModel

COMMITTED = Path(__file__).resolve().parents[2] / "protocol" / "schemas"
GOLDEN = sorted((Path(__file__).parent / "golden").glob("*/*.jsonl"))
MODELS: list[type[BaseModel]] = [MadeBy, *SECTIONS.values(), Reject, Receipt]


def _fields(schema: dict) -> Iterator[tuple[str, dict]]:
    """Every field of a schema and of the schemas in it, by a path to it."""
    for name, part in {"": schema, **schema.get("$defs", {})}.items():
        for field, described in part.get("properties", {}).items():
            yield f"{name}/{field}", described


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_field_has_a_description(model):
    without = [
        path for path, field in _fields(model.model_json_schema()) if not field.get("description")
    ]
    assert without == []


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_descriptions_are_sentences(model):
    for path, field in _fields(model.model_json_schema()):
        said = field["description"]
        assert said.endswith("."), path
        assert said[0].isupper() or said[0].isdigit(), path


@pytest.mark.parametrize("name", SECTIONS)
def test_section_has_a_docstring_of_its_own(name):
    assert SECTIONS[name].__doc__ != SECTIONS[name].__mro__[1].__doc__


def test_section_is_listed_under_its_own_name():
    assert all(section.name == name for name, section in SECTIONS.items())


def test_section_names_are_not_reserved_for_others():
    assert not RESERVED_SECTIONS & SECTIONS.keys()


# schemas --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SCHEMAS)
def test_committed_schema_is_the_generated_one(name):
    committed = (COMMITTED / f"{name}.json").read_text("utf-8")
    assert committed == describe_schema(name) + "\n", "run `make schemas`"


def test_there_is_no_committed_schema_of_anything_else():
    assert {path.stem for path in COMMITTED.iterdir()} == set(SCHEMAS)


@pytest.mark.parametrize("name", SCHEMAS)
def test_schema_allows_fields_that_newer_writers_add(name):
    for part in _parts(json.loads(describe_schema(name))):
        if "properties" in part:
            assert part.get("additionalProperties", True) is not False


@pytest.mark.parametrize("name", ["assets", "faces", "tracks", "verdicts"])
def test_schema_of_a_keyed_section_allows_no_key_outside_its_pattern(name):
    schema = json.loads(describe_schema(name))
    assert list(schema["patternProperties"]) == ["^[a-z][a-z0-9_-]{0,63}$"]
    assert schema["additionalProperties"] is False


def _parts(schema: object) -> Iterator[dict]:
    if isinstance(schema, dict):
        yield schema
        for part in schema.values():
            yield from _parts(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _parts(part)


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_reference_in_a_schema_leads_somewhere(name):
    schema = json.loads(describe_schema(name))
    for part in _parts(schema):
        if "$ref" in part:
            assert part["$ref"].removeprefix("#/$defs/") in schema["$defs"]


def test_schema_of_a_record_names_every_section():
    properties = json.loads(describe_schema("record"))["properties"]
    assert properties.keys() == {"id", "parent", *SECTIONS}


# golden records -------------------------------------------------------------------------------


def test_there_is_a_golden_manifest_for_each_section_of_the_first_release():
    assert {path.stem for path in GOLDEN if path.parent.name == "0.1"} == {
        *("source", "assets", "span", "text", "labels", "expression"),
        *("faces", "generation", "tracks", "verdicts"),
    }


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_golden_records_parse_for_ever(path):
    gate = Gate(SECTIONS.values())
    lines = path.read_bytes().splitlines()
    assert lines
    for line in lines:
        assert gate.admit(line).get(SECTIONS[path.stem]) is not None


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_golden_records_show_every_field_of_their_release(path):
    """A field that was removed or renamed since would be ignored as an unknown one."""
    for line in path.read_bytes().splitlines():
        value = json.loads(line)[path.stem]
        read = Gate(SECTIONS.values()).admit(line)[SECTIONS[path.stem]]
        assert json.loads(read.model_dump_json(exclude_unset=True)) == value
