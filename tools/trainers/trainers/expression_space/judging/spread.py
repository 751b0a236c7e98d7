"""How a space spreads texts and faces, of records that count as often as weights say.

The figures, and when a space has collapsed, are those of `expression_space/collapse.py`.
"""

import numpy as np
from numpy.typing import NDArray


def measure_cosine(latents: NDArray[np.floating], weights: NDArray[np.integer]) -> float:
    """The mean cosine of pairs of different records.

    Args:
        latents: (n, k) unit vectors.
        weights: (n,) how often each record counts; two at least in all.
    """
    total = float(weights.sum())
    together = weights @ latents.astype(np.float64)
    # a record is no pair with itself, nor with the copies that a draw makes of it
    own = float((weights.astype(np.float64) ** 2).sum())
    pairs = total**2 - own
    return (float(together @ together) - own) / pairs if pairs > 0.0 else 1.0


def measure_rank(latents: NDArray[np.floating], weights: NDArray[np.integer]) -> float:
    """The effective rank, 1 to k.

    Args:
        latents: (n, k).
        weights: (n,) how often each record counts.
    """
    rows = latents.astype(np.float64)
    squares = np.linalg.eigvalsh((rows * weights[:, None]).T @ rows)
    singular = np.sqrt(np.maximum(squares, 0.0))
    shares = singular[singular > singular.max() * np.sqrt(np.finfo(np.float64).eps)]
    shares = shares / shares.sum()
    return float(np.exp(-(shares * np.log(shares)).sum()))
