"""A trained space: its file, and where sentences and faces lie in it.

The file is safetensors; its metadata hold the configuration as JSON. Nothing here needs torch.

Shapes: n sentences or faces, d numbers of an encoded text, k dimensions of the space.
"""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import safetensors
import safetensors.numpy
from affectory_protocol.errors import UsageError
from affectory_protocol.vocabularies.blendshapes import LAYOUTS
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trainers.expression_space.collapse import Collapse
from trainers.expression_space.examples import SHAPES
from trainers.expression_space.layers import (
    Array,
    Layers,
    Linear,
    Tensors,
    compute,
    name_tensors,
)
from trainers.expression_space.metadata import read_entry
from trainers.expression_space.recipe import Preset, Recipe
from trainers.expression_space.terms import Terms

FORMAT = "trainers expression-space 1"
ENTRY = "space"
"""The one entry of the metadata: safetensors promises no order of several."""
PROJECTOR, ENCODER, DECODER = "projector", "encoder", "decoder"
_TINY = np.float32(1e-12)
_BROKEN = (safetensors.SafetensorError, LookupError, TypeError, ValueError, RecursionError)
"""What a file raises that is read as if it held a space."""


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, allow_inf_nan=False)


class EncoderConfig(_Told):
    """The encoder of texts that a space was trained with."""

    name: str = Field(description="As --backend calls it.")
    dimension: int = Field(ge=1, description="Length of its vectors.")
    digest: str = Field(description="Of all that its vectors depend on beside the text.")
    model: str | None = Field(default=None, description="Its weights, where it has some.")


class Network(_Told):
    """The three networks: texts and faces into the space, and back to faces."""

    layout: str = Field(description="Order of the weights that the networks take and give.")
    projector: Layers
    encoder: Layers
    decoder: Layers

    @property
    def parts(self) -> dict[str, Layers]:
        """The three by their names."""
        return {PROJECTOR: self.projector, ENCODER: self.encoder, DECODER: self.decoder}

    @property
    def tensors(self) -> dict[str, tuple[int, ...]]:
        """The shapes of all tensors, by name."""
        shapes: dict[str, tuple[int, ...]] = {}
        for name, layers in self.parts.items():
            shapes |= name_tensors(layers, name)
        return shapes

    @property
    def parameters(self) -> int:
        """How many numbers it learns."""
        return sum(int(np.prod(shape)) for shape in self.tensors.values())


class Data(_Told):
    """What a space was trained on."""

    digest: str = Field(description="Of ids, texts, faces and splits, 16 hexadecimal digits.")
    train: int
    validation: int
    test: int = Field(description="Examples that were read and not looked at.")
    overlap: int = Field(description="Texts and values of groups in more than one split: 0.")
    annotators: dict[str, int] = Field(description="Faces by who made them.")
    terms: tuple[Terms, ...] = Field(
        default=(), description="Of all records that were read; empty where nobody has looked."
    )


class Epoch(_Told):
    """One pass over the data."""

    epoch: int = Field(ge=1)
    train: dict[str, float] = Field(description="Losses, means over the batches, noise included.")
    validation: dict[str, float] = Field(description="Losses on clean faces, and collapse figures.")


class SpaceConfig(_Told):
    """All that is known of a space beside its tensors."""

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    preset: Preset
    encoder: EncoderConfig
    dimension: int = Field(ge=1, description="k, of the space.")
    network: Network
    recipe: Recipe
    seed: int
    data: Data
    best_epoch: int = Field(description="Whose weights these are: least error of faces.")
    curve: tuple[Epoch, ...]

    @property
    def best(self) -> Epoch:
        """The epoch whose weights these are."""
        return self.curve[self.best_epoch - 1]

    @property
    def is_collapsed(self) -> bool:
        """Whether the embeddings of validation texts or faces have collapsed."""
        figures = self.best.validation
        return any(
            Collapse(figures[f"{of}_mean_cosine"], figures[f"{of}_effective_rank"]).is_collapsed
            for of in ("text", "face")
        )


