"""One verb at work in a folder of its own: its input, its runs, what they leave behind."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

from cases import SINK, Case, join, mixed_lines, prepare
from commands import Done, Started, Zygote

TIMES = ("seconds", "records_per_second", "peak_memory_bytes", "resumed")
"""Members of a receipt that differ from run to run."""

TOLERANT = ("--max-rejects", "100%")


@dataclass(frozen=True)
class Left:
    """What a run into a file left behind.

    Attributes:
        output: bytes of FILE, as those that follow; None when there is none.
        rejects: of the rejects.
        dropped: of the dropped records.
        receipt: decoded.
        assets: uri to bytes.
    """

    output: bytes | None
    rejects: bytes | None
    dropped: bytes | None
    receipt: dict[str, Any] | None = field(compare=False)
    assets: Mapping[str, bytes]

    @property
    def counts(self) -> dict[str, int]:
        """Of the receipt."""
        assert self.receipt is not None
        return self.receipt["counts"]

    def without_times(self) -> dict[str, Any]:
        """The receipt without what differs from run to run."""
        assert self.receipt is not None
        return {name: value for name, value in self.receipt.items() if name not in TIMES}


class Trial:
    """A case in a folder.

    Attributes:
        case: what runs.
        data: folder of its inputs, which no run writes to.
        work: folder that outputs go to.
        cwd: working directory, in which nothing may appear.
        input: the manifest it reads, good and broken records mixed.
    """

    def __init__(self, zygote: Zygote, case: Case, folder: Path) -> None:
        self._zygote = zygote
        self.case = case
        self.data, self.work, self.cwd = (folder / name for name in ("data", "work", "cwd"))
        self._requests, self._pipes = folder / "requests", count()
        for made in (self.data, self.work, self.cwd, self._requests):
            made.mkdir(parents=True)
        (self.work / "assets").mkdir()
        self._arguments = prepare(case, self.data)
        self.input = self.data / "input.jsonl"
        self.lines = mixed_lines(case)
        self.input.write_bytes(join(self.lines))

    @property
    def output(self) -> Path:
        """Where output goes unless a test says otherwise."""
        return self.work / "out.jsonl"

    def words(self, *more: object, source: Path | None = None) -> list[str]:
        """The command line, without its output.

        Args:
            *more: further words.
            source: manifest to read instead of `input`.
        """
        words = [*self.case.words, *self._arguments]
        if self.case.reads_manifest and "-i" not in more:
            words += ["-i", str(source or self.input)]
        if self.case.has("--root"):
            words += ["--root", str(self.data), "--root", f"assets={self.work / 'assets'}"]
        if self.case.has("--assets") and "--assets" not in more:
            words += ["--assets", str(self.work / "assets")]
        if self.case.kind == SINK and self.case.has("--requests"):
            words += ["--requests", str(self._folder_of(more))]
        return [*words, *map(str, more)]

    def _folder_of(self, more: Sequence[object]) -> Path:
        """A folder for the further files of a run: its output's, or a new one for a pipe."""
        output = str(more[more.index("-o") + 1]) if "-o" in more else "-"
        is_pipe = output == "-" or output.startswith("/dev/") or Path(output).is_fifo()
        name = f"pipe-{next(self._pipes)}" if is_pipe else Path(output).name
        return self._requests / name

    def start(self, *more: object, source: Path | None = None, **settings: Any) -> Started:
        """Start a run whose output goes where `more` says; settings as for `Zygote.start`."""
        settings.setdefault("folder", self.cwd)
        return self._zygote.start(self.case.command, *self.words(*more, source=source), **settings)

    def run(self, *more: object, source: Path | None = None, **settings: Any) -> Done:
        """Run to the end."""
        return self.start(*more, source=source, **settings).wait()

    def run_to_file(self, *more: object, output: Path | None = None, **settings: Any) -> Done:
        """Run into a file, any number of rejects tolerated unless `more` says otherwise."""
        words = more if "--max-rejects" in more else (*more, *TOLERANT)
        return self.run(*words, "-o", output or self.output, **settings)

    def left(self, output: Path | None = None) -> Left:
        """What lies there now."""
        output = output or self.output
        receipt = _read(Path(f"{output}.run.json"))
        return Left(
            _read(output),
            _read(Path(f"{output}.rejects.jsonl")),
            _read(Path(f"{output}.dropped.jsonl")),
            json.loads(receipt) if receipt is not None else None,
            tree(self.work / "assets"),
        )

    def output_lines(self, content: bytes) -> list[bytes]:
        """Lines of an output; a sink has none."""
        assert self.case.kind != SINK
        return content.split(b"\n")[:-1]


@contextmanager
def folder_in_memory() -> Iterator[Path]:
    """A folder that no sync has to wait for, where there is memory to hold it."""
    base = "/dev/shm" if Path("/dev/shm").is_dir() else None
    with tempfile.TemporaryDirectory(prefix="trials-", dir=base) as folder:
        yield Path(folder)


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.exists() else None


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


class First:
    """The first run of a case into a file, all its rejects tolerated.

    Attributes:
        trial: where it ran.
        done: how it ended.
        left: what it wrote.
    """

    def __init__(self, trial: Trial) -> None:
        self.trial = trial
        self.done: Done = trial.run_to_file().ok()
        self.left: Left = trial.left()
        assert self.left.output is not None
