"""The command line of trainers."""

from trainers import space_command
from trainers.tool import tool
from trainers.verbs import evaluate


def main() -> None:
    """Run the command `trainers`."""
    tool.main()


__all__ = ["evaluate", "main", "space_command", "tool"]
