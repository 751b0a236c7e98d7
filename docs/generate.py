"""Write the parts of the documents that the code knows better, or check that they are current.

    python docs/generate.py            write all of them
    python docs/generate.py --check    name those that are stale, and fail
    python docs/generate.py schemas    write the JSON Schemas only

A part lies between `<!-- NAME: generated -->` and `<!-- /NAME -->`; what is around it is written by
hand.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import part_hostile as hostile
import part_options as options
import part_overview as overview
import part_protocol as protocol
import part_spaces as spaces
from specs import ROOT, find_commands
from trainers.expression_space.judging.evaluation import MAIN

HINT = "Write them with `make docs`.\n"
OPTIONS_PAGE = "docs/options.md"
PROTOCOL_PAGE = "docs/protocol.md"
HOSTILE_PAGE = "docs/protocol-hostile.md"


class MarkerError(ValueError):
    """A page does not have the markers of a part, once each and in order."""


@dataclass(frozen=True)
class Part:
    """A piece of a page, or a whole file.

    Attributes:
        path: of the file, relative to the root.
        text: what belongs there.
        name: between whose markers; None when the whole file is generated.
    """

    path: str
    text: str
    name: str | None = None

    def place(self, page: str) -> str:
        """The page with this part in it.

        Raises:
            MarkerError: there is no place for it.
        """
        if self.name is None:
            return self.text
        begin, end = f"<!-- {self.name}: generated -->", f"<!-- /{self.name} -->"
        pattern = re.compile(f"({re.escape(begin)}\n).*?({re.escape(end)})", re.DOTALL)
        if page.count(begin) != 1 or page.count(end) != 1 or not pattern.search(page):
            raise MarkerError(f"{self.path} needs the lines {begin} and {end}, once each")
        return pattern.sub(lambda found: f"{found[1]}\n{self.text}\n\n{found[2]}", page)


def list_schemas() -> Iterator[Part]:
    """The JSON Schemas of what crosses a boundary."""
    for path, text in protocol.write_schemas().items():
        yield Part(path, text)


def list_parts() -> Iterator[Part]:
    """Everything that is generated."""
    commands = find_commands()
    for command in commands:
        up = "../" * command.readme.count("/")
        text = options.write_options(command, f"{up}{OPTIONS_PAGE}")
        yield Part(command.readme, text, "options")
    tools = [command for command in commands if command.is_tool]
    yield Part("README.md", overview.write_tools(tools), "tools")
    yield Part("README.md", overview.write_backends(tools), "backends")
    benchmarks = overview.write_benchmarks(ROOT / "docs/benchmarks.md")
    yield Part("README.md", benchmarks, "benchmarks")
    readme = ROOT / "tools/llm-annotate/README.md"
    emotions = overview.write_first_table(readme, "Model, weights, licence")
    yield Part("README.md", emotions, "emotions")
    clients = overview.write_first_table(ROOT / "docs/bench-llm.md", "What was to be reached")
    yield Part("README.md", clients, "clients")
    evaluation = ROOT / "docs/expression-space.json"
    yield Part("tools/trainers/README.md", spaces.write_figures(evaluation), "figures")
    yield Part("README.md", spaces.write_figures(evaluation, only=MAIN), "spaces")
    writers = [tool for tool in tools if tool.name == "llm-annotate"]
    yield Part("docs/language-models.md", overview.write_models(writers), "models")
    yield Part(OPTIONS_PAGE, options.write_shared_options(), "shared options")
    for name, text in (
        ("made_by", protocol.write_made_by()),
        ("sections", protocol.write_sections()),
        ("option classes", options.list_shared_by_class()),
        ("statuses", protocol.write_statuses()),
        ("reject", protocol.write_reject()),
        ("reasons", protocol.write_reasons()),
        ("receipt", protocol.write_receipt()),
        ("vocabularies", protocol.write_vocabularies()),
    ):
        yield Part(PROTOCOL_PAGE, text, name)
    yield Part(HOSTILE_PAGE, hostile.write_hostile())
    yield from list_schemas()


def find_stale(parts: Iterator[Part]) -> Iterator[tuple[Part, str]]:
    """Parts that are not current, each with its page as it should be."""
    pages: dict[str, str] = {}
    for part in parts:
        path = ROOT / part.path
        if part.path not in pages:
            pages[part.path] = path.read_text("utf-8") if path.exists() else ""
        current = part.place(pages[part.path])
        if current != pages[part.path]:
            pages[part.path] = current
            yield part, current


def main() -> None:
    """Write or check."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("what", nargs="?", choices=["all", "schemas"], default="all")
    parser.add_argument("--check", action="store_true", help="Write nothing; fail when stale.")
    given = parser.parse_args()
    try:
        stale = list(find_stale(list_schemas() if given.what == "schemas" else list_parts()))
    except MarkerError as error:
        sys.exit(f"error: {error}")
    for part, page in stale:
        sys.stdout.write(f"{part.path}{f': {part.name}' if part.name else ''}\n")
        if not given.check:
            path = ROOT / part.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(page, "utf-8")
    if stale and given.check:
        sys.exit(f"error: {len(stale)} generated parts are stale\nhint: {HINT.strip()}")


if __name__ == "__main__":
    main()
