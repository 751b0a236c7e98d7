"""GoEmotions in its simplified form: text, label indices and comment id, separated by tabs.

The files come from a CSV writer that was told to separate by tabs: a text with a quotation mark in
it stands between quotation marks and has its own doubled. That is undone where it is certain. A
line is a row whatever its quotation marks, and a tab or a line break never lies inside one.
"""

import re
from dataclasses import dataclass

from affectory_protocol.errors import RecordError
from affectory_protocol.outcomes import Imported
from affectory_protocol.reasons import Reason
from affectory_protocol.records import EmotionLabel, Labels, Text
from affectory_protocol.vocabularies.emotions import VOCABULARIES

from dataset_io.formats.goemotions.origin import ORIGIN
from dataset_io.grouping import compute_text_digest
from dataset_io.ids import build_id
from dataset_io.lines import decode_row
from dataset_io.origin import Origin
from dataset_io.splits import Split

_COLUMNS = 3
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_LABELS = {
    str(index): EmotionLabel(vocabulary=ORIGIN.dataset, label=label)
    for index, label in enumerate(VOCABULARIES[ORIGIN.dataset])
}


@dataclass(frozen=True, slots=True)
class SimplifiedTable:
    """One file of the simplified form, for example train.tsv, dev.tsv or test.tsv."""

    origin: Origin
    split: Split | None

    def parse(self, content: bytes) -> Imported:
        """Read one row.

        Raises:
            RecordError: invalid-utf8, malformed-row, invalid-id, empty-text or unknown-label.
        """
        columns = decode_row(content).split("\t")
        if len(columns) != _COLUMNS:
            raise RecordError(
                Reason.MALFORMED_ROW, f"a row has {_COLUMNS} columns between tabs: {len(columns)}"
            )
        quoted, indices, key = columns
        identity = build_id(ORIGIN.dataset, key)
        words = _unquote(quoted)
        if not words.strip():
            raise RecordError(Reason.EMPTY_TEXT, "the first column holds no text")
        source = self.origin.build_source(self.split, {"text": compute_text_digest(words)})
        text = Text(content=words, language="en")
        return Imported(identity, (source, text, _parse_labels(indices)))


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
