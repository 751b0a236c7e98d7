"""The tables of the README: what each tool does, and what was measured."""

import re
from pathlib import Path

from specs import Command, Spec
from tables import join_quoted, quote, write_table

SOURCE, SINK = "source", "sink"


def write_tools(commands: list[Command]) -> str:
    """The table of tools: a row for each verb; verbs that differ in their name only share one."""
    header = ("tool", "verb", "kind", "in", "out", "backends", "GPU", "licence")
    rows: dict[tuple[str, ...], list[str]] = {}
    for command in commands:
        spec = command.spec
        for name, verb in spec["verbs"].items():
            tool = f"[{command.name}]({command.readme})"
            rows.setdefault((tool, *_say_verb(verb), spec["licence"]), []).append(name)
    return write_table(
        header, ((tool, join_quoted(names), *rest) for (tool, *rest), names in rows.items())
    )


def _say_verb(verb: Spec) -> tuple[str, str, str, str, str]:
    """Kind, in, out, backends, GPU."""
    backends = verb["backends"]
    return (
        verb["kind"],
        _say_input(verb),
        "a file" if verb["kind"] == SINK else join_quoted(verb["writes"]),
        join_quoted(backends) or "–",
        "yes" if any(backend["gpu"] for backend in backends.values()) else "no",
    )


def _say_input(verb: Spec) -> str:
    if verb["kind"] == SOURCE:
        return "files"
    optional = [name for name in verb["reads"] if name not in verb["needs"]]
    if not verb["needs"]:
        return "any record"
    said = join_quoted(verb["needs"])
    return f"{said} ({join_quoted(optional)})" if optional else said


def write_backends(commands: list[Command]) -> str:
    """What each backend was measured on, and its licence."""
    header = ("backend", "licence", "measured")
    rows = [
        (
            quote(f"{command.name} {verb} --backend {name}"),
            backend["licence"],
            backend["measured_on"],
        )
        for command in commands
        for verb, described in command.spec["verbs"].items()
        for name, backend in described["backends"].items()
    ]
    return write_table(header, rows)


def write_models(commands: list[Command]) -> str:
    """The models that backends are meant for, by the memory of the cards that hold them."""
    header = ("`--model`", "cards, GB", "licence of the weights", "")
    rows = {
        (quote(model["id"]), str(model["memory"]), model["licence"], model["note"])
        for command in commands
        for verb in command.spec["verbs"].values()
        for backend in verb["backends"].values()
        for model in backend["models"]
    }
    return write_table(header, sorted(rows, key=lambda row: int(row[1])))


def write_benchmarks(page: Path) -> str:
    """The first table of the page of benchmarks, under its heading.

    Args:
        page: `docs/benchmarks.md`, kept by hand from what `make bench` prints.
    """
    text = page.read_text("utf-8") if page.exists() else ""
    table = re.search(r"^(?:#+ +(?P<title>.+)\n\n)?(?P<rows>(?:\|.*\n)+)", text, re.MULTILINE)
    if table is None:
        return "No figures of `make bench` are recorded yet."
    title = f"{table['title']} (`make bench`):\n\n" if table["title"] else ""
    return f"{title}{table['rows'].rstrip()}"


def write_first_table(page: Path, heading: str) -> str:
    """The first table below a heading of another page, which is compared with its command there.

    Args:
        page: that has it.
        heading: its words, the last of them if there are several such.

    Raises:
        LookupError: there is no such table.
    """
    _, found, rest = page.read_text("utf-8").partition(f"## {heading}\n")
    table = re.search(r"^(?:\|.*\n)+", rest, re.MULTILINE)
    if not found or table is None:
        raise LookupError(f"{page.name} has no table below {heading}")
    return table[0].rstrip()
