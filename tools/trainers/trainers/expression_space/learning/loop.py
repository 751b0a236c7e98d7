"""The loop that trains a space.

Everything random comes from torch's own generators, seeded once and kept in the checkpoint; so a
run that goes on draws what it would have drawn.

Shapes: n examples, m distinct texts, d numbers of an encoded text, s shapes of a face.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from affectory_protocol.errors import AffectoryError
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from trainers.expression_space.collapse import measure_collapse
from trainers.expression_space.layers import Array
from trainers.expression_space.learning.checkpoint import Checkpoint, State
from trainers.expression_space.learning.losses import FACES, LOSSES, TOTAL, Batch
from trainers.expression_space.learning.network import SpaceModel
from trainers.expression_space.recipe import Preset, Recipe
from trainers.expression_space.space import Epoch, Network


@dataclass(frozen=True)
class Lesson:
    """What one side of the data is trained or judged by.

    Attributes:
        faces: (n, s) float32, in the layout of the network.
        texts: (n,) int64, the row of `encoded` that each sentence has.
        encoded: (m, d) float32, may lie on the disk.
        alike: (n,) int64, a number for each text; of one normal form, one number.
    """

    faces: Array
    texts: NDArray[np.int64]
    encoded: Array
    alike: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: NDArray[np.int64], device: torch.device) -> Batch:
        """A batch of some examples."""
        encoded = torch.from_numpy(np.ascontiguousarray(self.encoded[self.texts[rows]]))
        return Batch(
            encoded=encoded.to(device),
            faces=torch.from_numpy(self.faces[rows]).to(device),
            texts=torch.from_numpy(self.alike[rows]).to(device),
        )


class Watch(Protocol):
    """Is told how training goes."""

    def step(self, done: int, total: int, words: str) -> None:
        """So many steps of all are done."""
        ...

    def epoch(self, epoch: Epoch) -> None:
        """An epoch is done; after a resume those before it are told again."""
        ...


@dataclass(frozen=True)
class Task:
    """What is to be trained.

    Attributes:
        preset: whose loss.
        recipe: its numbers.
        network: the layers.
        seed: of all that is random.
        device: where it is trained.
    """

    preset: Preset
    recipe: Recipe
    network: Network
    seed: int
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))


@dataclass(frozen=True)
class Trained:
    """What came of it.

    Attributes:
        tensors: of the networks after the best epoch, by name.
        curve: all epochs.
        best_epoch: the one with the least error of faces on validation examples.
    """

    tensors: dict[str, Array]
    curve: tuple[Epoch, ...]
    best_epoch: int


def train_space(
    train: Lesson, validation: Lesson, task: Task, checkpoint: Checkpoint | None, watch: Watch
) -> Trained:
    """Train the networks of a space.

    Args:
        train: examples to learn from.
        validation: examples that say when to stop; clean, and never learned from.
        task: what is trained.
        checkpoint: where to go on from and what to write after each epoch.
        watch: is told of each step and epoch.

    Raises:
        AffectoryError: a loss is no number any more.
    """
    trainer = _Trainer(train, validation, task)
    state = checkpoint.read() if checkpoint is not None else None
    if state is not None:
        trainer.restore(state)
    for epoch in trainer.curve:
        watch.epoch(epoch)
    while not trainer.is_done:
        watch.epoch(trainer.run_epoch(watch))
        if checkpoint is not None:
            checkpoint.write(trainer.state)
    tensors = {
        name: tensor.numpy().astype(np.float32, copy=False) for name, tensor in trainer.best.items()
    }
    return Trained(tensors, tuple(trainer.curve), trainer.best_epoch)


class _Trainer:
    def __init__(self, train: Lesson, validation: Lesson, task: Task) -> None:
        torch.manual_seed(task.seed)
        self._train, self._validation, self._task = train, validation, task
        self._model = SpaceModel(task.network).to(task.device)
        self._loss = LOSSES[task.preset](task.recipe).to(task.device)
        self._optimiser = _make_optimiser(self._model, self._loss, task)
        self.curve: list[Epoch] = []
        self.best: dict[str, torch.Tensor] = {}
        self._steps = math.ceil(len(train) / task.recipe.batch_size)

    @property
    def best_epoch(self) -> int:
        """The first of those with the least error of faces on validation examples.

        The alignment has no say: its cross-entropy begins to rise, since a space that is surer is
        punished more where it is wrong, epochs before lookups stop getting better.
        """
        recipe = self._task.recipe
        name = FACES if recipe.face_weight + recipe.text_weight > 0.0 else TOTAL
        return min(self.curve, key=lambda epoch: epoch.validation[name]).epoch

    @property
    def is_done(self) -> bool:
        """Whether there were epochs enough, or enough without getting better."""
        recipe, done = self._task.recipe, len(self.curve)
        return bool(done) and (
            done >= recipe.max_epochs or done - self.best_epoch >= recipe.patience
        )

    def run_epoch(self, watch: Watch) -> Epoch:
        """Learn from every example once, then look at the others."""
        number = len(self.curve) + 1
        learned = _refuse_diverged(self._learn(number, watch), number)
        epoch = Epoch(epoch=number, train=learned, validation=self._look(number))
        self.curve.append(epoch)
        if self.best_epoch == number:
            self.best = _copy(self._model)
        return epoch

    def _learn(self, number: int, watch: Watch) -> dict[str, float]:
        self._model.train()
        self._loss.train()
        size, total = self._task.recipe.batch_size, self._task.recipe.max_epochs * self._steps
        order = torch.randperm(len(self._train)).numpy()
        means = _Means()
        for step in range(self._steps):
            rows = order[step * size : (step + 1) * size]
            done = (number - 1) * self._steps + step
            self._set_rate(done, total)
            losses = self._loss(self._model, self._train.take(rows, self._task.device))
            self._optimiser.zero_grad()
            losses[TOTAL].backward()
            self._optimiser.step()
            means.add(losses, len(rows))
            watch.step(done + 1, total, f"epoch {number} of {self._task.recipe.max_epochs}")
        return means.read()

    def _set_rate(self, done: int, total: int) -> None:
        rate = find_rate(self._task, done, total)
        for group in self._optimiser.param_groups:
            group["lr"] = rate

    def _look(self, number: int) -> dict[str, float]:
        """Losses on clean examples, nothing dropped, and how far both kinds spread."""
        self._model.eval()
        self._loss.eval()
        means = _Means()
        embeddings: dict[str, list[torch.Tensor]] = {"text": [], "face": []}
        with torch.no_grad():
            for rows in _cut(len(self._validation), self._task.recipe.batch_size):
                batch = self._validation.take(rows, self._task.device)
                means.add(self._loss(self._model, batch), len(rows))
                embeddings["text"].append(self._model.projector(batch.encoded))
                embeddings["face"].append(self._model.encoder(batch.faces))
        figures = _refuse_diverged(means.read(), number)
        for name, found in embeddings.items():
            rows_of_one = functional.normalize(torch.cat(found), dim=1).cpu().numpy()
            figures |= measure_collapse(rows_of_one).name(name)
        return figures

    @property
    def state(self) -> State:
        """All that going on needs."""
        return State(
            model=self._model.state_dict(),
            loss=self._loss.state_dict(),
            optimiser=self._optimiser.state_dict(),
            random=_read_random(self._task.device),
            best=self.best,
            curve=[epoch.model_dump_json() for epoch in self.curve],
        )

    def restore(self, state: State) -> None:
        """Go on from a state."""
        self._model.load_state_dict(state.model)
        self._loss.load_state_dict(state.loss)
        self._optimiser.load_state_dict(state.optimiser)
        self.best = state.best
        self.curve = [Epoch.model_validate_json(epoch) for epoch in state.curve]
        _set_random(state.random, self._task.device)


def _refuse_diverged(losses: dict[str, float], epoch: int) -> dict[str, float]:
    if not all(map(math.isfinite, losses.values())):
        raise AffectoryError(
            f"training has diverged: a loss of epoch {epoch} is no number",
            hint="Make learning_rate of the recipe smaller.",
        )
    return losses


class _Means:
    """Means of losses over examples."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._count = 0

    def add(self, losses: dict[str, torch.Tensor], count: int) -> None:
        for name, loss in losses.items():
            self._sums[name] = self._sums.get(name, 0.0) + float(loss.detach()) * count
        self._count += count

    def read(self) -> dict[str, float]:
        return {name: total / self._count for name, total in self._sums.items()}


