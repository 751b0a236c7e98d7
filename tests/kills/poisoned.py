"""The main job over corpora of which one line in a hundred is hostile in each way.

    tests/kills/poisoned.py                     100,000 lines
    tests/kills/poisoned.py --lines 2000 --faces 500

Prints what became of the lines of every step, whether any was lost, and how memory grew from a
tenth of the lines to all of them, and writes it into docs/faults.md. It ends in status 1 when a
line is lost or doubled, a reject is not given back, the audit finds something, or the memory of a
verb grows that says it does not.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "docs")]

from commands import Command, Done  # noqa: E402 - found by the path above
from generate import Part  # noqa: E402 - as above
from poisoned_chain import SIZE, Chain, Step  # noqa: E402 - as above
from tables import write_table  # noqa: E402 - as above

PAGE = "docs/faults.md"
GROWTH_BYTES = 24 * 2**20
"""More than this from a tenth of the lines to all of them is growth with the manifest."""

MEGABYTE = 1e6
HEADER = ("step", "read", "on", "dropped", "rejected", "lost", "given back", "s", "growth, MB")


def run(command: Command, *words: object) -> Done:
    """Run a command in a process of its own, to its end, however long it takes."""
    done = subprocess.run(
        [sys.executable, "-m", command.module, *map(str, words)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr.decode())


def go_through(lines: int, faces: int) -> tuple[list[Step], str, str]:
    """All steps, what the audit says, and what the corpora were."""
    with tempfile.TemporaryDirectory(prefix="poisoned-") as folder:
        chain = Chain(run, Path(folder), lines, faces=faces)
        corpora = ", ".join(
            f"`{name}` {one.lines} lines with {one.kinds} kinds of hostile ones"
            for name, one in chain.corpora.items()
        )
        steps = []
        for step in chain.steps():
            say(f"{step.seconds:8.1f} s  {step.name}: {step.lost} lost")
            steps.append(step)
        return steps, chain.audit().splitlines()[-1], corpora


def find_faults(whole: Sequence[Step], tenth: Sequence[Step]) -> Iterator[str]:
    """What may not be, in words."""
    for one, less in zip(whole, tenth, strict=True):
        if one.lost:
            yield f"{one.name}: {one.lost} lines are not in exactly one place"
        if not one.given_back:
            yield f"{one.name}: the rejects are not given back byte for byte"
        if one.is_constant and one.peak_bytes - less.peak_bytes > GROWTH_BYTES:
            yield f"{one.name}: memory grows with the manifest"


def tabulate(whole: Sequence[Step], tenth: Sequence[Step]) -> str:
    """A row a step."""
    rows = (
        (
            one.name,
            f"{one.counts['read']:,}",
            f"{one.counts['passed'] + one.counts['consumed']:,}",
            f"{one.counts['dropped']:,}",
            f"{one.counts['rejected']:,}",
            str(one.lost),
            "yes" if one.given_back else "no",
            f"{one.seconds:,.0f}",
            f"{(one.peak_bytes - less.peak_bytes) / MEGABYTE:.1f}"
            + ("" if one.is_constant else " (per record)"),
        )
        for one, less in zip(whole, tenth, strict=True)
    )
    return write_table(HEADER, rows)


def main() -> int:
    """Go through a tenth, then all; tell, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--lines", type=int, default=100_000, help="Of the corpora together.")
    parser.add_argument(
        "--faces", type=int, default=20_000, help="Records that faces are drawn of."
    )
    given = parser.parse_args()
    begun = time.monotonic()
    tenth, _, _ = go_through(given.lines // 10, given.faces // 10)
    whole, audited, corpora = go_through(given.lines, given.faces)
    text = (
        f"`make poisoned`, {given.lines:,} lines: {corpora}. Faces of {SIZE} pixels, of "
        f"{given.faces:,} records at most. "
        f"`manifest audit`: {audited}. {time.monotonic() - begun:,.0f} seconds in all, a tenth of "
        f"the lines first. Growth is peak memory against that tenth.\n\n{tabulate(whole, tenth)}"
    )
    say(text)
    faults = list(find_faults(whole, tenth))
    if faults:
        say("\n".join(faults))
        return 1
    page = ROOT / PAGE
    page.write_text(Part(PAGE, text, "poisoned").place(page.read_text("utf-8")), "utf-8")
    return 0


def say(text: str) -> None:
    """Write it at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
