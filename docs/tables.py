"""Markdown tables."""

from collections.abc import Iterable, Sequence


def write_table(header: Sequence[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; bars inside a cell are escaped, line breaks become spaces."""
    lines = [_row(header), "|" + "---|" * len(header)]
    lines += [_row(row) for row in rows]
    return "\n".join(lines)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in cells) + " |"


def quote(text: str) -> str:
    """Text as code."""
    return f"`{text}`"


def join_quoted(names: Iterable[str]) -> str:
    """Names as code, with commas."""
    return ", ".join(map(quote, names))
