"""The page that tells what becomes of hostile input, from the data of the tests that prove it.

python docs/part_hostile.py            write docs/protocol-hostile.md
python docs/part_hostile.py --check    fail when it is stale
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from tables import quote, write_table

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "protocol-hostile.md"
sys.path.insert(0, str(ROOT / "tests" / "support"))

from hostile import INPUTS, LINES, LONG_LINE, PASS, PLACES, Input, Line, Place  # noqa: E402 - found by the path above

HEADER = ("input", "outcome", "")
INTRODUCTION = """\
# Hostile input

What `manifest validate` does with input that is broken, odd or malicious; every other verb reads
its manifests through the same gate. The tables are made from the data of the tests in
`tests/contract/test_hostile.py`, which run the command over every row.

There are three outcomes. A line that **passes** leaves byte for byte as it came. A line that is
**rejected** goes to the rejects with its reason, its offset and its original bytes, and
`manifest retry` gives them back. When the command **stops**, it says why and ends in the exit
status named. No outcome loses a line in silence, and no message quotes one.\
"""


def write_hostile() -> str:
    """The whole page."""
    blocks = [
        INTRODUCTION,
        "## Lines",
        write_table(HEADER, map(_line_row, [*LINES, LONG_LINE])),
        "## Whole inputs",
        write_table(HEADER, map(_input_row, INPUTS)),
        "## Files that records name",
        "The uri of an asset, with `--verify-assets`. Verbs that open assets look them up so too.",
        write_table(HEADER, map(_place_row, PLACES)),
    ]
    return "\n\n".join(blocks) + "\n"


def _outcome(reason: str | None) -> str:
    return "passes" if reason is PASS else f"rejected: {quote(reason)}"


def _line_row(case: Line) -> Iterator[str]:
    return iter((case.what, _outcome(case.reason), case.note))


def _input_row(case: Input) -> Iterator[str]:
    outcome = "passes" if case.status == 0 else f"stops, exit {case.status}"
    return iter((f"{case.what} ({case.by})", outcome, case.note))


def _place_row(case: Place) -> Iterator[str]:
    return iter((case.what, _outcome(case.reason), case.note))


def main() -> None:
    """Write or check."""
    page = write_hostile()
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(page, "utf-8")
    elif not PAGE.exists() or PAGE.read_text("utf-8") != page:
        sys.exit(f"stale: {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
