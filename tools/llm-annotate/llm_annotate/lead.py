"""How far what was found is ahead of what another found in the same sentences.

`macro-f1-lead`: the difference of both macro-F1 over the classes of `ekman`. Drawn in pairs, its
interval says whether the one is better, where the intervals of both overlap.

Shapes: n sentences, c classes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from llm_annotate.bootstrap import Weights
from llm_annotate.scores import CLASSES, Classes, Figures


class Lead:
    """Two answers about the same sentences.

    Args:
        said: n sets of classes, what people said.
        found: n sets, the one answer.
        other: n sets, the other.
    """

    def __init__(
        self, said: Sequence[Classes], found: Sequence[Classes], other: Sequence[Classes]
    ) -> None:
        self._said, self._found, self._other = map(_mark, (said, found, other))

    def measure(self, weights: Weights) -> Figures:
        """The lead in sentences that count as often as the weights say."""
        ahead, behind = (self._macro_f1(each, weights) for each in (self._found, self._other))
        return {"macro-f1-lead": ahead - behind}

    def _macro_f1(self, found: NDArray[np.int64], weights: Weights) -> float:
        both = weights @ (self._said & found)
        either = weights @ (self._said + found)
        return float((2 * both / np.maximum(either, 1)).mean())


def _mark(sets: Sequence[Classes]) -> NDArray[np.int64]:
    return np.array([[name in each for name in CLASSES] for each in sets], dtype=np.int64)
