"""What the verbs of toy do."""

import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import orjson
from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Derived, Dropped, Imported, Made, NewAsset, Row
from affectory_protocol.reasons import DropReason, Reason
from affectory_protocol.record import Record
from affectory_protocol.records import EmotionLabel, Generation, Labels, Source, Text, Verdict


def _labels(label: str, votes: int | None = None) -> Labels:
    return Labels(emotions=[EmotionLabel(vocabulary="toy", label=label, votes=votes)])


def shout(records: Sequence[Record], *, word: str, delay: float) -> list[Labels]:
    """Label with a word and the length of the text."""
    time.sleep(delay)
    return [_labels(word, len(record[Text].content)) for record in records]


def sing(records: Sequence[Record], *, backend: str, seed: int) -> list[Labels]:
    """Label with the record's seed; `steady` is like a model whose values depend on the batch."""
    batch = f" among {len(records)}" if backend == "steady" else ""
    return [_labels(f"{backend}{batch}", record.seed(seed)) for record in records]


def chatter(records: Sequence[Record]) -> list[Labels]:
    """Label, and make noise on standard output from Python, the file descriptor and a child."""
    sys.stdout.write("a banner\n")
    sys.stdout.flush()
    os.write(1, b"a bar\n")
    os.system("echo a child")  # noqa: S605 - the noise is the point
    return shout(records, word="joy", delay=0)


def stumble(records: Sequence[Record]) -> list[Labels | RecordError]:
    """Fail as a whole when one text says `poison`."""
    if any("poison" in record[Text].content for record in records):
        raise RecordError(Reason.BACKEND_FAILED, "the batch failed")
    return [
        RecordError(Reason.REFUSED, "the backend refused")
        if "null" in record[Text].content
        else _labels("joy")
        for record in records
    ]


def gorge(records: Sequence[Record], *, stomach: int) -> list[Labels]:
    """Run out of memory when there are more records than fit."""
    if len(records) > stomach:
        raise MemoryError
    return [_labels("joy") for _ in records]


def count_up(records: Sequence[Record]) -> list[Labels]:
    """Make infinity, past the checks of the model, as arithmetic in a backend might."""
    made = []
    for record in records:
        score = float("inf") if "infinity" in record[Text].content else 0.5
        label = EmotionLabel.model_construct({"vocabulary", "label", "score"}, score=score)
        label.__dict__.update(vocabulary="toy", label="joy")
        made.append(Labels.model_construct({"emotions"}, emotions=[label]))
    return made


def trip(records: Sequence[Record], *, delay: float) -> list[Labels]:
    """Die or hang as native code might, where nothing can be caught."""
    time.sleep(delay)
    for record in records:
        if "crash" in record[Text].content:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "hang" in record[Text].content:
            time.sleep(3600)
    return [_labels("joy") for _ in records]


def sulk(records: Sequence[Record]) -> list[RecordError]:
    """Refuse."""
    return [RecordError(Reason.REFUSED, "the backend refused") for _ in records]


def etch(records: Sequence[Record], *, delay: float) -> list[Made | RecordError]:
    """Label with the length of the text, and put it into a file; `bad` cannot be etched."""
    time.sleep(delay)
    return [
        RecordError(Reason.BACKEND_FAILED, "this text cannot be etched")
        if "bad" in record[Text].content
        else Made((_labels("joy", len(record[Text].content)),), {"etching": _carve(record.id)})
        for record in records
    ]


def _carve(words: str) -> NewAsset:
    return NewAsset(words.encode() * 100, "text/plain", "txt")


def judge(records: Sequence[Record], *, max_length: int, delay: float) -> list[Verdict]:
    """Judge the length of texts."""
    time.sleep(delay)
    verdicts = []
    for record in records:
        length = len(record[Text].content)
        passed = length <= max_length
        reason = None if passed else "too-long"
        verdicts.append(
            Verdict(passed=passed, score=float(length), threshold=float(max_length), reason=reason)
        )
    return verdicts


def draw(
    records: Sequence[Record], *, copies: int, seed: int, names: Sequence[str], delay: float
) -> list[list[Derived] | RecordError]:
    """Make a picture that is no picture; a text that says `bad` cannot be drawn."""
    made: list[list[Derived] | RecordError] = []
    for record in records:
        time.sleep(delay)
        if "bad" in record[Text].content:
            made.append(RecordError(Reason.BACKEND_FAILED, "this text cannot be drawn"))
            continue
        own = record.seed(seed)
        made.append([_drawn(own, copy, names) for copy in range(copies)])
    return made


def _drawn(seed: int, copy: int, names: Sequence[str]) -> Derived:
    reference = names[seed % len(names)] if names else None
    content = b"%d %d " % (seed, copy) * 100
    return Derived(
        suffix=f"drawn-{copy}",
        sections=(Generation(of="image", seed=seed, reference=reference),),
        assets={"image": NewAsset(content, "application/octet-stream", "bin")},
    )


def read_lines(paths: Sequence[Path], *, delay: float) -> Iterator[Row]:
    """Turn lines of text files into rows."""
    offset = 0
    for path in paths:
        for raw in path.read_bytes().splitlines(keepends=True):
            time.sleep(delay)
            yield Row(offset, raw, _read_line(f"line-at-{offset}", raw.strip()))
            offset += len(raw)


def carve_lines(paths: Sequence[Path], *, delay: float) -> Iterator[Row]:
    """Turn lines of text files into rows, each with a file."""
    for row in read_lines(paths, delay=delay):
        if isinstance(row.outcome, Imported):
            carved = replace(row.outcome, assets={"carving": _carve(row.outcome.id)})
            yield replace(row, outcome=carved)
        else:
            yield row


def _read_line(name: str, line: bytes) -> Imported | Dropped | RecordError:
    if not line:
        return RecordError(Reason.EMPTY_TEXT, "the line is empty")
    try:
        text = Text(content=line.decode())
    except UnicodeDecodeError:
        return RecordError(Reason.MALFORMED_ROW, "the line is not UTF-8")
    sections = (Source(dataset="lines", licence="CC0-1.0"), text)
    if line == b"nothing":
        return Dropped(name, sections, DropReason.NO_RESPONSE)
    return Imported(name, sections)


def sum_up(records: Iterator[Record], *, first: int | None, delay: float) -> bytes:
    """Lengths of texts by id, as JSON."""
    lengths = {}
    for record in islice(records, first):
        time.sleep(delay)
        lengths[record.id] = len(record[Text].content)
    return orjson.dumps(lengths, option=orjson.OPT_APPEND_NEWLINE)
