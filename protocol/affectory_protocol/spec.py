"""What a tool says about itself: the JSON of `spec`, made from what its verbs declare."""

import inspect
import types
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal, Protocol, Union, cast, get_args, get_origin

from affectory_protocol.invocation import as_text, counts_by_content, has_marker, users
from affectory_protocol.options import (
    SHARED_OPTIONS,
    Execution,
    option_name,
)
from affectory_protocol.receipt import PROTOCOL_VERSION
from affectory_protocol.verb import BackendSpec, OptionClass, Verb
from pydantic import JsonValue
from typer.models import ArgumentInfo, OptionInfo


class DescribedTool(Protocol):
    """What `spec` needs to know of a tool: its verbs by name, each with its function."""

    name: str
    version: str
    summary: str
    licence: str
    verbs: dict[str, tuple[Verb, Callable[..., None]]]


def describe_tool(tool: DescribedTool) -> dict[str, JsonValue]:
    """Everything a user, a test or a page of documentation needs to know about a tool."""
    return {
        "protocol": PROTOCOL_VERSION,
        "tool": tool.name,
        "version": tool.version,
        "summary": tool.summary,
        "licence": tool.licence,
        "verbs": {
            name: _describe_verb(verb, function) for name, (verb, function) in tool.verbs.items()
        },
    }


def _describe_verb(verb: Verb, function: Callable[..., None]) -> dict[str, JsonValue]:
    return {
        "summary": (inspect.getdoc(function) or "").partition("\n")[0],
        "kind": verb.kind.value,
        "behaviour": verb.behaviour,
        "needs": [section.name for section in verb.needs],
        "reads": [section.name for section in verb.reads],
        "writes": [section.name for section in verb.writes],
        "edits": verb.edits,
        "references": [section.name for section in verb.references],
        "stateful": verb.stateful,
        "memory": verb.memory.value,
        "shardable": verb.shardable,
        "seeded": verb.seeded,
        "backends": {backend.name: _describe_backend(backend) for backend in verb.backends},
        "options": _describe_options(verb, function),
    }


def _describe_backend(backend: BackendSpec) -> dict[str, JsonValue]:
    return {
        "licence": backend.licence,
        "gpu": backend.gpu,
        "determinism": backend.determinism.value,
        "model": backend.model,
        "waits": backend.waits,
        "measured_on": backend.measured_on,
        "extra": backend.extra,
        "models": [
            {"id": m.id, "licence": m.licence, "memory": m.memory, "note": m.note}
            for m in backend.models
        ],
    }


def _describe_options(verb: Verb, function: Callable[..., None]) -> list[JsonValue]:
    own = list(inspect.signature(function, eval_str=True).parameters.values())[1:]
    described: list[JsonValue] = [
        _describe(
            option_name(p.name),
            p.annotation,
            p.default,
            OptionClass.EXECUTION if has_marker(p.annotation, Execution) else OptionClass.RESULT,
            backends=users(p.annotation) if verb.backends else (),
        )
        for p in own
    ]
    for option in SHARED_OPTIONS:
        if option.fits(verb):
            default = verb.batch_size if option.name == "batch_size" else option.default
            described.append(
                _describe(option.name, option.annotation, default, option.option_class)
            )
    return described


def _describe(
    name: str,
    annotation: object,
    default: object,
    option_class: OptionClass,
    *,
    backends: tuple[str, ...] = (),
) -> dict[str, JsonValue]:
    kind, *metadata = get_args(annotation) if get_origin(annotation) is Annotated else (annotation,)
    info = next((m for m in metadata if isinstance(m, OptionInfo | ArgumentInfo)), None)
    required = default is inspect.Parameter.empty
    schema = _schema(kind)
    for bound, keyword in (("min", "minimum"), ("max", "maximum")):
        if info is not None and getattr(info, bound, None) is not None:
            schema[keyword] = getattr(info, bound)
    return {
        "name": name,
        "flags": [*_flags(name, info)],
        "class": option_class.value,
        "required": required,
        "default": None if required or default is None else as_text(default),
        "schema": schema,
        "backends": [*backends],
        "file": counts_by_content(annotation),
        "environment": cast("JsonValue", info.envvar) if info is not None else None,
        "help": info.help if info is not None else None,
    }


def _flags(name: str, info: OptionInfo | ArgumentInfo | None) -> list[str]:
    if isinstance(info, ArgumentInfo):
        return []
    given = [info.default, *(info.param_decls or ())] if info is not None else []
    flags = [str(flag) for flag in given if isinstance(flag, str) and flag.startswith("-")]
    return flags or [f"--{name.replace('_', '-')}"]


_SIMPLE: dict[object, dict[str, JsonValue]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    Path: {"type": "string", "format": "path"},
}


def _schema(kind: object) -> dict[str, JsonValue]:
    """JSON Schema of an option's type."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        (inner,) = [one for one in get_args(kind) if one is not type(None)]
        return _schema(inner)
    if origin in (list, tuple):
        return {"type": "array", "items": _schema(get_args(kind)[0])}
    if origin is Literal:
        return {"enum": list(get_args(kind))}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {"enum": [member.value for member in kind]}
    return dict(_SIMPLE.get(kind, {"type": "string"}))
