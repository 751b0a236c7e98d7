"""Expression spaces of random weights, so that a test needs no training."""

from pathlib import Path
from typing import NoReturn

import numpy as np
from trainers.backends.clip import ClipEncoder
from trainers.backends.hashed import HashedEncoder
from trainers.expression_space.architecture import build_network
from trainers.expression_space.encoder import Encoder
from trainers.expression_space.recipe import RECIPES, Preset
from trainers.expression_space.space import Data, EncoderConfig, Epoch, SpaceConfig, write_space
from trainers.model_folder import ModelFolder, name_by_content


class TinyClip:
    """The encoder `clip` with a tiny model, but for what would need torch.

    Args:
        folder: of the model.
    """

    name, dimension = "clip", 24

    def __init__(self, folder: Path) -> None:
        encoder = ClipEncoder(ModelFolder(folder, name_by_content(folder)), "cpu")
        self.digest, self.model = encoder.digest, encoder.model

    def encode(self, texts: object) -> NoReturn:
        """Not without torch."""
        raise NotImplementedError


def make_space(
    preset: Preset = Preset.COMPACT,
    *,
    seed: int = 3,
    encoder: Encoder | None = None,
    **changes: object,
) -> bytes:
    """The file of a space.

    Args:
        preset: of its networks.
        seed: of the weights.
        encoder: that it says it was trained with; `hashed` by default.
        **changes: numbers of the recipe.
    """
    encoder = encoder or HashedEncoder()
    recipe = RECIPES[preset].change(**changes)
    network = build_network(preset, recipe, encoder.dimension)
    random = np.random.default_rng(seed)
    tensors = {
        name: random.normal(0.0, 0.05, shape).astype(np.float32)
        for name, shape in network.tensors.items()
    }
    config = SpaceConfig(
        preset=preset,
        encoder=EncoderConfig(
            name=encoder.name,
            dimension=encoder.dimension,
            digest=encoder.digest,
            model=encoder.model,
        ),
        dimension=recipe.dimension,
        network=network,
        recipe=recipe,
        seed=0,
        data=Data(digest="0" * 16, train=1, validation=1, test=0, overlap=0, annotators={}),
        best_epoch=1,
        curve=(Epoch(epoch=1, train={"total": 1.0}, validation={"total": 1.0}),),
    )
    return write_space(config, tensors)
