"""Kill runs of every kind at every named point and at random moments, and run them again.

    tests/kills/matrix.py                        200 kills, seed 1
    tests/kills/matrix.py --kills 1000 --seed 7

Prints a table and writes it into docs/faults.md. A run that does not end as an uninterrupted one
does is named, with what is not equal, and ends this in status 1.
"""

import argparse
import shutil
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests/support"), str(ROOT / "docs")]

from cases import AGGREGATE, DERIVE, FILTER, MAP, SINK, SOURCE, cases  # noqa: E402 - found above
from commands import Zygote, find_commands  # noqa: E402 - as above
from generate import Part  # noqa: E402 - as above
from kills import POINTS, RANDOM_MOMENT, Ordeal, Point, went_on  # noqa: E402 - as above
from tables import write_table  # noqa: E402 - as above
from trials import Trial, folder_in_memory  # noqa: E402 - as above

PAGE = "docs/faults.md"
KINDS = (MAP, FILTER, DERIVE, SOURCE, SINK, AGGREGATE)
NOWHERE = "–"


@dataclass
class Cell:
    """One kind at one point.

    Attributes:
        kind: of the verbs.
        point: where they are killed; None is a random moment.
        ordeals: of the verbs that come by.
        kills: so far.
        went_on: of them, how many runs used what the killed one had done.
        equal: of them, how many ended as an uninterrupted run does.
    """

    kind: str
    point: Point | None
    ordeals: Sequence[Ordeal]
    kills: int = 0
    went_on: int = 0
    equal: int = 0

    @property
    def name(self) -> tuple[str, str]:
        """The kind and the point."""
        return self.kind, self.point.name if self.point else RANDOM_MOMENT

    def __str__(self) -> str:
        return f"{self.kills} · {self.went_on} · {self.equal}"


@dataclass
class Matrix:
    """All cells, and what went wrong in them.

    Attributes:
        cells: by kind and name of the point.
        verbs: how often each was killed.
        failures: in words.
    """

    cells: Mapping[tuple[str, str], Cell]
    verbs: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def kill(self, kills: int, seed: int) -> None:
        """Share a number of kills among the cells, and in each among its verbs."""
        turns: Counter[str] = Counter()
        for number, cell in zip(range(kills), cycle(self.cells.values()), strict=False):
            ordeal = cell.ordeals[turns[cell.kind] % len(cell.ordeals)]
            turns[cell.kind] += 1
            self._kill_once(cell, ordeal, Random(f"{seed} {number}"))
            self.verbs[str(ordeal.case)] += 1

    def _kill_once(self, cell: Cell, ordeal: Ordeal, random: Random) -> None:
        where, trial = self._die(cell, ordeal, random)
        said, differences = "", ["it failed"]
        with suppress(AssertionError):  # it is counted: its run is not equal
            said = ordeal.go_on(trial)
            differences = ordeal.whole.differences(trial)
        cell.kills += 1
        cell.went_on += went_on(said)
        cell.equal += not differences
        if differences:
            self.failures.append(f"{ordeal.case}, {where}: not equal: {', '.join(differences)}")
        shutil.rmtree(trial.work.parent)

    def _die(self, cell: Cell, ordeal: Ordeal, random: Random) -> tuple[str, Trial]:
        if cell.point is None:
            return RANDOM_MOMENT, ordeal.kill_at_random(random)
        number = random.randrange(ordeal.passes(cell.point))
        return f"{cell.point.name}, number {number}", ordeal.kill_at(cell.point, number)

    def tabulate(self) -> str:
        """The table: a row a point, a column a kind."""
        names = [*(point.name for point in POINTS), RANDOM_MOMENT]
        rows = (
            (name, *(str(self.cells.get((kind, name), NOWHERE)) for kind in KINDS))
            for name in names
        )
        return write_table(("killed", *KINDS), rows)


def build_cells(ordeals: Sequence[Ordeal]) -> Iterator[Cell]:
    """Every kind at every point that one of its verbs comes by, the kinds taking turns."""
    for point in (*POINTS, None):
        for kind in KINDS:
            fitting = [
                ordeal
                for ordeal in ordeals
                if ordeal.case.kind == kind and (point is None or ordeal.passes(point))
            ]
            if fitting:
                yield Cell(kind, point, fitting)


def describe(matrix: Matrix, seed: int) -> str:
    """The part of the page."""
    kills, went, equal = (
        sum(getattr(cell, name) for cell in matrix.cells.values())
        for name in ("kills", "went_on", "equal")
    )
    verbs = ", ".join(f"{verb} {n}" for verb, n in sorted(matrix.verbs.items()))
    return (
        f"`make kill-matrix`, seed {seed}: {kills} kills; in {went} cases the same command went on "
        f"from work that was there; {equal} ended equal to a run that nobody stopped. Each cell: "
        f"kills · went on · equal.\n\n{matrix.tabulate()}\n\nKills a verb: {verbs}."
    )


def main() -> int:
    """Kill, tell, and write the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200, help="How many in all.")
    parser.add_argument("--seed", type=int, default=1, help="Chooses moments and places.")
    given = parser.parse_args()
    begun = time.monotonic()
    with folder_in_memory() as folder:
        zygote = Zygote(folder, [*(c.cli for c in find_commands()), "typer.rich_utils"])
        ordeals = [Ordeal(zygote, case, folder / str(n)) for n, case in enumerate(cases())]
        cells = {
            (c.kind, c.point.name if c.point else RANDOM_MOMENT): c for c in build_cells(ordeals)
        }
        matrix = Matrix(cells)
        matrix.kill(given.kills, given.seed)
        zygote.close()
    text = describe(matrix, given.seed)
    say(f"{text}\n\n{time.monotonic() - begun:.0f} seconds")
    if matrix.failures:
        say("\n".join(matrix.failures))
        return 1
    page = ROOT / PAGE
    part = Part(PAGE, text, "kill matrix")
    page.write_text(part.place(page.read_text("utf-8")), "utf-8")
    return 0


def say(text: str) -> None:
    """Write it at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
