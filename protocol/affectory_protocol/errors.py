"""What can go wrong, grouped by what the caller should do.

    AffectoryError
    ├── UsageError           the command line is wrong: correct it               exit 2
    ├── ManifestError        the input or a file of the run breaks the protocol  exit 1
    ├── TooManyRejectsError  look at the rejects, or tolerate more of them       exit 3
    ├── UnavailableError     install, fetch or plug in what is missing           exit 4
    ├── LimitError           stopped on purpose: repeat to go on                 exit 5
    ├── TemporaryError       repeat the same command later                       exit 75
    └── RecordError          this record only: it becomes a reject

Everything else is a defect and stays a traceback. A message says what is wrong, where, and, as its
hint, what to do; it never quotes the content of a record.
"""

from typing import ClassVar

from affectory_protocol.reasons import Reason


class AffectoryError(Exception):
    """An expected failure of a command, with the exit status it ends in.

    Args:
        message: what is wrong and where, the value last after a colon.
        hint: what to do about it, shown on a line of its own.
    """

    exit_status: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AffectoryError):
    """The command line asks for something that cannot be."""

    exit_status = 2


class ManifestError(AffectoryError):
    """A file of the run is not what the protocol says it must be."""


class TooManyRejectsError(AffectoryError):
    """More records were rejected than `--max-rejects` tolerates."""

    exit_status = 3


class UnavailableError(AffectoryError):
    """Weights, a program, a key, a device or a package is missing."""

    exit_status = 4


class LimitError(AffectoryError):
    """A limit that the caller set was reached; the work so far is kept."""

    exit_status = 5


class TemporaryError(AffectoryError):
    """The same command may succeed later."""

    exit_status = 75


class RecordError(AffectoryError):
    """One record cannot be processed; it becomes a reject and its batch goes on.

    Args:
        reason: why, from the closed list.
        message: what is wrong in the record, without quoting its content.
    """

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason

    def bare(self) -> "RecordError":
        """Let go of its traceback, whose frames hold the batch that holds the error."""
        self.__traceback__ = self.__context__ = self.__cause__ = None
        return self