@dataclass(frozen=True)
class Space:
    """A trained space.

    Attributes:
        config: what is known of it.
        tensors: its weights, float32, by name.
        name: the start of the digest of its file, as `made_by` tells it.
    """

    config: SpaceConfig
    tensors: Tensors
    name: str

    @classmethod
    def load(cls, path: Path) -> "Space":
        """Read a space.

        Raises:
            UsageError: the file holds none.
        """
        content = path.read_bytes()
        try:
            tensors = safetensors.numpy.load(content)
            config = SpaceConfig.model_validate_json(read_entry(content, ENTRY))
            _check_tensors(config, tensors)
        except (*_BROKEN, ValidationError):
            raise UsageError(
                f"the file holds no expression space: {path}",
                hint="Make one with `trainers expression-space train`.",
            ) from None
        return cls(config, tensors, f"sha256:{hashlib.sha256(content).hexdigest()[:16]}")

    def embed_texts(self, encoded: Array) -> Array:
        """Where sentences lie.

        Args:
            encoded: (n, d) float32, by the encoder of the space.

        Returns:
            (n, k) float32, rows of length 1.
        """
        return _to_length_one(self._compute(PROJECTOR, encoded))

    def embed_faces(self, faces: Array) -> Array:
        """Where faces lie.

        Args:
            faces: (n, 52) float32, 0 to 1, `arkit-52`.

        Returns:
            (n, k) float32, rows of length 1.
        """
        return _to_length_one(self.encode_faces(faces))

    def encode_faces(self, faces: Array) -> Array:
        """Where faces lie, as `decode` reads it.

        Args:
            faces: (n, 52) float32, 0 to 1, `arkit-52`.

        Returns:
            (n, k) float32.
        """
        return self._compute(ENCODER, faces[:, self._kept])

    def decode(self, latents: Array) -> Array:
        """The faces that lie somewhere.

        Args:
            latents: (n, k) float32, as the networks give them: of any length.

        Returns:
            (n, 52) float32, `arkit-52`. Between 0 and 1, except in a space of the preset
            `original`, whose last layer is not bounded; a shape its layout has not is 0.
        """
        found = self._compute(DECODER, latents)
        faces = np.zeros((len(found), len(SHAPES)), dtype=np.float32)
        faces[:, self._kept] = found
        return faces

    def predict(self, encoded: Array) -> Array:
        """The faces of sentences.

        Args:
            encoded: (n, d) float32, by the encoder of the space.

        Returns:
            (n, 52) float32, as `decode`.
        """
        return self.decode(self._compute(PROJECTOR, encoded))

    @cached_property
    def _kept(self) -> NDArray[np.int64]:
        """The position in `arkit-52` of each shape of the network's own layout."""
        return find_kept(self.config.network.layout)

    def _compute(self, part: str, rows: Array) -> Array:
        layers = self.config.network.parts[part]
        return compute(layers, self.tensors, part, rows.astype(np.float32, copy=False))


def find_kept(layout: str) -> NDArray[np.int64]:
    """The position in `arkit-52` of each shape of a layout, in its order."""
    return np.array([SHAPES.index(shape) for shape in LAYOUTS[layout]], dtype=np.int64)


def write_space(config: SpaceConfig, tensors: Tensors) -> bytes:
    """Write a space; the same one gives the same bytes."""
    ordered = {name: np.ascontiguousarray(tensors[name]) for name in sorted(tensors)}
    return safetensors.numpy.save(ordered, metadata={ENTRY: config.model_dump_json()})


def _check_tensors(config: SpaceConfig, tensors: Tensors) -> None:
    shapes = {name: tensor.shape for name, tensor in tensors.items()}
    is_sound = shapes == config.network.tensors and all(
        tensor.dtype == np.float32 and np.isfinite(tensor).all() for tensor in tensors.values()
    )
    linear = [layer for layer in config.network.projector if isinstance(layer, Linear)]
    fits = linear[0].inputs == config.encoder.dimension
    if not is_sound or not fits or config.network.layout not in LAYOUTS:
        raise ValueError


def _to_length_one(rows: Array) -> Array:
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    directions: Array = rows / np.maximum(lengths, _TINY)
    return directions
