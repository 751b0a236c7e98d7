"""Files of which each is a recording of its own: their names begin ids."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from affectory_protocol.errors import RecordError, UsageError

from dataset_io.ids import build_id

_LONGEST_KEY = "9" * 40
"""What may stand behind a name in an id: the number of a face, and of a frame."""


def name_files(paths: Sequence[Path], dataset: str) -> list[str]:
    """The name of each file without its ending; its digest where that cannot be part of an id.

    Raises:
        UsageError: two have one name.
    """
    names = [_name(path, dataset) for path in paths]
    if max(Counter(names).values()) > 1:
        raise UsageError(
            "two of the files given have the same name, with which ids begin",
            hint="Import them one by one, each with a --dataset of its own.",
        )
    return names


def _name(path: Path, dataset: str) -> str:
    try:
        build_id(dataset, f"{path.stem}/{_LONGEST_KEY}")
    except (RecordError, UnicodeEncodeError):
        return "sha256-" + hashlib.sha256(path.stem.encode(errors="surrogateescape")).hexdigest()
    return path.stem
