"""From parsed options to a run: settings, the fingerprint, the signature of what will be made."""

import inspect
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import version
from pathlib import Path
from typing import cast

import orjson
from affectory_protocol.contents import digest_name, digest_place
from affectory_protocol.errors import UsageError
from affectory_protocol.fingerprint import (
    PROTOCOL_DISTRIBUTION,
    PROTOCOL_PACKAGE,
    digest_sources,
    digest_values,
    shorten,
)
from affectory_protocol.job import INPUT, Job
from affectory_protocol.options import (
    MODEL_OPTIONS,
    SHARED_OPTIONS,
    UNRECORDED,
    Execution,
    FileContent,
    FolderContent,
    NamedFileContent,
    OnlyFor,
    option_name,
)
from affectory_protocol.places import parse_roots
from affectory_protocol.receipt import InputRecord, OptionRecords
from affectory_protocol.run import Run
from affectory_protocol.settings import STANDARD, Settings, Tolerance, parse_shard
from affectory_protocol.verb import Kind, OptionClass, Verb
from affectory_protocol.workplace import STANDARD_OUTPUT_NAMES

_MAX_FILES_TOLD = 32


def prepare(
    verb: Verb,
    shared: Mapping[str, object],
    own: Mapping[str, object],
    parameters: Sequence[inspect.Parameter],
    *,
    typed: Collection[str] = (),
    wire: Callable[[], int],
) -> Run:
    """Make a run of what was given on the command line.

    Args:
        verb: what runs.
        shared: values of the shared options.
        own: values of the verb's own options.
        parameters: of the verb's own options, with their annotations.
        typed: names of those that stand on the command line.
        wire: takes standard output for records.

    Raises:
        UsageError: a value makes no sense.
    """
    settings = _settings(verb, shared)
    _refuse_foreign(verb, settings.backend, parameters, typed)
    given = _given_files(shared, own, parameters)
    contents = [_describe_input(verb, given_file) for given_file in given]
    execution = {p.name for p in parameters if has_marker(p.annotation, Execution)}
    files = {p.name for p in parameters if _is_content(p)}
    result = {
        **_name_contents(given, contents),
        **{option_name(n): as_text(v) for n, v in own.items() if n not in files | execution},
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
    backend = next((b for b in verb.backends if b.name == settings.backend), None)
    job = Job(
        verb=verb,
        settings=settings,
        options=options,
        fingerprint=_fingerprint(verb, {**result, **fingerprint_only}),
        files=tuple(contents),
        protocol_version=version(PROTOCOL_DISTRIBUTION),
        wire=wire(),
        paths=tuple(g.path for g in given),
        model=_model(own) or (backend.model if backend else None),
    )
    return Run(job)


def _settings(verb: Verb, shared: Mapping[str, object]) -> Settings:
    values = dict(shared)
    if verb.backends:
        _check_backend(verb, values["backend"])
        _check_waiting(verb, values)
    values["max_rejects"] = Tolerance.parse(str(values["max_rejects"]))
    if "roots" in values:
        roots = tuple(map(str, cast("list[Path] | None", values["roots"]) or ()))
        parse_roots(roots)  # a wrong one is a mistake before anything is done
        values["roots"] = roots
    for target in ("output", "rejects", "dropped", "receipt"):
        # By the time these names are looked up they would lead to standard error.
        if values.get(target) in STANDARD_OUTPUT_NAMES:
            values[target] = STANDARD
    if values.get("shard") is not None:
        values["shard"] = parse_shard(str(values["shard"]))
    build: Callable[..., Settings] = Settings  # Typer has seen to the types
    return build(**values)


def _check_backend(verb: Verb, given: object) -> None:
    known = {backend.name: backend for backend in verb.backends}
    if given in known:
        return
    said = "--backend is missing" if given is None else f"no such backend: {given}"
    listing = ", ".join(f"{name} ({backend.licence})" for name, backend in known.items())
    raise UsageError(said, hint=f"Choose one with --backend: {listing}.")


def _check_waiting(verb: Verb, values: Mapping[str, object]) -> None:
    waits = next(backend.waits for backend in verb.backends if backend.name == values["backend"])
    for option in ("num_workers", "record_timeout"):
        if waits and values.get(option):
            raise UsageError(
                f"--{option.replace('_', '-')} is not for the backend {values['backend']}",
                hint="It waits for others, many records at once, in this process.",
            )


def _refuse_foreign(
    verb: Verb,
    backend: str | None,
    parameters: Iterable[inspect.Parameter],
    typed: Collection[str],
) -> None:
    """Refuse options that the backend has no use for; a variable of the environment may stay."""
    chosen = next((one for one in verb.backends if one.name == backend), None)
    if chosen is None:
        return
    foreign = {p.name for p in parameters if (only := users(p.annotation)) and backend not in only}
    if not chosen.models:
        foreign |= MODEL_OPTIONS
    for name in sorted(foreign.intersection(typed)):
        raise UsageError(f"--{name.replace('_', '-')} is not for the backend {backend}")


def users(annotation: object) -> tuple[str, ...]:
    """The backends that have a use for an option; none are named when all have."""
    metadata = getattr(annotation, "__metadata__", ())
    return next((one.backends for one in metadata if isinstance(one, OnlyFor)), ())


def counts_by_content(annotation: object) -> bool:
    """Whether an option names files or folders that count by what they hold."""
    markers = (FileContent, FolderContent, NamedFileContent)
    return any(has_marker(annotation, marker) for marker in markers)


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


def _values(shared: Mapping[str, object], wanted: OptionClass) -> dict[str, str]:
    return {
        option.name: as_text(shared[option.name])
        for option in SHARED_OPTIONS
        if option.name in shared and option.option_class is wanted and option.name not in UNRECORDED
    }


@dataclass(frozen=True)
class _GivenFile:
    option: str
    path: Path
    named: bool


def _given_files(
    shared: Mapping[str, object],
    own: Mapping[str, object],
    parameters: Iterable[inspect.Parameter],
) -> list[_GivenFile]:
    """Files that came by options marked as content, in the order of the command line."""
    marked = [
        (option_name(p.name), own[p.name], has_marker(p.annotation, NamedFileContent))
        for p in parameters
        if _is_content(p)
    ]
    folders = {p.name for p in parameters if has_marker(p.annotation, FolderContent)}
    found: list[_GivenFile] = []
    for option, value, named in [*marked, ("references", shared.get("references"), False)]:
        paths = value if isinstance(value, list | tuple) else [value]
        given = [path for path in paths if isinstance(path, Path)]
        if option not in folders:
            _refuse_folders(given)
        found.extend(_GivenFile(option, path, named) for path in given)
    return found


def _refuse_folders(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            raise UsageError(f"a file is needed, and this is a folder: {path}")


def _describe_input(verb: Verb, given: _GivenFile) -> InputRecord:
    digest, size = digest_place(given.path)
    # What an aggregate joins are its inputs; what comes by an option beside them is not.
    name = INPUT if verb.kind is Kind.AGGREGATE and given.option != "references" else given.option
    return InputRecord(name=name, sha256=digest, bytes=size)


def _name_contents(given: Sequence[_GivenFile], contents: Sequence[InputRecord]) -> dict[str, str]:
    """A value for each file, or one for all of them when a journal could not hold so many."""
    values = {f"{c.name}[{i}]": c.sha256 for i, c in enumerate(contents)}
    values |= {f"{g.option}[{i}].name": digest_name(g.path) for i, g in enumerate(given) if g.named}
    return values if len(contents) <= _MAX_FILES_TOLD else {"files": digest_values(values)}


def _is_content(parameter: inspect.Parameter) -> bool:
    return counts_by_content(parameter.annotation)


def _fingerprint(verb: Verb, options: Mapping[str, str]) -> dict[str, str]:
    values = {f"--{name.replace('_', '-')}": value for name, value in options.items()}
    return {
        "tool": verb.tool,
        "verb": verb.name,
        "behaviour": str(verb.behaviour),
        "version": verb.version,
        "protocol": version(PROTOCOL_DISTRIBUTION),
        "sources": digest_sources(verb.package, PROTOCOL_PACKAGE),
        **{name: shorten(value) for name, value in values.items()},
    }


def _model(own: Mapping[str, object]) -> str | None:
    """The model that the command line names, by the verb's own `--model`."""
    model = own.get("model")
    return model if isinstance(model, str) else None
