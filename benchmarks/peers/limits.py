"""Loops that do no more than they must: what the work costs in Python, whoever does it.

python -m benchmarks.peers.limits dump|checked SOURCE TARGET
"""

import hashlib
import sys
from pathlib import Path
from typing import Annotated

import orjson
from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from benchmarks.peers.sample import MIN_VOTES

_STRICT = ConfigDict(strict=True)


@with_config(_STRICT)
class Origin(TypedDict):
    """Where a record comes from."""

    dataset: str
    licence: str


@with_config(_STRICT)
class Words(TypedDict):
    """Its words."""

    content: str
    language: str


@with_config(_STRICT)
class Emotion(TypedDict):
    """A label with its votes."""

    vocabulary: str
    label: str
    votes: Annotated[int, Field(ge=0, le=2**53 - 1)]


@with_config(_STRICT)
class Labels(TypedDict):
    """What people said."""

    emotions: list[Emotion]


@with_config(_STRICT)
class Record(TypedDict):
    """The schema of a record."""

    id: Annotated[str, Field(min_length=1, max_length=512)]
    source: Origin
    text: Words
    labels: Labels


def dump(source: Path, target: Path) -> None:
    """Decode and encode every line: the bare loop."""
    with source.open("rb") as reader, target.open("wb") as writer:
        for line in reader:
            writer.write(orjson.dumps(orjson.loads(line)) + b"\n")


def dump_checked(source: Path, target: Path) -> None:
    """Decode, validate, judge and encode every line, and digest what comes and goes."""
    validate = TypeAdapter(Record).validator.validate_python
    read, written = hashlib.sha256(), hashlib.sha256()
    with source.open("rb") as reader, target.open("wb") as writer:
        for line in reader:
            members = orjson.loads(line)
            votes = validate(members)["labels"]["emotions"][0]["votes"]
            verdict = {"passed": votes >= MIN_VOTES, "score": votes, "threshold": MIN_VOTES}
            members["verdicts"] = {"threshold": verdict}
            encoded = orjson.dumps(members) + b"\n"
            read.update(line)
            written.update(encoded)
            writer.write(encoded)


LOOPS = {"dump": dump, "checked": dump_checked}


def main() -> None:
    """Run one of the loops."""
    name, source, target = sys.argv[1:]
    LOOPS[name](Path(source), Path(target))


if __name__ == "__main__":
    main()
