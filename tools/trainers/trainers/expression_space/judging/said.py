"""What people found in records, in the classes of `ekman`."""

from collections.abc import Sequence

import numpy as np
from affectory_protocol.records import EmotionLabel
from affectory_protocol.vocabularies.emotions import MAPPINGS, map_label
from numpy.typing import NDArray

from trainers.expression_space.judging.read_back import BASIC, CLASSES


def mark_said(said: Sequence[Sequence[EmotionLabel]]) -> NDArray[np.bool_]:
    """Mark the classes that people found in each record.

    A label of a vocabulary that nobody mapped, or without a counterpart, marks none.

    Args:
        said: (n,) labels.

    Returns:
        (n, `CLASSES`)
    """
    marked = np.zeros((len(said), len(CLASSES)), dtype=np.bool_)
    for row, labels in enumerate(said):
        for each in labels:
            group = _map(each)
            if group is not None:
                marked[row, CLASSES.index(group)] = True
    return marked


def _map(said: EmotionLabel) -> str | None:
    is_mapped = said.vocabulary == BASIC or (said.vocabulary, BASIC) in MAPPINGS
    return map_label(said.label, said.vocabulary, BASIC) if is_mapped else None
