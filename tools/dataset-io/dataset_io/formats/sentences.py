"""Plain text: a sentence a line."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from affectory_protocol.outcomes import Imported, Row
from affectory_protocol.records import Source, Text

from dataset_io.config import SentencesConfig
from dataset_io.grouping import compute_text_digest
from dataset_io.ids import build_content_id
from dataset_io.lines import build_row, decode_row, read_lines, refuse_utf_16
from dataset_io.splits import Split, find_split

_TERMS = {"licence", "citation"}


def read_sentences(paths: Sequence[Path], config: SentencesConfig) -> Iterator[Row]:
    """Read files of sentences; lines of nothing but white space are none.

    Raises:
        UsageError: a file is UTF-16.
    """
    refuse_utf_16(paths)
    return _read_files(paths, config)


def _read_files(paths: Sequence[Path], config: SentencesConfig) -> Iterator[Row]:
    splits = [config.split or find_split(path) for path in paths]
    parsers = [partial(_parse, config=config, split=split) for split in splits]
    for line in read_lines(paths):
        if line.content.strip():
            yield build_row(line, parsers[line.file])


def _parse(content: bytes, *, config: SentencesConfig, split: Split | None) -> Imported:
    """Make a record of a line; its id is a digest of its bytes, wherever it lies."""
    words = decode_row(content)
    given = config.model_dump(include=_TERMS, exclude_none=True)
    if split is not None:
        given["split"] = split
    source = Source(dataset=config.dataset, groups={"text": compute_text_digest(words)}, **given)
    text = Text(content=words)
    if config.language is not None:
        text = Text(content=words, language=config.language)
    return Imported(build_content_id(config.dataset, content), (source, text))
