"""What the tools say about themselves, for the generated parts of the documents."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import typer
from affectory_protocol.command import Tool
from affectory_protocol.spec import describe_tool
from typer.core import TyperArgument, TyperOption

Spec = dict[str, Any]
"""The JSON that `TOOL spec` prints."""

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Command:
    """A command of this repository.

    Attributes:
        name: what people call it.
        readme: its README, relative to the root.
        tool: what it declares.
    """

    name: str
    readme: str
    tool: Tool

    @property
    def is_tool(self) -> bool:
        """Whether it is one of tools/, and not the protocol's own."""
        return self.readme.startswith("tools/")

    @property
    def spec(self) -> Spec:
        """What it says about itself."""
        return describe_tool(self.tool)


def find_commands() -> list[Command]:
    """The tools by their folders, and `manifest` last."""
    names = sorted(path.parent.name for path in ROOT.glob("tools/*/pyproject.toml"))
    tools = [
        Command(name, f"tools/{name}/README.md", import_module(f"{_package(name)}.cli").tool)
        for name in names
    ]
    manifest = import_module("affectory_protocol.cli.app").tool
    return [*tools, Command("manifest", "protocol/README.md", manifest)]


def _package(tool: str) -> str:
    return tool.replace("-", "_")


def describe_plain_commands(command: Command) -> Iterator[tuple[str, str, list[Spec]]]:
    """The commands of a tool that are no verbs: their name, summary and options as in `spec`."""
    group: Any = typer.main.get_command(command.tool.app)
    for name, plain in sorted(group.commands.items()):
        is_verb = any(name == verb.split()[0] for verb in command.tool.verbs)
        if not is_verb and name not in {"spec", "check"}:
            options = [_describe(parameter) for parameter in plain.params]
            yield name, plain.help.partition("\n")[0], [o for o in options if o["name"] != "help"]


def _describe(parameter: TyperOption | TyperArgument) -> Spec:
    is_option = isinstance(parameter, TyperOption)
    flags = [*parameter.opts, *parameter.secondary_opts] if is_option else []
    schema = {"type": "array"} if parameter.multiple or parameter.nargs == -1 else {}
    default = parameter.default
    return {
        "name": parameter.name,
        "flags": ["/".join(flags)] if flags else [],
        "class": None,
        "required": parameter.required,
        "default": None if default is None else str(default).lower(),
        "schema": schema,
        "help": parameter.help,
    }
