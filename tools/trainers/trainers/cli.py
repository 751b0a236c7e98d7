"""The command line of trainers."""

from trainers import space_command
from trainers.tool import tool


def main() -> None:
    """Run the command `trainers`."""
    tool.main()


__all__ = ["main", "space_command", "tool"]
