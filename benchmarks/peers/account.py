"""Where the records went: counted in the files that a run has left behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.sample import Sample

_BLOCK_BYTES = 2**20


class WrongWorkError(RuntimeError):
    """A run ended well and did not do the work."""


@dataclass(frozen=True)
class Outputs:
    """Patterns of the files that hold records, relative to the folder of a run.

    Attributes:
        kept: records whose number reaches the bound.
        dropped: records whose number does not; None where the peer keeps none of them.
        rejects: bad lines that were set aside.
    """

    kept: str = "kept*.jsonl"
    dropped: str | None = "dropped*.jsonl"
    rejects: str = "rejects*.jsonl"


@dataclass(frozen=True)
class Account:
    """What became of the records.

    Attributes:
        read: lines of the input.
        kept: lines handed on.
        dropped: lines filtered out; where a peer keeps none of them, what should have been there.
        rejected: lines set aside as bad.
    """

    read: int
    kept: int
    dropped: int
    rejected: int

    @property
    def lost(self) -> int:
        """Lines that are nowhere; below zero when there are more than came."""
        return self.read - self.kept - self.dropped - self.rejected


def take_account(sample: Sample, folder: Path, outputs: Outputs) -> Account:
    """Count what a run over the sample has written into a folder."""
    dropped = sample.dropped
    if outputs.dropped is not None:
        dropped = count_lines(folder.glob(outputs.dropped))
    kept = count_lines(folder.glob(outputs.kept))
    return Account(sample.records, kept, dropped, count_lines(folder.glob(outputs.rejects)))


def check_work(sample: Sample, account: Account) -> None:
    """Refuse figures of a run that filtered by something else than it was asked to.

    Raises:
        WrongWorkError: it handed on or filtered out other numbers of records than there are.
    """
    done, asked = (account.kept, account.dropped), (sample.kept, sample.dropped)
    if done != asked:
        raise WrongWorkError(f"kept and dropped: {done}, where there are {asked}")


def count_lines(paths: Iterable[Path]) -> int:
    """Lines of all files together; a last one without newline counts."""
    return sum(_count(path) for path in paths)


def _count(path: Path) -> int:
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            lines += block.count(b"\n")
            last = block[-1:]
    return lines + (last != b"\n")
