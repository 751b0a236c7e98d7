"""The command line of trainers."""

from trainers.tool import tool


def main() -> None:
    """Run the command `trainers`."""
    tool.main()


__all__ = ["main", "tool"]
