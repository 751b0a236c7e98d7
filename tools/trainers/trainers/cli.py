"""The command line of trainers."""

from trainers import space_command
from trainers.tool import tool
from trainers.verbs import evaluate, plot


def main() -> None:
    """Run the command `trainers`."""
    tool.main()


__all__ = ["evaluate", "main", "plot", "space_command", "tool"]
