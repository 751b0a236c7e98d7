"""The layers that a network is made of, as data, and what they compute, in numpy.

A network is a list of layers. The same list makes the network that is trained (`network.py`) and is
kept in the file of the space, so that reading it needs no torch.

Shapes: n rows, w numbers a row.
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

Array = NDArray[np.float32]
Tensors = Mapping[str, Array]
EPSILON = 1e-5
"""Of a layer norm: added to the variance."""
_HALF, _ONE = np.float32(0.5), np.float32(1.0)
_GELU_SCALE, _GELU_CUBE = np.float32(np.sqrt(2.0 / np.pi)), np.float32(0.044715)
"""Hendrycks and Gimpel 2016, "Gaussian Error Linear Units", section 2: the form with tanh."""
_FAR = np.float32(80.0)
"""Beyond this a sigmoid is 0 or 1 in float32, and its exponential still a number."""


class _Layer(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Linear(_Layer):
    """Weights and a bias.

    Attributes:
        inputs: numbers a row that come in.
        outputs: numbers a row that go out.
    """

    kind: Literal["linear"] = "linear"
    inputs: int = Field(ge=1)
    outputs: int = Field(ge=1)


class LayerNorm(_Layer):
    """Each row to mean 0 and variance 1, then a scale and a shift for each number."""

    kind: Literal["layer_norm"] = "layer_norm"
    width: int = Field(ge=1)


class Gelu(_Layer):
    """The Gaussian error linear unit, in its form with tanh."""

    kind: Literal["gelu"] = "gelu"


class Relu(_Layer):
    """What is below 0 becomes 0."""

    kind: Literal["relu"] = "relu"


class Sigmoid(_Layer):
    """Each number into 0 to 1."""

    kind: Literal["sigmoid"] = "sigmoid"


class Dropout(_Layer):
    """Some numbers become 0 while the network is trained; otherwise nothing."""

    kind: Literal["dropout"] = "dropout"
    share: float = Field(ge=0.0, lt=1.0)


class Attention(_Layer):
    """Attention over a sequence of one position: its weight is 1, so only the values pass.

    The queries and keys are there, and are learned nothing about.
    """

    kind: Literal["attention"] = "attention"
    width: int = Field(ge=1)
    heads: int = Field(ge=1)
    share: float = Field(ge=0.0, lt=1.0, description="Of the weights that dropout makes 0.")


class Residual(_Layer):
    """What comes in is added to what its layers make of it."""

    kind: Literal["residual"] = "residual"
    layers: "tuple[Layer, ...]"


Layer: TypeAlias = Annotated[
    Linear | LayerNorm | Gelu | Relu | Sigmoid | Dropout | Attention | Residual,
    Field(discriminator="kind"),
]
Layers: TypeAlias = tuple[Layer, ...]
Residual.model_rebuild()


def name_tensors(layers: Sequence[Layer], prefix: str) -> dict[str, tuple[int, ...]]:
    """The shapes of the tensors of a network, by the names that torch gives them.

    Args:
        layers: of the network.
        prefix: of the names.
    """
    shapes: dict[str, tuple[int, ...]] = {}
    for number, layer in enumerate(layers):
        name = f"{prefix}.{number}"
        match layer:
            case Linear():
                shapes[f"{name}.weight"] = (layer.outputs, layer.inputs)
                shapes[f"{name}.bias"] = (layer.outputs,)
            case LayerNorm():
                shapes[f"{name}.weight"] = shapes[f"{name}.bias"] = (layer.width,)
            case Attention():
                shapes[f"{name}.in_proj_weight"] = (3 * layer.width, layer.width)
                shapes[f"{name}.in_proj_bias"] = (3 * layer.width,)
                shapes[f"{name}.out_proj.weight"] = (layer.width, layer.width)
                shapes[f"{name}.out_proj.bias"] = (layer.width,)
            case Residual():
                shapes |= name_tensors(layer.layers, name)
            case _:  # the others have none
                continue
    return shapes


def compute(layers: Sequence[Layer], tensors: Tensors, prefix: str, rows: Array) -> Array:
    """Send rows through a network, as it is when it is not trained.

    Args:
        layers: of the network.
        tensors: by the names of `name_tensors`.
        prefix: of the names.
        rows: (n, w) float32.

    Returns:
        (n, w') float32.
    """
    for number, layer in enumerate(layers):
        rows = _apply(layer, tensors, f"{prefix}.{number}", rows)
    return rows


def _apply(layer: Layer, tensors: Tensors, name: str, rows: Array) -> Array:
    match layer:
        case Linear():
            return rows @ tensors[f"{name}.weight"].T + tensors[f"{name}.bias"]
        case LayerNorm():
            return _normalise(rows) * tensors[f"{name}.weight"] + tensors[f"{name}.bias"]
        case Gelu() | Relu() | Sigmoid():
            return _activate(layer, rows)
        case Dropout():
            return rows
        case Attention():
            return _pass_values(layer, tensors, name, rows)
        case Residual():
            return rows + compute(layer.layers, tensors, name, rows)


def _activate(layer: Gelu | Relu | Sigmoid, rows: Array) -> Array:
    match layer:
        case Gelu():
            inner: Array = _GELU_SCALE * (rows + _GELU_CUBE * rows * rows * rows)
            bent: Array = np.tanh(inner)
            found: Array = _HALF * rows * (_ONE + bent)
            return found
        case Relu():
            return np.maximum(rows, np.float32(0.0))
        case Sigmoid():
            share: Array = _ONE / (_ONE + np.exp(-np.clip(rows, -_FAR, _FAR)))
            return share


def _normalise(rows: Array) -> Array:
    centred: Array = rows - rows.mean(axis=1, keepdims=True)
    variance: Array = (centred * centred).mean(axis=1, keepdims=True)
    deviation: Array = np.sqrt(variance + np.float32(EPSILON))
    return centred / deviation


def _pass_values(layer: Attention, tensors: Tensors, name: str, rows: Array) -> Array:
    values = slice(2 * layer.width, 3 * layer.width)
    weights, bias = tensors[f"{name}.in_proj_weight"], tensors[f"{name}.in_proj_bias"]
    passed: Array = rows @ weights[values].T + bias[values]
    mixed: Array = passed @ tensors[f"{name}.out_proj.weight"].T
    return mixed + tensors[f"{name}.out_proj.bias"]
