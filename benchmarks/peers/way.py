"""The ways through the work: the limits, ours, and what each peer's documentation recommends."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.locks import find_version
from benchmarks.peers.account import Outputs
from benchmarks.peers.sample import MIN_VOTES, Form
from benchmarks.peers.trial import Stage

ROOT = Path(__file__).parents[2]
MANIFEST = ROOT / "protocol/.venv/bin/manifest"
FILTERS = ROOT / "tools/filters/.venv/bin/filters"
TOLERANCE = "2%"
"""Of bad lines; one in a hundred is there."""

Plan = Callable[[Path, Path], list[Stage]]
"""From the records and an empty folder to what is to be run."""


@dataclass(frozen=True)
class Way:
    """One way through the records.

    Attributes:
        name: as the table has it.
        plan: what runs.
        form: how it takes the records.
        takes_faults: whether it gets to the end when one line in a hundred is bad.
        outputs: where the records are afterwards; None when it does not do the whole work.
        peer: the folder of its environment; None for ours and for the limits.
        distribution: the package that is compared.
    """

    name: str
    plan: Plan
    form: Form = Form.PLAIN
    takes_faults: bool = False
    outputs: Outputs | None = None
    peer: str | None = None
    distribution: str | None = None


def _one(*command: str | Path, stdin: Path | None = None) -> list[Stage]:
    return [Stage((command,), stdin)]


# --- Limits --------------------------------------------------------------------------------------


def _copy(records: Path, _: Path) -> list[Stage]:
    return [Stage((("cat", records), ("cat",)))]


def _count(records: Path, _: Path) -> list[Stage]:
    return _one("wc", "-l", records)


def _loop(name: str) -> Plan:
    def plan(records: Path, folder: Path) -> list[Stage]:
        words = (sys.executable, "-m", "benchmarks.peers.limits", name)
        return _one(*words, records, folder / "out.jsonl")

    return plan


# --- Ours ----------------------------------------------------------------------------------------

_VALIDATE = (MANIFEST, "validate", "--quiet", "--max-rejects", TOLERANCE)
_THRESHOLD = (FILTERS, "threshold", "--quiet")
_FIELD = ("--field", "/labels/emotions/0/votes", "--min", str(MIN_VOTES))


def _validate(records: Path, folder: Path) -> list[Stage]:
    return _one(*_VALIDATE, "-i", records, "-o", folder / "valid.jsonl")


def _threshold(records: Path, folder: Path) -> list[Stage]:
    return _one(*_THRESHOLD, *_FIELD, "-i", records, "-o", folder / "kept.jsonl")


def _both(records: Path, folder: Path) -> list[Stage]:
    return _validate(records, folder) + _threshold(folder / "valid.jsonl", folder)


def _piped(records: Path, folder: Path) -> list[Stage]:
    sides = ("--rejects", folder / "valid.jsonl.rejects.jsonl", "--receipt", folder / "valid.json")
    first = (*_VALIDATE, "-i", records, *sides)
    return [Stage((first, (*_THRESHOLD, *_FIELD, "-o", folder / "kept.jsonl")))]


_OURS = Outputs("kept.jsonl", "kept.jsonl.dropped.jsonl", "*.rejects.jsonl")

# --- Peers ---------------------------------------------------------------------------------------


def _job(peer: str) -> tuple[Path, Path]:
    folder = ROOT / "benchmarks/peers" / peer
    return folder / ".venv/bin/python", folder / "job.py"


def _file_job(peer: str) -> Plan:
    """A job that opens the records itself."""

    def plan(records: Path, folder: Path) -> list[Stage]:
        return _one(*_job(peer), records, folder, str(MIN_VOTES))

    return plan


def _datatrove(workers: int) -> Plan:
    """One task a file."""

    def plan(records: Path, folder: Path) -> list[Stage]:
        source = records if workers > 1 else records.parent
        return _one(*_job("datatrove"), source, folder, str(MIN_VOTES), str(workers))

    return plan


def _pipe_job(peer: str, *words: str) -> Plan:
    """A job that reads messages from its standard input."""

    def plan(records: Path, folder: Path) -> list[Stage]:
        return _one(*_job(peer), folder, str(MIN_VOTES), *words, stdin=records)

    return plan


BARE_LOOP = "parse and dump"
VALIDATE = "`manifest validate`"
THRESHOLD = "`filters threshold`"
BOTH = "both, through a file"
DATATROVE = "datatrove"
SINGER = "singer-sdk"
DATASETS = "HF datasets"

LIMITS = [
    Way("two cats in a pipe", _copy),
    Way("wc -l", _count),
    Way(BARE_LOOP, _loop("dump")),
    Way("parse, check, judge, dump, two digests", _loop("checked")),
]
OURS = [
    Way(VALIDATE, _validate, takes_faults=True),
    Way(THRESHOLD, _threshold),
    Way(BOTH, _both, takes_faults=True, outputs=_OURS),
    Way("both, in a pipe", _piped, takes_faults=True, outputs=_OURS),
]
PEERS = [
    Way(
        DATATROVE,
        _datatrove(1),
        takes_faults=True,
        outputs=Outputs(),
        peer="datatrove",
        distribution="datatrove",
    ),
    Way(
        "datatrove, 2 workers",
        _datatrove(2),
        form=Form.HALVES,
        takes_faults=True,
        outputs=Outputs(),
        peer="datatrove",
        distribution="datatrove",
    ),
    Way(
        SINGER,
        _pipe_job("singer_sdk", "default"),
        form=Form.SINGER,
        outputs=Outputs(),
        peer="singer_sdk",
        distribution="singer-sdk",
    ),
    Way(
        "singer-sdk, msgspec and fastjsonschema",
        _pipe_job("singer_sdk", "fast"),
        form=Form.SINGER,
        outputs=Outputs(),
        peer="singer_sdk",
        distribution="singer-sdk",
    ),
    Way(
        "airbyte-cdk",
        _pipe_job("airbyte_cdk"),
        form=Form.AIRBYTE,
        takes_faults=True,
        outputs=Outputs(),
        peer="airbyte_cdk",
        distribution="airbyte-cdk",
    ),
    Way(
        DATASETS,
        _file_job("hf_datasets"),
        outputs=Outputs(),
        peer="hf_datasets",
        distribution="datasets",
    ),
    Way(
        "data-juicer",
        _file_job("data_juicer"),
        outputs=Outputs(kept="kept.jsonl", dropped=None),
        peer="data_juicer",
        distribution="py-data-juicer",
    ),
]


def choose_ways(peers: list[str]) -> list[Way]:
    """The limits, ours, and the ways of these peers.

    Raises:
        ValueError: there is no such peer.
    """
    if unknown := set(peers) - {way.peer for way in PEERS if way.peer}:
        raise ValueError(f"no such peer: {', '.join(sorted(unknown))}")
    return [*LIMITS, *OURS, *(way for way in PEERS if way.peer in peers)]


def version_of(way: Way) -> str:
    """The version of a peer's package that its lock names."""
    return find_version(ROOT / "benchmarks/peers" / str(way.peer), str(way.distribution))
