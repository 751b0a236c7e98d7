"""How well probabilities agree with what people said.

Figures over the seven classes of `ekman`, all better when lower:

- `brier`: mean squared difference between a probability and what people said, 1 or 0;
- `log-loss`: mean negative logarithm (natural) of the probability of what people said;
- `ece`: expected calibration error, class by class: probabilities lie in `BINS` bins of equal
  width; the difference between their mean and the share of sentences said, weighted by the number
  of probabilities in the bin.

The same share for every sentence has an error of calibration of 0 and says nothing: `ece` is read
beside the other two, whose best constants are the shares themselves. A draw with replacement makes
the means of bins rougher than they are, so the interval of `ece` lies above its value.

Source: Naeini, Cooper and Hauskrecht 2015, Obtaining well calibrated probabilities using Bayesian
binning, AAAI, section 4; Nixon et al. 2019, Measuring calibration in deep learning, section 3, for
classes apart.

Shapes: n sentences, c classes.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from llm_annotate.bootstrap import Weights
from llm_annotate.scores import CLASSES, Classes, Figures

BINS = 10
LEAST = 0.00005
"""Least probability of what people said: half of the last decimal that is written."""


class Reliability:
    """Probabilities of sentences beside what people said of them.

    Args:
        probabilities: (n, c) in the order of `CLASSES`.
        said: n sets of classes.
    """

    def __init__(self, probabilities: Sequence[Sequence[float]], said: Sequence[Classes]) -> None:
        self._given = np.array(probabilities)
        self._said = np.array([[name in each for name in CLASSES] for each in said], dtype=float)

    def measure(self, weights: Weights) -> Figures:
        """The figures of sentences that count as often as the weights say."""
        return _measure(self._given, self._said, weights)

    def measure_constant(self) -> Figures:
        """The figures of the share of each class among these very sentences: the best constant."""
        share = self._said.mean(axis=0)
        constant = np.broadcast_to(share, self._said.shape)
        return _measure(constant, self._said, np.ones(len(self._said), dtype=np.int64))


def _measure(given: NDArray[np.float64], said: NDArray[np.float64], weights: Weights) -> Figures:
    right = np.clip(np.where(said > 0.0, given, 1.0 - given), LEAST, 1.0)
    errors = given - said
    cells = np.minimum((given * BINS).astype(np.int64), BINS - 1) + BINS * np.arange(len(CLASSES))
    gaps = np.bincount(cells.ravel(), (errors * weights[:, None]).ravel())
    judgements = float(weights.sum()) * len(CLASSES)
    return {
        "brier": float((errors**2 * weights[:, None]).sum()) / judgements,
        "log-loss": float((-np.log(right) * weights[:, None]).sum()) / judgements,
        "ece": float(np.abs(gaps).sum()) / judgements,
    }
