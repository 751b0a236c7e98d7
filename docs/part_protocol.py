"""What the code knows of the protocol: fields, reasons, statuses, vocabularies."""

from collections.abc import Iterator, Mapping
from typing import Any

from affectory_protocol import errors
from affectory_protocol.cli.schema import SCHEMAS, Reject, describe_schema
from affectory_protocol.reasons import BACKEND_REASONS, DROP_REASON_TEXTS, REASON_TEXTS
from affectory_protocol.receipt import Receipt
from affectory_protocol.records import RESERVED_SECTIONS, SECTIONS, MadeBy
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from affectory_protocol.vocabularies.emotions import MAPPINGS, VOCABULARIES
from pydantic import BaseModel
from tables import join_quoted, quote, write_table

Schema = Mapping[str, Any]
FIELDS = ("field", "type", "required", "meaning")
LARGEST = 2**53 - 1
MOST_NAMED = 4
"""A longer list of values stands in a table of its own."""
UNSAID = {"made_by"}
"""Members that every section has; they are described once."""

KEYS = {"tracks": "TRACK", "verdicts": "FILTER"}
"""What the entries of a section are called by; the others hold entries by the role of an asset."""

OTHER_STATUSES = {
    "0": "every record is accounted for",
    "1": "failed",
    "128+n": "ended by signal n; the work is kept. A reader that goes away is no fault: 0",
}


def write_sections() -> str:
    """Every section with its fields."""
    blocks = []
    for name, model in SECTIONS.items():
        fields = _write_fields(model, KEYS.get(name, "ROLE"))
        blocks += [f"### `{name}`", _first_paragraph(model), fields]
    blocks.append(
        f"Reserved for sections that no verb uses yet: {join_quoted(sorted(RESERVED_SECTIONS))}."
    )
    return "\n\n".join(blocks)


def write_made_by() -> str:
    """The fields of `made_by`."""
    return _write_fields(MadeBy)


def write_reject() -> str:
    """The fields of a reject line."""
    return _write_fields(Reject)


def write_receipt() -> str:
    """The fields of a receipt."""
    return _write_fields(Receipt)


def _first_paragraph(model: type[BaseModel]) -> str:
    return " ".join((model.__doc__ or "").partition("\n\n")[0].split())


def _write_fields(model: type[BaseModel], key: str = "") -> str:
    schema = model.model_json_schema()
    known = schema.get("$defs", {})
    if entries := schema.get("patternProperties"):
        (entry,) = entries.values()
        return write_table(FIELDS, _walk(_resolve(entry, known), known, f"{key}."))
    return write_table(FIELDS, _walk(schema, known, ""))


def _walk(
    schema: Schema, known: Mapping[str, Schema], prefix: str
) -> Iterator[tuple[str, str, str, str]]:
    """Rows for the members of an object and of the objects in it."""
    for name, field in schema.get("properties", {}).items():
        if name in UNSAID:
            continue
        required = "yes" if name in schema.get("required", ()) else ""
        described = field.get("description") or _resolve(field, known).get("description", "")
        yield quote(prefix + name), _say_type(field, known), required, described
        inner, suffix = _inner(field, known)
        if inner is not None:
            yield from _walk(inner, known, f"{prefix}{name}{suffix}.")


def _resolve(schema: Schema, known: Mapping[str, Schema]) -> Schema:
    options = [one for one in schema.get("anyOf", ()) if one.get("type") != "null"]
    if len(options) == 1:
        return _resolve(options[0], known)
    reference = schema.get("$ref")
    return known[reference.rpartition("/")[2]] if reference else schema


def _inner(field: Schema, known: Mapping[str, Schema]) -> tuple[Schema | None, str]:
    """The object inside a field, and what leads to it."""
    resolved, suffix = _resolve(field, known), ""
    if resolved.get("type") == "array":
        resolved, suffix = _resolve(resolved.get("items", {}), known), "[]"
    return (resolved, suffix) if "properties" in resolved else (None, suffix)


def _say_type(field: Schema, known: Mapping[str, Schema]) -> str:
    null = any(one.get("type") == "null" for one in field.get("anyOf", ()))
    return _say_value(_resolve(field, known), known) + (" or null" if null else "")


def _say_value(schema: Schema, known: Mapping[str, Schema]) -> str:
    if "anyOf" in schema:
        return " or ".join(_say_value(_resolve(one, known), known) for one in schema["anyOf"])
    if "enum" in schema:
        few = len(schema["enum"]) <= MOST_NAMED
        return join_quoted(schema["enum"]) if few else "one of a closed list"
    kind = str(schema.get("type"))
    if kind == "array":
        return f"list of {_say_type(schema.get('items', {}), known)}"
    if kind == "object" and "properties" not in schema:
        return f"object of name to {_say_type(schema.get('additionalProperties', {}), known)}"
    return {"string": "text"}.get(kind, kind) + _say_range(schema)


def _say_range(schema: Schema) -> str:
    low = schema.get("minimum")
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if low is None or high is None:
        return ""
    if high == LARGEST:
        return f" from {low:g}"
    below = "below " if "exclusiveMaximum" in schema else ""
    return f" {low:g} to {below}{high}" if below else f" {low:g} to {high:g}"


def write_reasons() -> str:
    """Why a line is rejected, and why a row is dropped."""
    rows = [
        (quote(reason), text, "yes" if reason in BACKEND_REASONS else "")
        for reason, text in REASON_TEXTS.items()
    ]
    dropped = [(quote(reason), text) for reason, text in DROP_REASON_TEXTS.items()]
    return "\n\n".join(
        (
            write_table(("reason", "meaning", "counts as the backend's"), rows),
            "An importer may also leave a well-formed row out. Its reasons to do so:",
            write_table(("reason", "meaning"), dropped),
        )
    )


def write_statuses() -> str:
    """Exit statuses with what stands behind them."""
    said = {status: [text] for status, text in OTHER_STATUSES.items()}
    for error in vars(errors).values():
        is_error = isinstance(error, type) and issubclass(error, errors.AffectoryError)
        if is_error and error not in {errors.AffectoryError, errors.RecordError}:
            sentence = _first_paragraph(error).rstrip(".")
            said.setdefault(str(error.exit_status), []).append(sentence[0].lower() + sentence[1:])
    ordered = sorted(said, key=lambda status: int(status.partition("+")[0]))
    return write_table(
        ("status", "meaning"), ((quote(status), "; ".join(said[status])) for status in ordered)
    )


def write_vocabularies() -> str:
    """The names that records may use: labels, action units, blendshapes."""
    labels = [
        (quote(name), str(len(labels)), ", ".join(labels)) for name, labels in VOCABULARIES.items()
    ]
    mappings = join_quoted(f"{source} → {target}" for source, target in MAPPINGS)
    units = "; ".join(f"{number} {unit.name}" for number, unit in ACTION_UNITS.items())
    layouts = [(quote(name), str(len(names))) for name, names in LAYOUTS.items()]
    return "\n\n".join(
        (
            "**Emotions.**",
            write_table(("vocabulary", "labels", "in the order of its dataset"), labels),
            f"Declared mappings: {mappings}. There is no chain through a third vocabulary.",
            f"**Action units** of FACS: {units}.",
            "**Blendshapes.** Weights are converted by name, never by position.",
            write_table(("layout", "weights"), layouts),
            f"The order of `arkit-52`: {' '.join(LAYOUTS['arkit-52'])}.",
        )
    )


def write_schemas() -> dict[str, str]:
    """The JSON Schemas by path below the root."""
    return {f"protocol/schemas/{name}.json": describe_schema(name) + "\n" for name in SCHEMAS}
