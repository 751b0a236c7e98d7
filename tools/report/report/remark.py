"""What an evaluation says besides its metrics, in words."""

from dataclasses import dataclass

from affectory_protocol.evaluation import EvaluationRecord

MAX_LETTERS = 1_000
"""Letters of one remark that are shown."""


@dataclass(frozen=True, slots=True)
class Remark:
    """One further member of an evaluation.

    Attributes:
        name: as it is called.
        text: what it holds, cut when it is long.
    """

    name: str
    text: str


def list_remarks(evaluation: EvaluationRecord) -> list[Remark]:
    """Every further member that holds something, in the order of the file."""
    said = ((name, _say(value)) for name, value in (evaluation.model_extra or {}).items())
    return [Remark(name, _cut(text)) for name, text in said if text]


def _say(value: object) -> str:
    match value:
        case None:
            return "not known"
        case bool():
            return "yes" if value else "no"
        case dict() if any(isinstance(one, dict) for one in value.values()):
            return "; ".join(f"{name}: {_say(one)}" for name, one in value.items())
        case dict():
            return ", ".join(f"{name} {_say(one)}" for name, one in value.items())
        case list():
            return ", ".join(map(_say, value))
        case _:
            return str(value)


def _cut(text: str) -> str:
    return text if len(text) <= MAX_LETTERS else f"{text[:MAX_LETTERS]} …"
