"""The linear model: for each head one whole number a feature, summed up exactly.

A sentence is the set of its n-grams (`ngrams.py`) that the model has weights for. The sum of their
weights is a whole number, so it does not depend on the order of the terms, on batches or threads;
what follows are single operations that IEEE 754 rounds in one way. The evidence of a head is

    scale * sum / sqrt(number of features) + bias

Shapes: f features, h heads.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from math import exp, sqrt
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy
from affectory_protocol.errors import UsageError
from affectory_protocol.records.base import MAX_INTEGER
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from numpy.typing import NDArray

from llm_annotate.ngrams import hash_pairs, hash_word, read_words

CLASSES: tuple[str, ...] = VOCABULARIES["ekman"]
DIGITS = 4
"""Decimals of a probability."""
CACHED_WORDS = 32_768
"""Words whose features are remembered, some 10 MB; most words recur."""
MAX_EVIDENCE = 700.0
"""Evidence beyond this is a probability of 0 or 1; its exponential is still a number."""
_FILE = "linear.safetensors"
_HEADER = "llm-annotate linear 1"
_DTYPES = {"keys": "uint32", "weights": "int8", "scales": "float64", "biases": "float64"}
_DTYPES["texts"] = "uint8"
_BROKEN = (
    safetensors.SafetensorError,
    KeyError,
    TypeError,
    ValueError,
    OverflowError,  # an integer that is no float
    RecursionError,  # JSON that nests too deep
)
"""What a file raises that is read as if it held weights."""


@dataclass(frozen=True)
class Head:
    """One thing that is told of a sentence.

    Attributes:
        kind: `class`, log-odds that people would say this label of `ekman`; `label`, the same for
            one of `goemotions`; `strength`, intensity of a label of `ekman`, 0 to 1 or about.
        label: the label.
    """

    kind: str
    label: str


@dataclass(frozen=True)
class LinearModel:
    """Weights, and what they mean.

    Attributes:
        keys: (f,) numbers of the n-grams, ascending.
        weights: (f, h) whole numbers, -127 to 127.
        scales: (h,) what a weight of 1 is worth.
        biases: (h,) evidence of a sentence without features.
        texts: sentences that were learned from, a Bloom filter (`training_texts.py`).
        heads: h of them; the first seven are the classes of `ekman`, in its order.
        thresholds: least probability by which an emotion is shown, by label of `ekman`.
        sentences: how many were learned from, by split.
    """

    keys: NDArray[np.uint32]
    weights: NDArray[np.int8]
    scales: NDArray[np.float64]
    biases: NDArray[np.float64]
    texts: NDArray[np.uint8]
    heads: tuple[Head, ...]
    thresholds: Mapping[str, float]
    sentences: Mapping[str, int]

    @cached_property
    def name(self) -> str:
        """What `made_by` calls these weights: the start of the digest of their file, 64 bits."""
        return f"sha256:{hashlib.sha256(write_model(self)).hexdigest()[:16]}"

    @cached_property
    def _rows(self) -> dict[int, int]:
        return {key: row for row, key in enumerate(self.keys.tolist())}

    @cached_property
    def _find_word(self) -> Callable[[str], tuple[int, ...]]:
        rows = self._rows
        known = rows.keys()

        def find(word: str) -> tuple[int, ...]:
            return tuple({rows[key] for key in hash_word(word) if key in known})

        return lru_cache(maxsize=CACHED_WORDS)(find)

    def find_features(self, text: str) -> list[int]:
        """The rows of the features of a text, each once, in no order."""
        words = read_words(text)
        rows = self._rows
        found = {rows[key] for key in hash_pairs(words) if key in rows}
        found.update(*map(self._find_word, words))
        return list(found)

    def weigh(self, text: str) -> list[float]:
        """The evidence of each head for a text."""
        features = self.find_features(text)
        if not features:
            return [float(bias) for bias in self.biases]
        sums = self.weights[features].sum(axis=0, dtype=np.int64)
        evidence: list[float] = (sums * self.scales / sqrt(len(features)) + self.biases).tolist()
        return evidence


def to_probability(evidence: float) -> float:
    """The probability of log-odds, in steps of 0.0001."""
    bounded = max(-MAX_EVIDENCE, min(MAX_EVIDENCE, evidence))
    return round(1.0 / (1.0 + exp(-bounded)), DIGITS)


def write_model(model: LinearModel) -> bytes:
    """Write a model as safetensors; the same model gives the same bytes."""
    meaning = {
        "format": _HEADER,
        "heads": [[head.kind, head.label] for head in model.heads],
        "thresholds": dict(model.thresholds),
        "sentences": dict(model.sentences),
    }
    tensors = {name: np.ascontiguousarray(getattr(model, name)) for name in _DTYPES}
    # One entry only: safetensors does not promise an order of several.
    return safetensors.numpy.save(tensors, metadata={"model": json.dumps(meaning)})


def parse_model(content: bytes) -> LinearModel:
    """Read a model as `write_model` writes it.

    Raises:
        UsageError: these are no weights of this model.
    """
    try:
        tensors = safetensors.numpy.load(content)
        meaning = _read_meaning(content)
        heads = tuple(Head(*map(str, head)) for head in meaning["heads"])
        model = LinearModel(
            **{name: tensors[name] for name in _DTYPES},
            heads=heads,
            thresholds={label: float(meaning["thresholds"][label]) for label in CLASSES[:-1]},
            sentences={split: meaning["sentences"][split] for split in ("train", "validation")},
        )
    except _BROKEN:
        raise _refuse() from None
    _check_shapes(model)
    return model


def _read_meaning(content: bytes) -> dict[str, Any]:
    """The entry of the metadata; after the file's first 8 bytes, which say how long it is."""
    length = int.from_bytes(content[:8], "little")
    metadata = json.loads(content[8 : 8 + length])["__metadata__"]
    meaning: dict[str, Any] = json.loads(metadata["model"])
    if meaning["format"] != _HEADER:
        raise ValueError
    return meaning


def _check_shapes(model: LinearModel) -> None:
    features, heads = len(model.keys), len(model.heads)
    classes = tuple(Head("class", label) for label in CLASSES)
    is_sound = (
        all(getattr(model, name).dtype == dtype for name, dtype in _DTYPES.items())
        and model.weights.shape == (features, heads)
        and model.scales.shape == model.biases.shape == (heads,)
        and np.isfinite(model.scales).all()
        and np.isfinite(model.biases).all()
        and model.heads[: len(classes)] == classes
        and all(0.0 <= threshold <= 1.0 for threshold in model.thresholds.values())
        and model.texts.ndim == 1
        and model.texts.size > 0
        and all(type(n) is int and 0 <= n <= MAX_INTEGER for n in model.sentences.values())
    )
    if not is_sound:
        raise _refuse()


def _refuse() -> UsageError:
    return UsageError(
        "the file of weights is not one of the backend linear",
        hint="Make one with `llm-annotate derive-linear`, or leave --weights out.",
    )


def load_model() -> LinearModel:
    """Read the model that comes with the package, some milliseconds."""
    return parse_model(files("llm_annotate").joinpath("data", _FILE).read_bytes())
