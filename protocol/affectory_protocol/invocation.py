"""From parsed options to a run: settings, the fingerprint, the signature of what will be made."""

import hashlib
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson
from affectory_protocol.errors import UsageError
from affectory_protocol.fingerprint import (
    PROTOCOL_DISTRIBUTION,
    PROTOCOL_PACKAGE,
    digest_file,
    digest_sources,
    digest_values,
)
from affectory_protocol.job import Job
from affectory_protocol.options import (
    SHARED_OPTIONS,
    UNRECORDED,
    Execution,
    FileContent,
)
from affectory_protocol.receipt import InputRecord, OptionRecords
from affectory_protocol.run import Run
from affectory_protocol.settings import Settings, Tolerance, parse_shard
from affectory_protocol.verb import OptionClass, Verb
from affectory_protocol.writing import Signature


def prepare(
    verb: Verb,
    shared: Mapping[str, Any],
    own: Mapping[str, Any],
    parameters: Sequence[inspect.Parameter],
    *,
    wire: Callable[[], int],
) -> Run:
    """Make a run of what was given on the command line.

    Args:
        verb: what runs.
        shared: values of the shared options.
        own: values of the verb's own options.
        parameters: of the verb's own options, with their annotations.
        wire: takes standard output for records.

    Raises:
        UsageError: a value makes no sense.
    """
    settings = _settings(verb, shared)
    contents = [
        InputRecord(name=n, sha256=d, bytes=b) for n, d, b in _contents(shared, own, parameters)
    ]
    execution = {p.name for p in parameters if has_marker(p.annotation, Execution)}
    files = {p.name for p in parameters if has_marker(p.annotation, FileContent)}
    result = {
        **{f"{c.name}[{i}]": c.sha256 for i, c in enumerate(contents)},
        **{n: as_text(v) for n, v in own.items() if n not in files | execution},
        **_values(shared, OptionClass.RESULT),
    }
    fingerprint_only = _values(shared, OptionClass.FINGERPRINT)
    options = OptionRecords(
        result=result,
        fingerprint=fingerprint_only,
        execution={
            **{n: as_text(v) for n, v in own.items() if n in execution and not isinstance(v, Path)},
            **_values(shared, OptionClass.EXECUTION),
        },
    )
    job = Job(
        verb=verb,
        settings=settings,
        options=options,
        fingerprint=_fingerprint(verb, {**result, **fingerprint_only}),
        files=tuple(contents),
        protocol_version=version(PROTOCOL_DISTRIBUTION),
        wire=wire(),
        paths=tuple(_paths(shared, own, parameters)),
    )
    return Run(job, _signature(verb, settings, result))


def _settings(verb: Verb, shared: Mapping[str, Any]) -> Settings:
    values = dict(shared)
    if verb.backends:
        _check_backend(verb, values["backend"])
    values["max_rejects"] = Tolerance.parse(values["max_rejects"])
    if "roots" in values:
        values["roots"] = tuple(values["roots"] or ())
    if values.get("shard") is not None:
        values["shard"] = parse_shard(values["shard"])
    return Settings(**values)


def _check_backend(verb: Verb, given: str | None) -> None:
    known = {backend.name: backend for backend in verb.backends}
    if given in known:
        return
    said = "--backend is missing" if given is None else f"no such backend: {given}"
    listing = ", ".join(f"{name} ({backend.licence})" for name, backend in known.items())
    raise UsageError(said, hint=f"Choose one with --backend: {listing}.")


def has_marker(annotation: object, marker: type) -> bool:
    """Whether an `Annotated` type carries a marker class."""
    return marker in getattr(annotation, "__metadata__", ())


def as_text(value: object) -> str:
    """One text for one value of an option."""
    if isinstance(value, Enum):
        value = value.value
    if isinstance(value, str):
        return value
    return orjson.dumps(value, default=str).decode()


def _values(shared: Mapping[str, Any], wanted: OptionClass) -> dict[str, str]:
    return {
        option.name: as_text(shared[option.name])
        for option in SHARED_OPTIONS
        if option.name in shared and option.option_class is wanted and option.name not in UNRECORDED
    }


def _paths(
    shared: Mapping[str, Any], own: Mapping[str, Any], parameters: Iterable[inspect.Parameter]
) -> list[Path]:
    marked = {p.name: own[p.name] for p in parameters if has_marker(p.annotation, FileContent)}
    given = {**marked, "references": shared.get("references")}
    paths: list[Path] = []
    for value in given.values():
        paths += value if isinstance(value, list | tuple) else [value] if value is not None else []
    return paths


def _contents(
    shared: Mapping[str, Any], own: Mapping[str, Any], parameters: Iterable[inspect.Parameter]
) -> list[tuple[str, str, int]]:
    marked = {p.name: own[p.name] for p in parameters if has_marker(p.annotation, FileContent)}
    found: list[tuple[str, str, int]] = []
    for name, value in {**marked, "references": shared.get("references")}.items():
        paths = value if isinstance(value, list | tuple) else [value]
        found.extend((name, *digest_place(path)) for path in paths if path is not None)
    return found


def digest_place(path: Path) -> tuple[str, int]:
    """SHA-256 and size of a file, or of everything in a folder: names, links and contents.

    Raises:
        UsageError: there is nothing to read.
    """
    try:
        if not path.is_dir():
            return digest_file(path), path.stat().st_size
        digest, size = hashlib.sha256(), 0
        for entry in sorted(path.rglob("*"), key=lambda p: bytes(p.relative_to(path))):
            digest.update(bytes(entry.relative_to(path)) + b"\0")
            if entry.is_symlink():
                digest.update(bytes(entry.readlink()))
            if entry.is_file():
                digest.update(digest_file(entry).encode())
                size += entry.stat().st_size
    except OSError as error:
        raise UsageError(f"a file cannot be read: {path}: {error.strerror}") from None
    return digest.hexdigest(), size


def _fingerprint(verb: Verb, options: Mapping[str, str]) -> dict[str, str]:
    values = {f"--{name.replace('_', '-')}": value for name, value in options.items()}
    return {
        "tool": verb.tool,
        "verb": verb.name,
        "behaviour": str(verb.behaviour),
        "version": verb.version,
        "protocol": version(PROTOCOL_DISTRIBUTION),
        "sources": digest_sources(verb.package, PROTOCOL_PACKAGE),
        **{name: _short(value) for name, value in values.items()},
    }


def _short(value: str) -> str:
    """A value, or its digest when it would not fit the journal's slot."""
    return value if len(value) <= 64 else digest_values({"": value})


def _signature(verb: Verb, settings: Settings, result: Mapping[str, str]) -> Signature:
    backend = next((b for b in verb.backends if b.name == settings.backend), None)
    return Signature.of(
        {
            "tool": verb.tool,
            "verb": verb.name,
            "behaviour": verb.behaviour,
            "backend": backend.name if backend else None,
            "model": backend.model if backend else None,
            "options": digest_values(result),
        }
    )
