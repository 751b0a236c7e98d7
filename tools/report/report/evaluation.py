"""Reading an evaluation as it is written down: the file of any tool, in the protocol's one form."""

from collections.abc import Iterable
from pathlib import Path

from affectory_protocol.errors import UsageError
from affectory_protocol.evaluation import EvaluationRecord, GroupsRecord, MetricRecord
from pydantic import ValidationError

MAX_BYTES = 4 * 2**20
"""Largest file read: some ten thousand metrics, and a page that still opens."""

HINT = "An evaluation is what `evaluate` of a tool writes: a command, groups and metrics, as JSON."


def list_counts(groups: GroupsRecord) -> dict[str, int | None]:
    """Every count by its name, those that all evaluations have first; None where not known."""
    further = {
        name: value for name, value in (groups.model_extra or {}).items() if type(value) is int
    }
    return {name: getattr(groups, name) for name in GroupsRecord.model_fields} | further


def read_evaluation(path: Path) -> EvaluationRecord:
    """Read an evaluation.

    Raises:
        UsageError: the file cannot be read, is too large, or is no evaluation; the message says
            where in the file.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"an evaluation cannot be read: {error.strerror}: {path}") from error
    if len(content) > MAX_BYTES:
        message = f"an evaluation has more than {MAX_BYTES} bytes, and that is no table: {path}"
        raise UsageError(message, hint=HINT)
    try:
        return EvaluationRecord.model_validate_json(content)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = _point_to(first["loc"])
        where = f" at {place}" if place else ""
        message = f"the file is no evaluation: {first['msg']}{where}: {path}"
        raise UsageError(message, hint=HINT) from error


def _point_to(location: Iterable[str | int]) -> str:
    """Write a place as a JSON pointer; a name that the file chose is content: `*`."""
    forms = (EvaluationRecord, GroupsRecord, MetricRecord)
    known = {name for form in forms for name in form.model_fields}
    return "".join(
        f"/{step if isinstance(step, int) or step in known else '*'}" for step in location
    )
