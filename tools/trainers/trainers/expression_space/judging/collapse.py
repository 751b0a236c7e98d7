"""Whether a space has collapsed: all lies in one direction, and nothing can be told apart.

A loss that only pulls texts to their faces is content with one point for all. The mean cosine of
all pairs is then near 1. The effective rank is how many directions are in use: exp of the entropy
of the singular values, divided by their sum (Roy & Vetterli 2007, The effective rank, EUSIPCO).
"""

import numpy as np
from numpy.typing import NDArray

MAX_COSINE = 0.9
"""Mean cosine of pairs from which a space has collapsed: the angles are 26 degrees on average."""
MIN_RANK = 2.0
"""Effective rank below which it has: one direction, and little beside it."""


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


def is_collapsed(cosine: float, rank: float) -> bool:
    """Whether the rule says so."""
    return cosine > MAX_COSINE or rank < MIN_RANK
