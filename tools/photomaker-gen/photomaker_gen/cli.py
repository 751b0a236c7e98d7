"""The command line of photomaker-gen."""

from photomaker_gen.tool import tool
from photomaker_gen.verbs.animate import animate
from photomaker_gen.verbs.generate import generate
from photomaker_gen.verbs.render import render

__all__ = ["animate", "generate", "main", "render"]


def main() -> None:
    """Run the command line."""
    tool.main()
