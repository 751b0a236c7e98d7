"""The shared options of one run, after parsing."""

from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from pathlib import Path

from affectory_protocol.errors import UsageError

STANDARD = "-"
"""Stands for standard input or output."""

DEFAULT_MAX_LINE_BYTES = 16 * 2**20

_WHOLE = 100  # per cent


class Restart(StrEnum):
    """What to do with the traces of an earlier run that was not the same."""

    NEVER = "never"
    IF_CHANGED = "if-changed"
    ALWAYS = "always"


class Existing(StrEnum):
    """What to do with a section that is there already."""

    REPLACE = "replace"
    KEEP = "keep"
    REJECT = "reject"


class DType(StrEnum):
    """Numbers that a model computes in."""

    AUTO = "auto"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"
    FLOAT16 = "float16"


class ProgressMode(StrEnum):
    """How progress is shown."""

    AUTO = "auto"
    BAR = "bar"
    JSON = "json"
    NONE = "none"


@dataclass(frozen=True)
class Tolerance:
    """How many rejects a run may end with: a number, or a share of what was read."""

    records: int = 0
    percent: float | None = None

    @classmethod
    def parse(cls, text: str) -> "Tolerance":
        """Read `N` or `P%`.

        Raises:
            UsageError: it is neither.
        """
        try:
            if text.endswith("%"):
                percent = float(text[:-1])
                if 0 <= percent <= _WHOLE:
                    return cls(percent=percent)
            elif int(text) >= 0:
                return cls(records=int(text))
        except ValueError:
            pass
        raise UsageError(
            f"--max-rejects is neither a number nor a percentage: {text}",
            hint="Give, for example, 10 or 2.5%.",
        )

    def allows(self, rejected: int, read: int) -> bool:
        """Whether this many rejects among this many records are tolerated."""
        if self.percent is not None:
            return rejected * _WHOLE <= Fraction(str(self.percent)) * read
        return rejected <= self.records

    @property
    def is_zero(self) -> bool:
        """Whether not a single reject is tolerated."""
        return not self.records and not self.percent


@dataclass(frozen=True)
class Settings:
    """Values of the shared options; which of them a verb has follows from its kind."""

    input: str = STANDARD
    output: str = STANDARD
    rejects: str | None = None
    dropped: str | None = None
    receipt: str | None = None
    roots: tuple[str, ...] = ()
    follow_symlinks: bool = False
    assets: Path | None = None
    references: Path | None = None
    backend: str | None = None
    revision: str | None = None
    models: Path | None = None
    device: str | None = None
    dtype: DType | None = None
    seed: int = 0
    batch_size: int = 256
    num_workers: int = 0
    record_timeout: float | None = None
    limit: int | None = None
    shard: tuple[int, int] | None = None
    max_rejects: Tolerance = field(default_factory=Tolerance)
    max_line_bytes: int = DEFAULT_MAX_LINE_BYTES
    restart: Restart = Restart.NEVER
    existing: Existing = Existing.REPLACE
    overwrite_human: bool = False
    pass_missing: bool = False
    mark: bool = False
    checkpoint_seconds: float = 1.0
    progress: ProgressMode = ProgressMode.AUTO
    verbose: bool = False
    quiet: bool = False
    dry_run: bool = False


def parse_shard(text: str) -> tuple[int, int]:
    """Read `K/N`, 1 to N.

    Raises:
        UsageError: it is not of that form.
    """
    k, separator, n = text.partition("/")
    if separator and k.isdecimal() and n.isdecimal() and 1 <= int(k) <= int(n):
        return int(k), int(n)
    raise UsageError(f"--shard is not K/N with K from 1 to N: {text}", hint="For example 1/4.")
