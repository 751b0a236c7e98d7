"""The files that all of them read: the same seeded records, in the form that each of them takes."""

import random
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from itertools import cycle
from pathlib import Path
from typing import BinaryIO

import orjson

SEED = 20_260_301
MIN_VOTES = 3
"""The bound of the filter; votes lie evenly between 1 and `MOST_VOTES`."""
MOST_VOTES = 5
FAULT_EVERY = 100
"""One line in so many is bad."""
_WORDS = 'well no, she said "later" and laughed naïvely \\o/ – it was not what I had meant at all'


class Fault(StrEnum):
    """What is wrong with a bad line."""

    CUT = "broken JSON"
    TYPE = "wrong type"
    UTF8 = "broken UTF-8"


class Form(StrEnum):
    """How the records lie in files, each form in a folder of its own."""

    PLAIN = "plain"
    HALVES = "halves"
    SINGER = "singer"
    AIRBYTE = "airbyte"


@dataclass(frozen=True)
class Size:
    """How much there is.

    Attributes:
        records: how many.
        record_bytes: about how long a line is.
    """

    records: int
    record_bytes: int

    def __str__(self) -> str:
        return f"{self.records:,} records of {self.record_bytes / 1000:g} kB"


@dataclass(frozen=True)
class Sample:
    """Files with the same records.

    Attributes:
        folder: where the folders of the forms are.
        records: lines in each form, bad ones included.
        kept: good records whose votes reach the bound.
        dropped: good records whose votes do not.
        bad: lines with a fault.
    """

    folder: Path
    records: int
    kept: int
    dropped: int
    bad: int

    def path(self, form: Form) -> Path:
        """The folder of a form where it has several files, its file where it has one."""
        folder = self.folder / form
        return folder if form is Form.HALVES else folder / "records.jsonl"


def write_sample(
    folder: Path, size: Size, *, forms: Sequence[Form], faults: Sequence[Fault] = ()
) -> Sample:
    """Write the records in these forms.

    Args:
        folder: made when it is not there.
        size: how many and how long.
        forms: which are needed.
        faults: what is wrong with every `FAULT_EVERY`th line, in turn; nothing when there are none.
    """
    counts = {True: 0, False: 0}
    bad = 0
    kinds = cycle(faults) if faults else None
    rng = random.Random(SEED)
    with ExitStack() as stack:
        writers = [_Writer(form, folder / form, size.records, stack) for form in forms]
        for number, (votes, line) in enumerate(_generate(size, rng)):
            if kinds is not None and number % FAULT_EVERY == FAULT_EVERY // 2:
                line = spoil(line, next(kinds))  # noqa: PLW2901 - a bad line takes a good one's place
                bad += 1
            else:
                counts[votes >= MIN_VOTES] += 1
            for writer in writers:
                writer.write(line)
    return Sample(folder, size.records, counts[True], counts[False], bad)


def _generate(size: Size, rng: random.Random) -> Iterator[tuple[int, bytes]]:
    """Votes and line of each record."""
    words = _WORDS.split()
    store = " ".join(rng.choice(words) for _ in range(1 + size.record_bytes // 2))
    frame = len(_encode(0, "", 1)) + 1
    length = max(size.record_bytes - frame - len(_WORDS) // 8, 1)
    for number in range(size.records):
        begin = rng.randrange(max(len(store) - length, 1))
        votes = rng.randint(1, MOST_VOTES)
        yield votes, _encode(number, store[begin : begin + length], votes)


def _encode(number: int, content: str, votes: int) -> bytes:
    return orjson.dumps(
        {
            "id": f"benchmark:{number:08d}",
            "source": {"dataset": "benchmark", "licence": "CC0-1.0"},
            "text": {"content": content, "language": "en"},
            "labels": {"emotions": [{"vocabulary": "goemotions", "label": "joy", "votes": votes}]},
        }
    )


def spoil(line: bytes, fault: Fault) -> bytes:
    """The line with a fault in it; no newline comes in."""
    if fault is Fault.CUT:
        return line[: len(line) // 2].decode(errors="ignore").encode()  # between characters
    if fault is Fault.UTF8:
        return line.replace(b'"content":"', b'"content":"\xff', 1)
    head, _, tail = line.rpartition(b'"votes":')
    return b'%s"votes":"many%s' % (head, tail.replace(b"}", b'"}', 1)[1:])


class _Writer:
    """Writes lines in one form."""

    def __init__(self, form: Form, folder: Path, records: int, stack: ExitStack) -> None:
        folder.mkdir(parents=True)
        names = ["first", "second"] if form is Form.HALVES else ["records"]
        self._files: list[BinaryIO] = [
            stack.enter_context((folder / f"{name}.jsonl").open("wb")) for name in names
        ]
        self._share = -(-records // len(names))
        self._written = 0
        self._frame = _FRAMES.get(form, b"%s\n")
        if form is Form.SINGER:
            self._files[0].write(orjson.dumps(SINGER_SCHEMA) + b"\n")

    def write(self, line: bytes) -> None:
        """Write one record."""
        self._files[self._written // self._share].write(self._frame % line)
        self._written += 1


_FRAMES = {
    Form.SINGER: b'{"type":"RECORD","stream":"records","record":%s}\n',
    Form.AIRBYTE: b'{"type":"RECORD","record":{"stream":"records","data":%s,"emitted_at":0}}\n',
}
_TEXT = {"type": "string"}


def _object(**properties: object) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


SINGER_SCHEMA = {
    "type": "SCHEMA",
    "stream": "records",
    "key_properties": ["id"],
    "schema": _object(
        id={"type": "string", "minLength": 1, "maxLength": 512},
        source=_object(dataset=_TEXT, licence=_TEXT),
        text=_object(content=_TEXT, language=_TEXT),
        labels=_object(
            emotions={
                "type": "array",
                "items": _object(
                    vocabulary=_TEXT,
                    label=_TEXT,
                    votes={"type": "integer", "minimum": 0, "maximum": 2**53 - 1},
                ),
            }
        ),
    ),
}
"""The message that says what a record is; the other peers say the same in words of their own."""
