"""GoEmotions in its simplified form: text, label indices and comment id, separated by tabs.

The files come from a CSV writer that was told to separate by tabs: a text with a quotation mark in
it stands between quotation marks and has its own doubled. That is undone where it is certain. A
line is a row whatever its quotation marks, and a tab or a line break never lies inside one.

Source: Demszky et al. 2020, GoEmotions, section 3; the repository's data folder and emotions.txt.
"""

import re
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Imported, Row
from affectory_protocol.reasons import Reason
from affectory_protocol.records import EmotionLabel, Labels, Text
from affectory_protocol.vocabularies.emotions import VOCABULARIES

from dataset_io.config import TextImportConfig
from dataset_io.grouping import compute_text_digest
from dataset_io.ids import build_id
from dataset_io.lines import build_row, decode_utf8, read_lines
from dataset_io.origin import Origin
from dataset_io.splits import Split, find_split

ORIGIN = Origin(
    dataset="goemotions",
    licence="CC-BY-4.0",
    citation="Demszky, D., Movshovitz-Attias, D., Ko, J., Cowen, A., Nemade, G., & Ravi, S. "
    "(2020). GoEmotions: A Dataset of Fine-Grained Emotions. ACL 2020.",
)
_COLUMNS = 3
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_LABELS = {
    str(index): EmotionLabel(vocabulary=ORIGIN.dataset, label=label)
    for index, label in enumerate(VOCABULARIES[ORIGIN.dataset])
}


def read_goemotions(paths: Sequence[Path], config: TextImportConfig) -> Iterator[Row]:
    """Read files of the simplified form, for example train.tsv, dev.tsv and test.tsv."""
    parse = partial(_parse, origin=ORIGIN.under(config))
    parsers = [partial(parse, split=config.split or find_split(path)) for path in paths]
    for line in read_lines(paths):
        if line.content:
            yield build_row(line, parsers[line.file])


def _parse(content: bytes, *, origin: Origin, split: Split | None) -> Imported:
    columns = decode_utf8(content).split("\t")
    if len(columns) != _COLUMNS:
        raise RecordError(
            Reason.MALFORMED_ROW, f"a row has {_COLUMNS} columns between tabs: {len(columns)}"
        )
    quoted, indices, key = columns
    identity = build_id(ORIGIN.dataset, key)
    text = _unquote(quoted)
    if not text.strip():
        raise RecordError(Reason.EMPTY_TEXT, "the first column holds no text")
    source = origin.build_source(split, {"text": compute_text_digest(text)})
    return Imported(identity, (source, Text(content=text, language="en"), _parse_labels(indices)))


def _unquote(text: str) -> str:
    """Undo a CSV writer's quoting, which it applies only to a text with a quotation mark in it."""
    quoted = _QUOTED.fullmatch(text) if text.startswith('"') else None
    if quoted is None or '""' not in quoted[1]:
        return text
    return quoted[1].replace('""', '"')


def _parse_labels(indices: str) -> Labels:
    try:
        labels = [_LABELS[index] for index in indices.split(",")]
    except KeyError:
        raise RecordError(
            Reason.UNKNOWN_LABEL, f"a label is an index from 0 to {len(_LABELS) - 1}"
        ) from None
    return Labels(emotions=labels)
