"""Places on paper for what lies in a space: one t-SNE of sentences and faces together.

Source: van der Maaten & Hinton 2008, Visualizing data using t-SNE, JMLR 9; scikit-learn's TSNE.
"""

import numpy as np
from numpy.typing import NDArray

PERPLEXITY = 50.0
"""Neighbours that count, as in the figure of the system this replaces; fewer of few points."""
_NEIGHBOURS = 3
"""t-SNE looks at three times its perplexity; a point has no more neighbours than there are."""


def project(
    texts: NDArray[np.float32], faces: NDArray[np.float32], seed: int
) -> NDArray[np.float64]:
    """Lay sentences and faces out in a plane, all at once, so that they can be compared.

    Args:
        texts: (n, k) unit vectors.
        faces: (n, k) of the same records.
        seed: of the layout.

    Returns:
        (2 n, 2) places of the texts, then of the faces; each coordinate from 0 to 1.
    """
    from sklearn.manifold import TSNE  # it takes a second to import

    rows = np.concatenate([texts, faces]).astype(np.float64)
    perplexity = min(PERPLEXITY, max(1.0, (len(rows) - 1) / _NEIGHBOURS))
    layout = TSNE(perplexity=perplexity, init="pca", random_state=seed, n_jobs=1)
    places = layout.fit_transform(rows).astype(np.float64)
    low, high = places.min(axis=0), places.max(axis=0)
    spread: NDArray[np.float64] = (places - low) / np.maximum(high - low, np.finfo(float).tiny)
    return spread
