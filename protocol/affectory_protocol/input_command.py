"""A verb that takes its manifest by an option, and says so when it is given by position."""

import typer
from affectory_protocol.errors import UsageError
from typer.core import TyperCommand


class InputCommand(TyperCommand):
    """A command of a verb that reads one manifest and has no arguments of its own."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override] # the base names a class that Typer does not offer
        """Read the words of the command line; a word too many is most often the manifest."""
        ctx.allow_extra_args = True
        rest = super().parse_args(ctx, args)
        if rest:
            raise UsageError(
                f"arguments that are not expected: {len(rest)}",
                hint="The manifest goes behind -i, or comes through a pipe.",
            )
        return rest
