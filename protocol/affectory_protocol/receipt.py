"""The receipt of a run: what went in, what came out, by which behaviour, and that the sums hold.

A receipt names no files: it finds its neighbours along a pipeline by the digests of their content.
"""

import platform
import re
import resource
import sys
from pathlib import Path

from affectory_protocol.journal import Counts
from affectory_protocol.line_sums import LineSumsRecord
from pydantic import BaseModel, ConfigDict, Field, ValidationError

PROTOCOL_VERSION = 1
_NOT_SET = "null"


class InputRecord(BaseModel):
    """One input, or the slice of it that was read."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="The word input, or the option the file came by.")
    sha256: str = Field(description="SHA-256 of the bytes read, hexadecimal.")
    bytes: int = Field(description="How many bytes were read.")
    offset: int = Field(default=0, description="Where the slice starts in its file, bytes.")


class OutputRecord(BaseModel):
    """One stream that was written."""

    model_config = ConfigDict(frozen=True)

    name: str = Field(description="One of output, rejects and dropped.")
    sha256: str = Field(description="SHA-256 of the stream, hexadecimal.")
    bytes: int = Field(description="Its size.")
    lines: int = Field(description="Its lines.")
    line_sums: LineSumsRecord | None = Field(
        default=None, description="Checksums that let an audit name a changed line."
    )


class OptionRecords(BaseModel):
    """Options by class; those that hold paths are left out."""

    model_config = ConfigDict(frozen=True)

    result: dict[str, str] = Field(default_factory=dict, description="Options that change bytes.")
    fingerprint: dict[str, str] = Field(
        default_factory=dict, description="Options that change which bytes this run made."
    )
    execution: dict[str, str] = Field(
        default_factory=dict, description="Options that change no byte."
    )

    def is_set(self, name: str) -> bool:
        """Whether an option was given that says which records this run was about."""
        return self.fingerprint.get(name, _NOT_SET) != _NOT_SET


class Receipt(BaseModel):
    """What `FILE.run.json` holds."""

    model_config = ConfigDict(frozen=True)

    protocol: int = Field(default=PROTOCOL_VERSION, description="Version of the manifest protocol.")
    tool: str = Field(description="Name of the tool.")
    verb: str = Field(description="Name of the verb.")
    kind: str = Field(description="One of map, filter, derive, source, aggregate and sink.")
    behaviour: int = Field(description="Number the verb raises when its output changes.")
    backend: str | None = Field(description="Backend; null when the verb has none.")
    model: str | None = Field(
        description="Model with its resolved commit; null when there is none."
    )
    licence: str | None = Field(description="Licence of the backend or model.")
    versions: dict[str, str] = Field(description="Tool, protocol and interpreter.")
    fingerprint: dict[str, str] = Field(description="What a resumed run must have in common.")
    options: OptionRecords = Field(description="Options by what they change.")
    counts: Counts = Field(description="Where the records went.")
    rejected_by_reason: dict[str, int] = Field(description="Reason to number of rejects.")
    dropped_by_reason: dict[str, int] = Field(description="Reason to number of dropped records.")
    inputs: list[InputRecord] = Field(description="What was read.")
    outputs: list[OutputRecord] = Field(description="What was written.")
    seconds: float = Field(description="Wall time in seconds, all resumed parts together.")
    records_per_second: float = Field(description="Records read a second of wall time.")
    peak_memory_bytes: int = Field(
        description="Peak resident memory of the last part of the run, bytes."
    )
    ended: str = Field(
        description="How it ended: finished, or reader-gone when a pipe was closed early."
    )
    resumed: int = Field(description="How many times the run went on after an interruption.")

    def output(self, name: str) -> OutputRecord | None:
        """The stream of this name."""
        return next((stream for stream in self.outputs if stream.name == name), None)


def read_receipt(path: Path) -> Receipt | None:
    """Read a receipt; None when there is none that can be read."""
    try:
        return Receipt.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def encode_receipt(receipt: Receipt) -> bytes:
    """Write a receipt for people and programs."""
    return receipt.model_dump_json(indent=2).encode() + b"\n"


_STATUS = Path("/proc/self/status")
_PEAK = re.compile(rb"^VmHWM:\s*(\d+) kB$", re.MULTILINE)


def peak_memory_bytes() -> int:
    """Peak resident memory of this program so far.

    Linux's `ru_maxrss` outlives exec, so that a small program would have the peak of a large one
    that started it; what it says of the memory map does not.
    """
    if _STATUS.exists() and (told := _PEAK.search(_STATUS.read_bytes())):
        return int(told[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # Linux counts in kibibytes


def interpreter() -> str:
    """The interpreter's version, for example 3.11.7."""
    return platform.python_version()
