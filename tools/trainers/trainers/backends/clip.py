"""The encoder `clip`: the text tower of a CLIP model, with its projection, on this machine.

A text is cut off at the length the tower was trained with. It is loaded in the process that asks
it, when it is first asked.
"""

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from affectory_protocol.fingerprint import digest_values
from numpy.typing import NDArray

from trainers.model_folder import ModelFolder
from trainers.packages import prepare_torch
from trainers.rounding import round_digits

if TYPE_CHECKING:
    from trainers.backends.clip_tower import ClipTower

NAME = "clip"
OFFLINE = {
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
"""A run asks nobody for anything; and processes that fork have no threads of the tokenizer's."""
_ALGORITHM = "CLIP text tower, pooled, projected, rounded to 6 digits; 2"
"""Its last number is raised when the same text gives another vector."""


class ClipEncoder:
    """Turns texts into vectors by the text tower of a CLIP model.

    Args:
        folder: that holds the model.
        device: where it runs.
    """

    name = NAME

    def __init__(self, folder: ModelFolder, device: str) -> None:
        self._folder = folder
        self._device = device
        self._tower: ClipTower | None = None

    @property
    def model(self) -> str:
        """The weights, by their commit or content."""
        return self._folder.name

    @property
    def digest(self) -> str:
        """Of the algorithm and the weights."""
        return digest_values({"algorithm": _ALGORITHM, "model": self._folder.name})

    @property
    def dimension(self) -> int:
        """Length of a vector; 512 for `openai/clip-vit-base-patch32`."""
        return self._load().dimension

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts.

        Returns:
            (n, dimension) float32, as the tower projects them: of any length, rounded to 6
            significant digits. What else is in a batch changes the bits behind them, and where a
            number lies between two roundings, the last digit.
        """
        return round_digits(self._load().encode(texts))

    def _load(self) -> "ClipTower":
        if self._tower is None:
            prepare_torch()
            os.environ |= OFFLINE  # read by imports
            from trainers.backends.clip_tower import ClipTower

            self._tower = ClipTower(self._folder, self._device)
        return self._tower
