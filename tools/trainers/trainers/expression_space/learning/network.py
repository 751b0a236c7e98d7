"""The networks of a space in torch, made from their lists of layers.

Names of tensors are those of `layers.name_tensors`, so that numpy reads what torch has learned.

Shapes: n rows, w numbers a row.
"""

from collections.abc import Sequence
from typing import cast

import torch
from affectory_protocol.errors import UnavailableError
from torch import nn

from trainers.expression_space.layers import (
    EPSILON,
    Attention,
    Dropout,
    Gelu,
    Layer,
    LayerNorm,
    Linear,
    Relu,
    Residual,
    Sigmoid,
)
from trainers.expression_space.space import Network

SILENT = -3.0
"""Bias that a bounded output begins with: most shapes of most faces are 0, and this is 0.05."""


class SpaceModel(nn.Module):
    """The three networks.

    Args:
        network: their layers.
    """

    def __init__(self, network: Network) -> None:
        super().__init__()
        self.projector = build_stack(network.projector)
        self.encoder = build_stack(network.encoder)
        self.decoder = build_stack(network.decoder)
        if isinstance(network.decoder[-1], Sigmoid):
            nn.init.constant_(self.decoder[-2].bias, SILENT)


def build_stack(layers: Sequence[Layer]) -> nn.Sequential:
    """A network of layers, with weights drawn as torch draws them."""
    return nn.Sequential(*map(_build, layers))


def _build(layer: Layer) -> nn.Module:
    match layer:
        case Linear():
            return nn.Linear(layer.inputs, layer.outputs)
        case LayerNorm():
            return nn.LayerNorm(layer.width, eps=EPSILON)
        case Dropout():
            return nn.Dropout(layer.share)
        case Attention():
            return _OnePosition(layer.width, layer.heads, dropout=layer.share, batch_first=True)
        case Residual():
            return _Added(*map(_build, layer.layers))
        case Gelu() | Relu() | Sigmoid():
            return _build_activation(layer)


def _build_activation(layer: Gelu | Relu | Sigmoid) -> nn.Module:
    match layer:
        case Gelu():
            return nn.GELU(approximate="tanh")
        case Relu():
            return nn.ReLU()
        case Sigmoid():
            return nn.Sigmoid()


class _Added(nn.Sequential):
    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        return rows + cast("torch.Tensor", super().forward(rows))


class _OnePosition(nn.MultiheadAttention):
    def forward(self, rows: torch.Tensor) -> torch.Tensor:
        sequence = rows.unsqueeze(1)  # (n, 1, w)
        mixed, _ = super().forward(sequence, sequence, sequence, need_weights=False)
        return cast("torch.Tensor", mixed.squeeze(1))


def find_device(name: str) -> torch.device:
    """The device of a name.

    Raises:
        UnavailableError: there is none.
    """
    try:
        device = torch.device(name)
    except RuntimeError:
        raise UnavailableError(f"no such device: {name}") from None
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise UnavailableError(f"no such GPU: {name}", hint="Leave --device out for the CPU.")
    return device
