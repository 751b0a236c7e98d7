"""Sentences with people's labels, read from manifests."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Labels, Text
from affectory_protocol.vocabularies.emotions import map_label


class Example(NamedTuple):
    """A sentence with its labels of one vocabulary.

    Attributes:
        text: the sentence.
        labels: as people gave them, mapped; empty when none has a counterpart.
    """

    text: str
    labels: frozenset[str]


def read_examples(records: Iterable[Record], vocabulary: str) -> Iterator[Example]:
    """Read what people said about each sentence, in the terms of a vocabulary.

    Args:
        records: with `text` and `labels`; those without either are passed over.
        vocabulary: registered, to map the labels to.

    Raises:
        UsageError: a label cannot be mapped.
    """
    for record in records:
        text, labels = record.get(Text), record.get(Labels)
        if text is not None and labels is not None:
            try:
                mapped = [map_label(e.label, e.vocabulary, vocabulary) for e in labels.emotions]
            except ValueError:
                raise UsageError(
                    f"labels of a record cannot be mapped to the vocabulary: {vocabulary}",
                    hint="Keep only the records whose labels are of a vocabulary mapped to it.",
                ) from None
            yield Example(text.content, frozenset(label for label in mapped if label is not None))


def open_examples(path: Path, vocabulary: str) -> Iterator[Example]:
    """Read the examples of a manifest file.

    Raises:
        UsageError: a line is no valid record, or a label cannot be mapped.
    """
    with path.open("rb") as lines:
        yield from read_examples(_parse(lines), vocabulary)


def _parse(lines: Iterable[bytes]) -> Iterator[Record]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield Record.parse(line.rstrip(b"\r\n"), sections=(Text, Labels))
        except RecordError as error:
            raise UsageError(
                f"a manifest given by an option holds no valid record in line {number}: "
                f"{error.message}",
                hint="Look at it with `manifest validate`.",
            ) from None
