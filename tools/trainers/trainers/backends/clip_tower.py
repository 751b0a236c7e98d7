"""The text tower of a CLIP model (Radford et al. 2021), loaded by transformers."""

from collections.abc import Sequence
from typing import cast

import numpy as np
import torch
from affectory_protocol.errors import UnavailableError
from numpy.typing import NDArray
from transformers import AutoTokenizer, CLIPTextModelWithProjection
from transformers.utils import logging

from trainers.expression_space.learning.network import find_device
from trainers.model_folder import ModelFolder

TEXTS_AT_ONCE = 64
_BROKEN = (OSError, ValueError, KeyError, TypeError, RuntimeError, AttributeError)
"""What the library raises of files that are no model of this kind."""


class ClipTower:
    """A text tower that was loaded.

    Args:
        folder: that holds it.
        device: where it runs.

    Raises:
        UnavailableError: the files are no CLIP model, or there is no such device.
    """

    def __init__(self, folder: ModelFolder, device: str) -> None:
        logging.set_verbosity_error()
        logging.disable_progress_bar()
        self._device = find_device(device)
        try:
            self._tokenizer = AutoTokenizer.from_pretrained(folder.path, local_files_only=True)
            model, told = CLIPTextModelWithProjection.from_pretrained(
                folder.path,
                local_files_only=True,
                use_safetensors=True,
                dtype=torch.float32,
                output_loading_info=True,
            )
        except _BROKEN as error:
            raise UnavailableError(
                f"the model cannot be loaded: {folder.name}: {type(error).__name__}"
            ) from None
        if told["missing_keys"] or told["mismatched_keys"]:
            raise UnavailableError(f"the weights are not those of the text tower: {folder.name}")
        self._model = model.to(self._device).eval()
        self._longest: int = model.config.max_position_embeddings

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return int(self._model.config.projection_dim)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode texts.

        Returns:
            (n, dimension) float32.
        """
        parts = [
            self._encode(texts[start : start + TEXTS_AT_ONCE])
            for start in range(0, len(texts), TEXTS_AT_ONCE)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimension), np.float32)

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        tokens = self._tokenizer(
            list(texts),
            padding=True,
            truncation=True,
            max_length=self._longest,
            return_tensors="pt",
        ).to(self._device)
        with torch.inference_mode():
            found = self._model(**tokens).text_embeds
        return cast("NDArray[np.float32]", found.float().cpu().numpy())
