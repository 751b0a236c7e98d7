"""The options: of each verb for its tool's README, the shared ones for a page of their own."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from affectory_protocol.command import BackendSpec, Determinism, Kind, ModelSpec, Run, Tool
from affectory_protocol.options import SHARED_OPTIONS
from affectory_protocol.records import Assets, Text
from affectory_protocol.spec import describe_tool
from specs import Command, Spec, describe_plain_commands
from tables import join_quoted, quote, write_table

SHARED_NAMES = tuple(option.name for option in SHARED_OPTIONS)
HEADER = ("verb", "option", "class", "default", "meaning")

_BACKEND = BackendSpec("one", licence="", determinism=Determinism.BYTES, measured_on="")
_LOADER = replace(_BACKEND, models=(ModelSpec("owner/name", licence="", memory=1, note=""),))

EVERYTHING: Mapping[str, Any] = {
    "needs": (Text, Assets),
    "reads": (Assets,),
    "writes": (Text, Assets),
    "references": (Assets,),
    "backends": (_LOADER,),
    "seeded": True,
    "stores": True,
}
"""What a verb may declare, so that it gets every option its kind can have."""


@dataclass(frozen=True)
class Condition:
    """Something a verb must declare to get an option.

    Attributes:
        words: that say so.
        without: the declaration that lacks it.
    """

    words: str
    without: Mapping[str, Any]


CONDITIONS = (
    Condition("has backends", {"backends": ()}),
    Condition("loads models", {"backends": (_BACKEND,)}),
    Condition("is seeded", {"seeded": False}),
    Condition("takes references", {"references": ()}),
    Condition("reads files", {"needs": (Text,), "reads": (), "references": (Text,)}),
    Condition("makes assets", {"writes": (Text,)}),
    Condition("writes sections", {"writes": ()}),
    Condition("needs sections", {"needs": ()}),
    Condition("is not stateful", {"stateful": True}),
)


def write_options(command: Command, page: str) -> str:
    """The own options of each verb of a tool; what was said of an earlier verb is not said again.

    Args:
        command: the tool.
        page: where the shared options are, relative to the README.
    """
    told: dict[str, str] = {}
    rows: list[tuple[str, ...]] = []
    for verbs, options in _group(_own_options(command)):
        verb_rows = [*_tell_new(options, told), *_tell_again(options, told)]
        rows += [
            ("" if number else join_quoted(verbs), *row) for number, row in enumerate(verb_rows)
        ]
        told.update({repr(option): told.get(repr(option), verbs[0]) for option in options})
    rows += [
        (join_quoted(verbs), "–", "", "", "no options of its own")
        for verbs, options in _group(_own_options(command))
        if not options
    ]
    return (
        f"{write_table(HEADER, rows)}\n\n"
        f"The options that all tools share, such as `--input` and `--max-rejects`, are in "
        f"[one table]({page})."
    )


def _tell_new(options: Iterable[Spec], told: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """A row for each option that no earlier verb has just so."""
    yield from (_row(option) for option in options if repr(option) not in told)


def _tell_again(options: Iterable[Spec], told: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """A row for all options that an earlier verb has just so."""
    known = [option for option in options if repr(option) in told]
    for verb, same in groupby(known, key=lambda option: told[repr(option)]):
        names = ", ".join(_name(option) for option in same)
        yield names, "", "", f"as for {quote(verb)}"


def _own_options(command: Command) -> Iterator[tuple[str, list[Spec]]]:
    for name, verb in command.spec["verbs"].items():
        own = [option for option in verb["options"] if option["name"] not in SHARED_NAMES]
        if verb["backends"]:
            shared = next(option for option in verb["options"] if option["name"] == "backend")
            own.insert(0, {**shared, "help": f"One of: {join_quoted(verb['backends'])}."})
        yield name, own
    for name, _, options in describe_plain_commands(command):
        yield name, options


def _group(verbs: Iterable[tuple[str, list[Spec]]]) -> Iterator[tuple[list[str], list[Spec]]]:
    for _, same in groupby(verbs, key=lambda verb: repr(verb[1])):
        members = list(same)
        yield [name for name, _ in members], members[0][1]


def _row(option: Spec) -> tuple[str, str, str, str]:
    return (_name(option), option["class"] or "", _default(option), _meaning(option))


def _meaning(option: Spec) -> str:
    values = option["schema"].get("enum", ())
    listed = f" One of: {join_quoted(values)}." if values else ""
    users = option.get("backends", ())
    told = f" For {join_quoted(users)}." if users else ""
    return f"{option['help'] or ''}{listed}{told}"


def _name(option: Spec) -> str:
    if option["flags"]:
        return join_quoted(option["flags"])
    more = "..." if option["schema"].get("type") == "array" else ""
    return quote(option["name"].upper() + more)


def _default(option: Spec) -> str:
    if option["required"] or option["name"] == "backend":
        return "required"
    return "" if option["default"] is None else quote(option["default"].strip('"'))


def write_shared_options() -> str:
    """All shared options: class, default, environment variable, which verbs have them, meaning."""
    header = ("option", "class", "default", "environment", "verbs", "meaning")
    rows = []
    for name, (option, kinds) in _find_shared().items():
        rows.append(
            (
                _name(option),
                option["class"],
                "" if name == "backend" else _default(option),
                quote(option["environment"]) if option["environment"] else "",
                _say_verbs(name, kinds),
                _meaning(option),
            )
        )
    return write_table(header, rows)


def list_shared_by_class() -> str:
    """The names of the shared options by class, as a list."""
    by_class: dict[str, list[str]] = {}
    for option, _ in _find_shared().values():
        by_class.setdefault(option["class"], []).append(_long_flag(option))
    return "\n".join(f"- **{name}**: {join_quoted(flags)}." for name, flags in by_class.items())


def _long_flag(option: Spec) -> str:
    return str(next(flag for flag in option["flags"] if flag.startswith("--"))).split("/")[0]


def _find_shared() -> dict[str, tuple[Spec, list[Kind]]]:
    """Each shared option as `spec` describes it, with the kinds of verbs that may have it."""
    found: dict[str, tuple[Spec, list[Kind]]] = {}
    for kind in Kind:
        for option in _options_of(kind, EVERYTHING):
            found.setdefault(option["name"], (option, []))[1].append(kind)
    return {name: found[name] for name in SHARED_NAMES}


def _say_verbs(name: str, kinds: list[Kind]) -> str:
    said = "all" if kinds == list(Kind) else ", ".join(kinds)
    conditions = [c for c in CONDITIONS if not _has(name, kinds[0], c.without)]
    words = [c.words for c in conditions]
    for wider, narrower in (("writes sections", "makes assets"), ("has backends", "loads models")):
        if narrower in words and wider in words:
            words.remove(wider)
    return f"{said}; when it {' and '.join(words)}" if words else said


def _has(name: str, kind: Kind, without: Mapping[str, Any]) -> bool:
    return any(o["name"] == name for o in _options_of(kind, {**EVERYTHING, **without}))


def _options_of(kind: Kind, declared: Mapping[str, Any]) -> list[Spec]:
    """What `spec` says of the options of a verb that is declared so and has none of its own."""
    tool = Tool(
        "example", package="affectory_protocol", summary="", distribution="affectory-protocol"
    )

    @tool.verb(kind=kind, behaviour=1, **declared)
    def example(run: Run) -> None:
        del run

    described: Spec = describe_tool(tool)
    options: list[Spec] = described["verbs"]["example"]["options"]
    return options
