r"""EmoInt (WASSA-2017): id, tweet, emotion and intensity between tabs, no header.

The published tweets went through three hands: entities of HTML, line breaks written as `\n`, and
UTF-8 read as Windows-1252. All three are undone, in the reverse order.

Source: Mohammad and Bravo-Marquez 2017, WASSA-2017 Shared Task on Emotion Intensity, section 3.
"""

import math
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
from dataset_io.lines import build_row, decode_row, read_lines
from dataset_io.origin import Origin
from dataset_io.repair import repair_windows_1252, unescape_breaks, unescape_entities
from dataset_io.splits import Split, find_split

ORIGIN = Origin(
    dataset="emoint",
    licence="research use",
    citation="Mohammad, S. M., & Bravo-Marquez, F. (2017). WASSA-2017 Shared Task on Emotion "
    "Intensity. WASSA 2017.",
)
UNRATED = frozenset({"", "NONE"})
"""What stands for an intensity that was not published, as in test files of a running task."""

_COLUMNS_WITHOUT_INTENSITY = 3
_COLUMNS = 4
_LABELS = frozenset(VOCABULARIES[ORIGIN.dataset])


def read_emoint(paths: Sequence[Path], config: TextImportConfig) -> Iterator[Row]:
    """Read files of the shared task, for example anger_train.csv and fear_dev.csv."""
    parse = partial(_parse, origin=ORIGIN.under(config))
    parsers = [partial(parse, split=config.split or find_split(path)) for path in paths]
    for line in read_lines(paths):
        if line.content:
            yield build_row(line, parsers[line.file])


def _parse(content: bytes, *, origin: Origin, split: Split | None) -> Imported:
    columns = decode_row(content).split("\t")
    if len(columns) == _COLUMNS_WITHOUT_INTENSITY:
        columns.append("")
    if len(columns) != _COLUMNS:
        raise RecordError(
            Reason.MALFORMED_ROW, f"a row has {_COLUMNS} columns between tabs: {len(columns)}"
        )
    key, tweet, emotion, intensity = columns
    identity = build_id(ORIGIN.dataset, key)
    label = _build_label(emotion.strip(), _parse_intensity(intensity.strip()))
    text = unescape_breaks(unescape_entities(repair_windows_1252(tweet)))
    if not text.strip():
        raise RecordError(Reason.EMPTY_TEXT, "the second column holds no text")
    source = origin.build_source(split, {"text": compute_text_digest(text)})
    labels = Labels(emotions=[label])
    return Imported(identity, (source, Text(content=text, language="en"), labels))


def _parse_intensity(text: str) -> float | None:
    if text in UNRATED:
        return None
    try:
        intensity = float(text)
    except ValueError:
        intensity = math.nan
    if not 0.0 <= intensity <= 1.0:
        raise RecordError(Reason.MALFORMED_ROW, "an intensity is a number from 0 to 1, or NONE")
    return intensity


def _build_label(emotion: str, intensity: float | None) -> EmotionLabel:
    if emotion not in _LABELS:
        raise RecordError(
            Reason.UNKNOWN_LABEL,
            f"an emotion is one of the vocabulary's {len(_LABELS)}: {ORIGIN.dataset}",
        )
    if intensity is None:
        return EmotionLabel(vocabulary=ORIGIN.dataset, label=emotion)
    return EmotionLabel(vocabulary=ORIGIN.dataset, label=emotion, score=intensity)
