"""What a space needs of an encoder of texts."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Encoder(Protocol):
    """Turns texts into vectors, each on its own.

    Neighbours change no vector of a backend whose determinism is `bytes`. One of `tolerance` rounds
    its numbers to 6 significant digits; what else is in a batch may still change the last of them.
    """

    @property
    def name(self) -> str:
        """As --backend calls it."""
        ...

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        ...

    @property
    def digest(self) -> str:
        """Digest of all that a vector depends on beside its text, 16 hexadecimal digits."""
        ...

    @property
    def model(self) -> str | None:
        """Its weights, as `made_by` names them; None where it has none."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts.

        Returns:
            (n, dimension) float32, a row a text.
        """
        ...
