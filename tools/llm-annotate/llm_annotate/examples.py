"""Sentences with people's labels, read from manifests."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Source, Text

from llm_annotate.mapped_labels import MappedLabels

Group = tuple[str, str]
"""Name and value of what no split may cut, for example a speaker."""


class Example(NamedTuple):
    """A sentence with its labels of one vocabulary.

    Attributes:
        text: the sentence.
        labels: as people gave them, mapped; empty when none has a counterpart.
        groups: what the sentence must not be parted from by a split.
    """

    text: str
    labels: frozenset[str]
    groups: frozenset[Group] = frozenset()


def read_examples(records: Iterable[Record], labels: type[MappedLabels]) -> Iterator[Example]:
    """Read what people said about each sentence, in the terms of a vocabulary.

    Args:
        records: validated with these labels; those without a text or labels are passed over.
        labels: the section, in the vocabulary wanted.
    """
    for record in records:
        text, said = record.get(Text), record.get(labels)
        if text is not None and said is not None:
            source = record.get(Source)
            groups = frozenset(source.groups.items()) if source is not None else frozenset()
            yield Example(text.content, said.read(), groups)


def open_examples(path: Path, labels: type[MappedLabels]) -> Iterator[Example]:
    """Read the examples of a manifest file.

    Raises:
        UsageError: a line is no valid record, or a label cannot be mapped.
    """
    return read_examples(open_labelled(path, labels), labels)


def open_labelled(path: Path, labels: type[MappedLabels]) -> Iterator[Record]:
    """Read the records of a manifest file with what people said of them.

    Raises:
        UsageError: a line is no valid record, or a label cannot be mapped.
    """
    with path.open("rb") as lines:
        yield from _parse(lines, labels)


def _parse(lines: Iterable[bytes], labels: type[MappedLabels]) -> Iterator[Record]:
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield Record.parse(line.rstrip(b"\r\n"), sections=(Source, Text, labels))
        except RecordError as error:
            raise UsageError(
                f"a manifest given by an option holds no valid record in line {number}: "
                f"{error.message}",
                hint="Look at it with `manifest validate`; keep the records whose labels are of a "
                f"vocabulary mapped to {labels.target}.",
            ) from None
