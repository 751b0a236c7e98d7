"""What a space was trained with, so that those who are compared can be seen to have had alike."""

import math

from pydantic import BaseModel, ConfigDict, Field

from trainers.expression_space.recipe import Preset
from trainers.expression_space.space import SpaceConfig


class Training(BaseModel):
    """What went into one space."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    preset: Preset
    parameters: int = Field(description="Numbers that were learned, of all three networks.")
    epochs: int = Field(description="Passes over the training records.")
    best_epoch: int = Field(description="Whose weights are judged, from 1 on.")
    steps: int = Field(description="Batches that were learned from, in all epochs.")
    examples: int = Field(description="Sentences with faces in these batches.")


def describe_training(config: SpaceConfig) -> Training:
    """Say what went into a space."""
    epochs, train = len(config.curve), config.data.train
    return Training(
        preset=config.preset,
        parameters=config.network.parameters,
        epochs=epochs,
        best_epoch=config.best_epoch,
        steps=epochs * math.ceil(train / config.recipe.batch_size),
        examples=epochs * train,
    )