def find_rate(task: Task, done: int, total: int) -> float:
    """The learning rate of a step.

    It rises in the steps of the warm-up and then falls to 0 along half a cosine (Smith and Topin
    2019, "Super-Convergence"); that of `original` is constant.

    Args:
        task: with the recipe.
        done: steps before this one.
        total: steps of all epochs.
    """
    highest = task.recipe.learning_rate
    if task.preset is Preset.ORIGINAL:
        return highest
    rising = task.recipe.warm_up * total
    if done < rising:
        return highest * (done + 1) / (rising + 1)
    return highest * (1.0 + math.cos(math.pi * (done - rising) / (total - rising))) / 2.0


def _make_optimiser(model: SpaceModel, loss: nn.Module, task: Task) -> torch.optim.Optimizer:
    numbers = [*model.parameters(), *loss.parameters()]
    rate = task.recipe.learning_rate
    if task.preset is Preset.ORIGINAL:
        return torch.optim.Adam(numbers, lr=rate)
    return torch.optim.AdamW(numbers, lr=rate, weight_decay=task.recipe.weight_decay)


def _cut(count: int, size: int) -> Iterator[NDArray[np.int64]]:
    for start in range(0, count, size):
        yield np.arange(start, min(start + size, count))


def _copy(model: SpaceModel) -> dict[str, torch.Tensor]:
    return {name: tensor.detach().cpu().clone() for name, tensor in model.state_dict().items()}


def _read_random(device: torch.device) -> list[torch.Tensor]:
    states = [torch.get_rng_state()]
    if device.type == "cuda":
        states.append(torch.cuda.get_rng_state(device))
    return states


def _set_random(states: list[torch.Tensor], device: torch.device) -> None:
    torch.set_rng_state(states[0])
    if device.type == "cuda":
        torch.cuda.set_rng_state(states[1], device)
