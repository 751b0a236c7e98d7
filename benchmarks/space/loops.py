"""Two ways to train on the same sentences: features once for all, or again in every epoch.

The other way is that of the system this replaces, as its description tells it: each row has three
texts (sentence, emotions, description) in six variants, every one of these 18 goes through the text
tower by itself in every epoch, and the face goes through the encoder once for each of them.

Shapes: b rows of a batch, v texts a row, s shapes of a face.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from trainers.backends.clip import ClipEncoder
from trainers.expression_space.architecture import build_network
from trainers.expression_space.features import Features
from trainers.expression_space.learning.loop import Lesson, Task, train_space
from trainers.expression_space.learning.losses import LOSSES, TOTAL, Batch
from trainers.expression_space.learning.network import SpaceModel
from trainers.expression_space.learning.watch import Told
from trainers.expression_space.recipe import RECIPES, Preset
from trainers.expression_space.space import find_kept

VARIANTS = 18
"""Texts a row: three of them, six variants each."""


@dataclass(frozen=True)
class Pace:
    """How fast a loop went.

    Attributes:
        examples: rows that were learned from, each as often as there were epochs.
        wall: seconds on the clock.
        cpu: seconds of processor, of all threads.
    """

    examples: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        """Examples a second."""
        return self.examples / self.wall


def train_ours(
    texts: Sequence[str],
    faces: NDArray[np.float32],
    encoder: ClipEncoder,
    preset: Preset,
    epochs: int,
) -> Pace:
    """Train by our loop, the features included: each text is encoded once."""
    recipe = RECIPES[preset].change(max_epochs=epochs, patience=epochs)
    network = build_network(preset, recipe, encoder.dimension)
    clock = _Clock()
    features = Features(encoder)
    encoded = features.encode(texts)
    numbers = np.arange(len(texts))
    lesson = Lesson(faces[:, find_kept(network.layout)], numbers, encoded, numbers)
    held_out = Lesson(lesson.faces[:1], numbers[:1], encoded, numbers[:1])
    task = Task(preset, recipe, network, 1)
    train_space(lesson, held_out, task, None, Told(lambda _done, _total, _words: None, None))
    return clock.stop(len(texts) * epochs)


def train_theirs(
    texts: Sequence[str], faces: NDArray[np.float32], encoder: ClipEncoder, preset: Preset
) -> Pace:
    """Train one epoch by the loop that encodes each variant by itself."""
    recipe = RECIPES[preset]
    network = build_network(preset, recipe, encoder.dimension)
    model = SpaceModel(network).train()
    loss = LOSSES[preset](recipe)
    optimiser = torch.optim.Adam(model.parameters(), lr=recipe.learning_rate)
    targets = torch.from_numpy(faces[:, find_kept(network.layout)])
    clock = _Clock()
    for start in range(0, len(texts), recipe.batch_size):
        rows = range(start, min(start + recipe.batch_size, len(texts)))
        variants = [f"{texts[row]} {number}" for row in rows for number in range(VARIANTS)]
        encoded = torch.from_numpy(np.concatenate([encoder.encode([text]) for text in variants]))
        repeated = targets[start : rows.stop].repeat_interleave(VARIANTS, dim=0)
        numbers = torch.arange(len(variants))
        found = loss(model, Batch(encoded, repeated, numbers))[TOTAL]
        optimiser.zero_grad()
        found.backward()
        optimiser.step()
    return clock.stop(len(texts))


class _Clock:
    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def stop(self, examples: int) -> Pace:
        wall, cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu
        return Pace(examples, wall, cpu)
