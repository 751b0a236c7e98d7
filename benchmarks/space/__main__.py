"""Training of expression spaces: ours beside the loop of the system it replaces.

make bench-space                               writes docs/bench-space.md
make bench-space ARGS='--rows 32 --epochs 3'   a quick look; only prints, but with --write

Runs in the environment of the extra `full` of trainers, on a tiny CLIP model made on the spot: a
real one is slower to ask, and would be asked 18 times a row in every epoch there.
"""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from trainers.backends.clip import ClipEncoder
from trainers.expression_space.recipe import Preset
from trainers.model_folder import ModelFolder

from benchmarks.peers.table import place, tabulate
from benchmarks.space.loops import VARIANTS, Pace, train_ours, train_theirs

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/bench-space.md"
ROWS, EPOCHS = 256, 10
WORDS = ("rain", "joy", "train", "anger", "letter", "night", "home", "fear", "friend", "late")
OURS, THEIRS = "our loop", "the original's loop"


def make_rows(count: int) -> tuple[list[str], np.ndarray]:
    """Sentences of ten words, no two alike, with faces (n, 52)."""
    random = np.random.default_rng(5)
    texts = [f"{' '.join(random.choice(WORDS, 9))} {number}" for number in range(count)]
    return texts, random.random((count, 52), dtype=np.float32)


def measure(rows: int, epochs: int) -> dict[tuple[str, Preset], Pace]:
    """Run both loops with both kinds of networks, in turns, in this process."""
    texts, faces = make_rows(rows)
    with tempfile.TemporaryDirectory() as folder:
        script = ROOT / "tests/support/tiny_models/clip.py"
        words = [sys.executable, str(script), folder]
        subprocess.run(words, check=True, capture_output=True)  # noqa: S603 - our own script
        encoder = ClipEncoder(ModelFolder(Path(folder), "tiny"), "cpu")
        encoder.encode(["to be loaded before anybody's clock runs"])
        paces = {}
        for preset in Preset:
            paces[OURS, preset] = train_ours(texts, faces, encoder, preset, epochs)
            paces[THEIRS, preset] = train_theirs(texts, faces, encoder, preset)
    return paces


def write_table(paces: dict[tuple[str, Preset], Pace]) -> str:
    """The figures, and by how many times ours is faster with the same networks."""
    rows = [
        [
            f"{loop}, networks of `{preset.value}`",
            f"{pace.examples:,}",
            f"{pace.wall:.2f}",
            f"{pace.cpu:.2f}",
            f"{pace.rate:,.1f}",
            f"{pace.rate / paces[THEIRS, preset].rate:,.1f}",
        ]
        for (loop, preset), pace in paces.items()
    ]
    overall = paces[OURS, Preset.COMPACT].rate / paces[THEIRS, Preset.ORIGINAL].rate
    header = ["way", "examples", "wall s", "CPU s", "examples/s", "times the original's loop"]
    return (
        f"{tabulate(header, rows)}\n\nOurs as it is, against the original as it is: "
        f"{overall:,.0f} times the examples/s; to reach: 20."
    )


def main() -> None:
    """Measure, print, and write the page."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=ROWS, help="Sentences with faces.")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help="Of our loop.")
    parser.add_argument("--write", action="store_true", help="Write docs/bench-space.md.")
    given = parser.parse_args()
    load = os.getloadavg()[0]
    paces = measure(given.rows, given.epochs)
    usual = (given.rows, given.epochs) == (ROWS, EPOCHS)
    words = "" if usual else f" ARGS='--rows {given.rows} --epochs {given.epochs}'"
    text = (
        f"Printed by `make bench-space{words}`: {given.rows} rows, {VARIANTS} texts a row where "
        f"they are encoded each by itself, {given.epochs} epochs of ours and one of the other, on "
        f"{os.cpu_count()} processors ({platform.machine()}) whose load was {load:.1f} before, "
        f"Python {platform.python_version()}, torch {torch.__version__}.\n\n{write_table(paces)}"
    )
    sys.stdout.write(f"{text}\n")
    if usual or given.write:
        place(PAGE, text)


if __name__ == "__main__":
    main()
