"""The networks of the presets, as lists of layers.

`original` is that of the system this replaces: 52.6 million parameters, Transformer layers over
sequences of one position, an output that nothing bounds.
"""

from affectory_protocol.errors import UsageError
from affectory_protocol.vocabularies.blendshapes import LAYOUTS

from trainers.expression_space.examples import LAYOUT, SHAPES
from trainers.expression_space.layers import (
    Attention,
    Dropout,
    Gelu,
    LayerNorm,
    Layers,
    Linear,
    Relu,
    Residual,
    Sigmoid,
)
from trainers.expression_space.recipe import MAX_PARAMETERS, Preset, Recipe
from trainers.expression_space.space import Network

ORIGINAL_LAYOUT = "mediapipe-51"
"""Without tongueOut."""
_BLOCKS, _HEADS, _INNER = 8, 4, 2_048
"""Transformer layers of encoder and decoder each, heads, and numbers in a layer's middle."""


def build_network(preset: Preset, recipe: Recipe, encoded: int) -> Network:
    """The networks of a preset.

    Args:
        preset: which.
        recipe: with the widths.
        encoded: d, length of an encoded text.

    Raises:
        UsageError: those of `compact` would have too many parameters, or the heads of `original`
            cannot share the dimension.
    """
    if preset is Preset.ORIGINAL:
        if recipe.dimension % _HEADS:
            raise UsageError(
                f"dimension is not divisible by the {_HEADS} heads of original: {recipe.dimension}",
                hint=f"Make dimension of the recipe a multiple of {_HEADS}.",
            )
        return _build_original(recipe, encoded)
    network = _build_compact(recipe, encoded)
    if network.parameters > MAX_PARAMETERS:
        raise UsageError(
            f"the networks would have {network.parameters} parameters, more than {MAX_PARAMETERS}",
            hint="Make dimension, text_width or face_width of the recipe smaller.",
        )
    return network


def _build_compact(recipe: Recipe, encoded: int) -> Network:
    text, face, space = recipe.text_width, recipe.face_width, recipe.dimension
    shapes = len(SHAPES)
    return Network(
        layout=LAYOUT,
        projector=(
            Dropout(share=recipe.input_dropout),
            Linear(inputs=encoded, outputs=text),
            LayerNorm(width=text),
            Gelu(),
            Dropout(share=recipe.dropout),
            Linear(inputs=text, outputs=space),
        ),
        encoder=_three_layers(shapes, face, space),
        decoder=(*_three_layers(space, face, shapes), Sigmoid()),
    )


def _three_layers(inputs: int, middle: int, outputs: int) -> Layers:
    return (
        Linear(inputs=inputs, outputs=middle),
        LayerNorm(width=middle),
        Gelu(),
        Linear(inputs=middle, outputs=outputs),
    )


def _build_original(recipe: Recipe, encoded: int) -> Network:
    space, dropout = recipe.dimension, recipe.dropout
    shapes = len(LAYOUTS[ORIGINAL_LAYOUT])
    blocks = tuple(layer for _ in range(_BLOCKS) for layer in _transformer(space, dropout))
    return Network(
        layout=ORIGINAL_LAYOUT,
        projector=_two_layers(encoded, recipe.text_width, space, dropout),
        encoder=(*_two_layers(shapes, recipe.face_width, space, dropout), *blocks),
        decoder=(*blocks, *_two_layers(space, recipe.face_width, shapes, dropout)[:-1]),
    )


def _two_layers(inputs: int, middle: int, outputs: int, dropout: float) -> Layers:
    return (
        Linear(inputs=inputs, outputs=middle),
        LayerNorm(width=middle),
        Relu(),
        Dropout(share=dropout),
        Linear(inputs=middle, outputs=outputs),
        LayerNorm(width=outputs),
    )


def _transformer(width: int, dropout: float) -> Layers:
    """One layer whose norms come last (Vaswani et al. 2017, "Attention Is All You Need", 3.1)."""
    return (
        Residual(
            layers=(Attention(width=width, heads=_HEADS, share=dropout), Dropout(share=dropout))
        ),
        LayerNorm(width=width),
        Residual(
            layers=(
                Linear(inputs=width, outputs=_INNER),
                Relu(),
                Dropout(share=dropout),
                Linear(inputs=_INNER, outputs=width),
                Dropout(share=dropout),
            )
        ),
        LayerNorm(width=width),
    )
