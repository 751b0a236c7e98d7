"""The numbers a space is trained by, each preset's in one place."""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Self

from affectory_protocol.choices import Choices
from affectory_protocol.errors import UsageError
from pydantic import Field

MAX_PARAMETERS = 2_000_000
"""Of the preset `compact`, all three networks together."""


class Preset(StrEnum):
    """Which networks and which losses."""

    COMPACT = "compact"
    ORIGINAL = "original"


class Recipe(Choices):
    """What training does, but for the shape of the preset `original`, which is fixed.

    Attributes:
        dimension: k, of the space.
        text_width: numbers in the middle of the text projector.
        face_width: numbers in the middle of the encoder and the decoder of faces.
        input_dropout: share of an encoded text that is made 0 in training.
        dropout: share of the numbers in the middle of the text projector that is.
        noise: on the faces that go into the encoder, standard deviation; in `original`, the bound
            of its uniform noise.
        face_weight: of the loss of faces from faces.
        text_weight: of the loss of faces from texts.
        alignment_weight: of the loss that brings a sentence and its face together.
        near_duplicate: mean difference of weights below which two faces count as the same.
        temperature: that the alignment begins with; it is learned.
        learning_rate: of the optimiser, at its highest.
        weight_decay: of the optimiser.
        warm_up: share of the steps in which the learning rate rises; it falls in the others.
        batch_size: examples a step.
        max_epochs: passes over the data, at most.
        patience: epochs without a smaller error of faces on validation before training ends.
    """

    dimension: int = Field(default=128, ge=2, le=4096)
    text_width: int = Field(default=512, ge=1)
    face_width: int = Field(default=256, ge=1)
    input_dropout: float = Field(default=0.2, ge=0.0, lt=1.0)
    dropout: float = Field(default=0.3, ge=0.0, lt=1.0)
    noise: float = Field(default=0.03, ge=0.0, le=1.0)
    face_weight: float = Field(default=1.0, ge=0.0)
    text_weight: float = Field(default=1.0, ge=0.0)
    alignment_weight: float = Field(default=0.05, ge=0.0)
    near_duplicate: float = Field(default=0.002, ge=0.0)
    temperature: float = Field(default=0.1, gt=0.0)
    learning_rate: float = Field(default=1e-3, gt=0.0)
    weight_decay: float = Field(default=0.01, ge=0.0)
    warm_up: float = Field(default=0.1, ge=0.0, lt=1.0)
    batch_size: int = Field(default=512, ge=1)
    max_epochs: int = Field(default=10, ge=1)
    patience: int = Field(default=3, ge=1)

    def change(self, **numbers: object) -> Self:
        """The same recipe with other numbers.

        Raises:
            UsageError: one is out of its range, or there is none of that name.
        """
        return type(self).model_validate({**self.model_dump(), **numbers})


RECIPES = {
    Preset.COMPACT: Recipe(),
    # The original's own numbers: its learning rate is constant, and it stops after the last epoch.
    Preset.ORIGINAL: Recipe(
        dimension=512,
        text_width=1024,
        face_width=1024,
        input_dropout=0.0,
        dropout=0.1,
        noise=0.15,
        face_weight=1.0,
        text_weight=10.0,
        alignment_weight=10.0,
        learning_rate=1e-5,
        weight_decay=0.0,
        warm_up=0.0,
        batch_size=256,
        max_epochs=100,
        patience=100,
    ),
}


def read_recipe(preset: Preset, path: Path | None) -> Recipe:
    """The recipe of a preset, with the numbers of a TOML file in place of its own.

    Raises:
        UsageError: the file is no TOML, or holds something that is no number of a recipe.
    """
    recipe = RECIPES[preset]
    if path is None:
        return recipe
    try:
        numbers = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"--recipe is no TOML: {path}: {error}") from None
    if unknown := sorted(numbers.keys() - Recipe.model_fields.keys()):
        raise UsageError(
            f"--recipe has numbers that are none of a recipe: {', '.join(unknown)}",
            hint=f"A recipe has {', '.join(Recipe.model_fields)}.",
        )
    return recipe.change(**numbers)
