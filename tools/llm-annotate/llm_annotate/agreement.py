"""How well intensities agree with the ones that people gave.

- `intensity-r`: Pearson's correlation, 0 where one side is constant;
- `intensity-mae`: mean absolute difference, intensities from 0 to 1.

Shapes: n labels with a score.
"""

from collections.abc import Sequence

import numpy as np

from llm_annotate.bootstrap import Weights
from llm_annotate.scores import Figures


class Agreement:
    """Intensities found beside intensities said; an emotion that is not shown has 0.

    Args:
        found: (n,) 0 to 1.
        said: (n,) 0 to 1.
    """

    def __init__(self, found: Sequence[float], said: Sequence[float]) -> None:
        self._found, self._said = np.array(found), np.array(said)

    def measure(self, weights: Weights) -> Figures:
        """The figures of labels that count as often as the weights say."""
        total = float(weights.sum())
        found = self._found - (self._found * weights).sum() / total
        said = self._said - (self._said * weights).sum() / total
        spread = float((found**2 * weights).sum()) * float((said**2 * weights).sum())
        together = float((found * said * weights).sum())
        distance = np.abs(self._found - self._said)
        return {
            "intensity-r": together / float(np.sqrt(spread)) if spread > 0.0 else 0.0,
            "intensity-mae": float((distance * weights).sum()) / total,
        }

    def measure_constant(self) -> Figures:
        """The figures of one intensity for all: the mean of what was said of these very labels."""
        mean = float(self._said.mean())
        return {"intensity-r": 0.0, "intensity-mae": float(np.abs(self._said - mean).mean())}
