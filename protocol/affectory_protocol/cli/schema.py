"""JSON Schemas of what crosses a boundary: records, their sections, reject lines, receipts."""

import orjson
from affectory_protocol.reasons import Reason
from affectory_protocol.receipt import Receipt
from affectory_protocol.records import SECTIONS
from pydantic import BaseModel, Field, JsonValue

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class Reject(BaseModel):
    """One line of a rejects file.

    It holds `line`, `line_base64` or, of an over-long line, its digest and head.
    """

    reason: Reason = Field(description="Why, from the closed list.")
    message: str = Field(description="What is wrong, without quoting content.")
    offset: int = Field(description="Where the line starts in the input, bytes.")
    length: int = Field(description="Bytes of the line without its newline.")
    tool: str = Field(description="Which tool rejected it.")
    verb: str = Field(description="Which verb rejected it.")
    line: str | None = Field(default=None, description="The original line, when it is UTF-8.")
    line_base64: str | None = Field(default=None, description="The original line, when it is not.")
    sha256: str | None = Field(default=None, description="SHA-256 of a line that was not held.")
    head_base64: str | None = Field(default=None, description="Its first 4,096 bytes.")


def _record_schema() -> dict[str, JsonValue]:
    definitions: dict[str, JsonValue] = {}
    properties: dict[str, JsonValue] = {
        "id": {"type": "string", "minLength": 1, "maxLength": 512, "description": "Unique id."},
        "parent": {"type": "string", "description": "Id of the record this one was derived from."},
    }
    for name, model in SECTIONS.items():
        schema = model.model_json_schema(ref_template="#/$defs/{model}")
        definitions.update(schema.pop("$defs", {}))
        definitions[model.__name__] = schema
        properties[name] = {"anyOf": [{"$ref": f"#/$defs/{model.__name__}"}, {"type": "null"}]}
    return {
        "title": "Record",
        "type": "object",
        "required": ["id"],
        "properties": properties,
        "additionalProperties": True,
        "$defs": definitions,
    }


SCHEMAS = ("record", "reject", "receipt", *SECTIONS)


def describe_schema(name: str) -> str:
    """The schema of this name, indented.

    Args:
        name: one of `SCHEMAS`.
    """
    if name == "record":
        schema = _record_schema()
    else:
        model: type[BaseModel] = {"reject": Reject, "receipt": Receipt, **SECTIONS}[name]
        schema = model.model_json_schema()
    option = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
    return orjson.dumps(_open({"$schema": DIALECT, **schema}), option=option).decode()


def _open(schema: JsonValue) -> JsonValue:
    """Without the rule that writers make no unknown fields: a reader ignores them."""
    if isinstance(schema, dict):
        opened = {
            key: _open(value)
            for key, value in schema.items()
            if (key, value) != ("additionalProperties", False)
        }
        if "patternProperties" in opened:  # a name outside the pattern is no role and no filter
            opened["additionalProperties"] = False
        return opened
    return [_open(one) for one in schema] if isinstance(schema, list) else schema
