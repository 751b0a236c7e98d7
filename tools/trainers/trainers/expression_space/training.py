"""From records to the file of a trained space, and what lies beside it.

torch is imported where training begins.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from affectory_protocol.durable import disk_errors
from affectory_protocol.errors import ManifestError, TooManyRejectsError
from affectory_protocol.fingerprint import digest_sources, digest_values
from affectory_protocol.job import UpToDate
from affectory_protocol.record import Record
from numpy.typing import NDArray

from trainers.expression_space.architecture import build_network
from trainers.expression_space.card import write_card
from trainers.expression_space.disk_array import make_disk_array
from trainers.expression_space.encoder import Encoder
from trainers.expression_space.examples import Examples, read_examples
from trainers.expression_space.features import Features
from trainers.expression_space.layers import Array
from trainers.expression_space.normal_text import normalise_text
from trainers.expression_space.overlap import find_overlap, refuse_overlap
from trainers.expression_space.recipe import Preset, Recipe
from trainers.expression_space.space import (
    Data,
    EncoderConfig,
    Network,
    SpaceConfig,
    find_kept,
    write_space,
)
from trainers.expression_space.split import Split
from trainers.further_file import write_file
from trainers.packages import prepare_torch

if TYPE_CHECKING:
    from trainers.expression_space.learning.loop import Trained

CONFIG, CARD, CHECKPOINT = ".config.json", ".card.md", ".checkpoint"
"""What the files beside a space end in."""

Show = Callable[[int, int, str], None]
"""Shows how many steps of all are done, and of which epoch the last is."""


@dataclass(frozen=True)
class Plan:
    """What is to be made.

    Attributes:
        preset: which networks and losses.
        recipe: its numbers.
        seed: of all that is random.
        device: where it is trained.
        output: file that it goes into; None is a pipe, beside which nothing lies.
        logs: folder for TensorBoard.
        afresh: an earlier checkpoint is not gone on from.
    """

    preset: Preset
    recipe: Recipe
    seed: int
    device: str = "cpu"
    output: Path | None = None
    logs: Path | None = None
    afresh: bool = False

    @property
    def checkpoint(self) -> Path | None:
        """Folder that is there while the space is trained."""
        return None if self.output is None else Path(f"{self.output}{CHECKPOINT}")

    @property
    def beside(self) -> dict[str, Path]:
        """The files that lie beside the space, by what they are called."""
        if self.output is None:
            return {}
        return {f"OUTPUT{end}": Path(f"{self.output}{end}") for end in (CONFIG, CARD)}


def train(
    records: Iterable[Record],
    *,
    features: Features,
    plan: Plan,
    show: Show,
    say: Callable[[str], None],
) -> bytes:
    """Train a space.

    Args:
        records: that passed `check_example`.
        features: of the texts.
        plan: what is to be made.
        show: is told of each step.
        say: is told how it ended.

    Returns:
        The file of the space; its configuration and its card lie beside the output then.

    Raises:
        ManifestError: a side has no examples, or shares something with another.
    """
    examples = read_examples(records)
    _refuse_empty(examples)
    refuse_overlap(examples)
    network = build_network(plan.preset, plan.recipe, features.encoder.dimension)
    encoded = _encode(examples, features)
    trained = _train(examples, encoded, network, plan, show, features.encoder)
    config = SpaceConfig(
        preset=plan.preset,
        encoder=_describe_encoder(features.encoder),
        dimension=plan.recipe.dimension,
        network=network,
        recipe=plan.recipe,
        seed=plan.seed,
        data=describe_data(examples),
        best_epoch=trained.best_epoch,
        curve=trained.curve,
    )
    if plan.output is not None:
        _write_beside(plan.output, config)
    say(describe_end(config, features.encoded))
    return write_space(config, trained.tensors)


def _refuse_empty(examples: Examples) -> None:
    for split in (Split.TRAIN, Split.VALIDATION):
        if not examples.count(split):
            raise ManifestError(
                f"there are no records of the split {split.value} among {len(examples)}",
                hint="Split first: manifest split --shares train=0.8,validation=0.1,test=0.1.",
            )


def describe_data(examples: Examples) -> Data:
    """What is known of the data a space is trained on."""
    return Data(
        digest=_digest(examples),
        train=examples.count(Split.TRAIN),
        validation=examples.count(Split.VALIDATION),
        test=examples.count(Split.TEST),
        overlap=len(find_overlap(examples)),
        annotators=examples.annotators,
        terms=examples.terms,
    )


def _digest(examples: Examples) -> str:
    digest = hashlib.sha256()
    for values in zip(examples.ids, examples.texts, examples.splits, strict=True):
        for value in values:
            content = value.encode("utf-8", "surrogatepass")
            digest.update(len(content).to_bytes(8, "little") + content)
    digest.update(examples.faces.astype("<f4").tobytes())
    return digest.hexdigest()[:16]


def _describe_encoder(encoder: Encoder) -> EncoderConfig:
    return EncoderConfig(
        name=encoder.name, dimension=encoder.dimension, digest=encoder.digest, model=encoder.model
    )


@dataclass(frozen=True)
class _Encoded:
    """Texts as vectors.

    Attributes:
        vectors: (m, d) float32, a row a distinct text; on the disk.
        rows: (n,) int64, which of them each example has.
        alike: (n,) int64, a number for each text; of one normal form, one number.
    """

    vectors: Array
    rows: NDArray[np.int64]
    alike: NDArray[np.int64]


def _encode(examples: Examples, features: Features) -> _Encoded:
    """Encode each distinct text once, into an array on the disk."""
    distinct, rows = _number(examples.texts)
    vectors = make_disk_array((len(distinct), features.encoder.dimension))
    features.fill(distinct, vectors)
    return _Encoded(vectors, rows, _number(map(normalise_text, examples.texts))[1])


def _number(texts: Iterable[str]) -> tuple[list[str], NDArray[np.int64]]:
    """Distinct texts in the order of their first place, and which of them stands where."""
    numbers: dict[str, int] = {}
    rows = [numbers.setdefault(text, len(numbers)) for text in texts]
    return list(numbers), np.array(rows, dtype=np.int64)


def _train(
    examples: Examples,
    encoded: _Encoded,
    network: Network,
    plan: Plan,
    show: Show,
    encoder: Encoder,
) -> "Trained":
    prepare_torch()
    import torch

    from trainers.expression_space.learning.checkpoint import Checkpoint
    from trainers.expression_space.learning.loop import Lesson, Task, train_space
    from trainers.expression_space.learning.network import find_device
    from trainers.expression_space.learning.watch import watching

    faces = np.ascontiguousarray(examples.faces[:, find_kept(network.layout)])

    def lesson(split: Split) -> Lesson:
        rows = examples.rows(split)
        return Lesson(
            faces=faces[rows],
            texts=encoded.rows[rows],
            encoded=encoded.vectors,
            alike=encoded.alike[rows],
        )

    task = Task(plan.preset, plan.recipe, network, plan.seed, find_device(plan.device))
    folder = plan.checkpoint
    checkpoint = None
    if plan.afresh:
        _remove(folder)
    if folder is not None:
        checkpoint = Checkpoint(folder, _find_key(examples, plan, encoder, torch.__version__))
    with watching(show, plan.logs) as watch:
        return train_space(lesson(Split.TRAIN), lesson(Split.VALIDATION), task, checkpoint, watch)


def _find_key(examples: Examples, plan: Plan, encoder: Encoder, library: str) -> str:
    """Digest of all that a space depends on; a checkpoint of another key is of another run."""
    return digest_values(
        {
            "data": _digest(examples),
            "encoder": encoder.digest,
            "preset": plan.preset.value,
            "recipe": plan.recipe.model_dump_json(),
            "seed": str(plan.seed),
            "device": plan.device,
            "torch": library,
            "sources": digest_sources("trainers"),
        }
    )


def _write_beside(output: Path, config: SpaceConfig) -> None:
    told = {CONFIG: f"{config.model_dump_json(indent=2)}\n", CARD: write_card(config)}
    for suffix, text in told.items():
        write_file(Path(f"{output}{suffix}"), text.encode())


def describe_end(config: SpaceConfig, encoded: int) -> str:
    """How training ended, in a few lines."""
    best = config.best
    losses = ", ".join(f"{name} {value:.4g}" for name, value in best.validation.items())
    lines = [
        f"{config.network.parameters} parameters, {encoded} texts encoded, {len(config.curve)} "
        f"epochs, the best of them {best.epoch}: {losses}"
    ]
    if config.is_collapsed:
        lines.append(
            "warning: the space has collapsed: sentences or faces lie in one place, or on one line"
        )
    return "\n".join(lines)


@contextmanager
def published(plan: Plan) -> Iterator[None]:
    """Keep the checkpoint until the output is there, or is written and held back."""
    try:
        yield
    except (UpToDate, TooManyRejectsError):
        _remove(plan.checkpoint)
        raise
    _remove(plan.checkpoint)


def _remove(folder: Path | None) -> None:
    if folder is not None:
        with disk_errors():
            shutil.rmtree(folder, ignore_errors=True)
