"""The stream beside its physical limits.

    make bench                                   1,000,000 records of about 1 kB
    make bench ARGS='--records 100000'

The reference is the loop that decodes and encodes every line with orjson: what a tool cannot avoid
that adds a member to a dictionary and writes it out again. Ours validates, hashes input and output,
checksums every line, keeps a journal and writes a receipt. Start-up is measured on an empty
manifest and taken off.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import orjson

from benchmarks.measure import Cost, best, run_command, run_function

ROOT = Path(__file__).parent.parent
MANIFEST = ROOT / "protocol/.venv/bin/manifest"
FILTERS = ROOT / "tools/filters/.venv/bin/filters"
THRESHOLD = ["threshold", "--field", "/labels/emotions/0/votes", "--min", "1"]
BLOCK_BYTES = 2**20
HELLO = """import typer
app = typer.Typer()
@app.command()
def hello(name: str = "world"):
    print(name)
app()
"""


def write_records(path: Path, count: int) -> None:
    """Write a manifest as an importer makes it, about 1 kB a record."""
    with path.open("wb") as file:
        for number in range(count):
            record = {
                "id": f"goemotions:{number:08d}",
                "source": {
                    "dataset": "goemotions",
                    "split": "test",
                    "licence": "CC-BY-4.0",
                    "citation": "Demszky et al. 2020, GoEmotions, ACL",
                    "groups": {"text": f"{number:016x}"},
                },
                "text": {"content": f"sentence {number} " * 42, "language": "en"},
                "labels": {"emotions": [{"vocabulary": "goemotions", "label": "joy", "votes": 3}]},
            }
            file.write(orjson.dumps(record) + b"\n")


def loop_lines(source: Path, target: Path) -> None:
    """Lines in, lines out."""
    with source.open("rb") as reader, target.open("wb") as writer:
        for line in reader:
            writer.write(line)


def loop_parse(source: Path, _: Path) -> None:
    """Decode every line."""
    with source.open("rb") as reader:
        for line in reader:
            orjson.loads(line)


def loop_parse_dump(source: Path, target: Path) -> None:
    """Decode and encode every line."""
    with source.open("rb") as reader, target.open("wb") as writer:
        for line in reader:
            writer.write(orjson.dumps(orjson.loads(line)) + b"\n")


def ours(command: list[str], source: Path, target: Path) -> list[str]:
    """A command of ours from file to file."""
    return [*command, "-i", str(source), "-o", str(target), "--quiet", "--restart", "always"]


def peak_memory(target: Path) -> int:
    """Peak memory that a run's receipt states, bytes."""
    receipt = json.loads(target.with_name(target.name + ".run.json").read_bytes())
    return int(receipt["peak_memory_bytes"])


def measure_stream(folder: Path, records: int, repeats: int) -> list[tuple[str, Cost]]:
    """Cost of each way through the same records, start-up of ours taken off."""
    source, target, empty = folder / "in.jsonl", folder / "out.jsonl", folder / "empty.jsonl"
    write_records(source, records)
    empty.touch()
    rows: list[tuple[str, Cost]] = []
    pipe = ["bash", "-c", f"cat '{source}' | cat >/dev/null"]
    rows.append(("two cats in a pipe", best(partial(run_command, pipe), repeats)))
    loops: list[tuple[str, Callable[[Path, Path], None]]] = [
        ("line loop", loop_lines),
        ("parse", loop_parse),
        ("parse and dump", loop_parse_dump),
    ]
    for name, loop in loops:
        rows.append((name, best(partial(run_function, partial(loop, source, target)), repeats)))
    target.unlink(missing_ok=True)
    for name, command in (
        ("manifest validate", [str(MANIFEST), "validate"]),
        ("filters threshold", [str(FILTERS), *THRESHOLD]),
    ):
        start = best(partial(run_command, ours(command, empty, target)), repeats)
        whole = best(partial(run_command, ours(command, source, target)), repeats)
        rows.append((name, whole.less(start)))
    return rows


def measure_memory(folder: Path, records: int) -> list[tuple[str, int]]:
    """How much more memory the whole takes than its hundredth, bytes."""
    source, few, target = folder / "in.jsonl", folder / "few.jsonl", folder / "out.jsonl"
    with source.open("rb") as reader, few.open("wb") as writer:
        for _ in range(records // 100):
            writer.write(reader.readline())
    grown: list[tuple[str, int]] = []
    for name, command in (
        ("manifest validate", [str(MANIFEST), "validate"]),
        ("filters threshold", [str(FILTERS), *THRESHOLD]),
    ):
        peaks = []
        for manifest in (few, source):
            run_command(ours(command, manifest, target))
            peaks.append(peak_memory(target))
        grown.append((name, peaks[1] - peaks[0]))
    return grown


def measure_start(folder: Path, repeats: int) -> list[tuple[str, Cost]]:
    """Cost of --help and spec beside a bare Typer program."""
    hello = folder / "hello.py"
    hello.write_text(HELLO)
    python = ROOT / "tools/filters/.venv/bin/python"
    cost = best(partial(run_command, [python, hello, "--help"], quiet=True), repeats)
    rows = [("Typer hello --help", cost)]
    for verb in ("--help", "spec"):
        for tool in sorted(ROOT.glob("tools/*/.venv/bin")):
            name = tool.parent.parent.name
            cost = best(partial(run_command, [tool / name, verb], quiet=True), repeats)
            rows.append((f"{name} {verb}", cost))
    return rows


def tabulate(title: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    """A Markdown table."""
    lines = [f"### {title}", "", "| " + " | ".join(header) + " |"]
    lines.append("| --- |" + " ---: |" * (len(header) - 1))
    lines += ["| " + " | ".join(row) + " |" for row in rows]
    return "\n".join([*lines, ""])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as name:
        folder = Path(name)
        stream = measure_stream(folder, options.records, options.repeats)
        memory = measure_memory(folder, options.records)
        start = measure_start(folder, options.repeats)
    reference = dict(stream)["parse and dump"]
    sys.stdout.write(
        tabulate(
            f"{options.records:,} records of 1 kB; speed against parse and dump",
            ("way", "records/s", "wall s", "CPU s", "wall ratio", "CPU ratio"),
            [
                (
                    way,
                    f"{options.records / cost.wall:,.0f}",
                    f"{cost.wall:.2f}",
                    f"{cost.cpu:.2f}",
                    f"{reference.wall / cost.wall:.2f}",
                    f"{reference.cpu / cost.cpu:.2f}",
                )
                for way, cost in stream
            ],
        )
        + "\n"
        + tabulate(
            f"Memory: {options.records:,} records against a hundredth of them",
            ("command", "growth, MB"),
            [(name, f"{grown / 1e6:.1f}") for name, grown in memory],
        )
        + "\n"
        + tabulate(
            "Start-up",
            ("command", "wall s", "against hello"),
            [(way, f"{c.wall:.2f}", f"{c.wall / start[0][1].wall:.2f}") for way, c in start],
        )
    )


if __name__ == "__main__":
    main()
