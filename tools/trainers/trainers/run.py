"""Records in, outcomes out: what a trained space says of them."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import numpy as np
import safetensors.numpy
from affectory_protocol.errors import UsageError
from affectory_protocol.record import Record
from affectory_protocol.records import Blendshapes, Expression, Text
from numpy.typing import NDArray

from trainers.expression_space.encoder import Encoder
from trainers.expression_space.examples import LAYOUT, read_face
from trainers.expression_space.features import TEXTS_AT_ONCE, Features
from trainers.expression_space.layers import Array
from trainers.expression_space.space import Space

DIGITS = 4
"""Decimals of a weight."""


@contextmanager
def open_features(encoder: Encoder, cache: Path | None) -> Iterator[Features]:
    """The features of an encoder, and the file they are kept in."""
    features = Features(encoder, cache)
    try:
        yield features
    finally:
        features.close()


def load_space(path: Path, encoder: Encoder) -> Space:
    """Load a space that was trained with an encoder.

    Raises:
        UsageError: it was trained with another one.
    """
    space = Space.load(path)
    told = space.config.encoder
    if told.name != encoder.name:
        raise UsageError(
            f"the space was trained with the backend {told.name}, not {encoder.name}",
            hint=f"Add --backend {told.name}.",
        )
    if told.digest != encoder.digest:
        raise UsageError(
            f"the space was trained with another {encoder.name}: {told.model or told.digest}",
            hint="Take the model that it was trained with, or train it again.",
        )
    return space


def predict(records: Sequence[Record], *, space: Space, features: Features) -> list[Expression]:
    """Read the face of each sentence off the space.

    Each row is computed alone, so that neighbours do not change its last bits.
    """
    encoded = features.encode([record[Text].content for record in records])
    return [_to_expression(space.predict(row[np.newaxis])[0]) for row in encoded]


def _to_expression(face: Array) -> Expression:
    """A face as a section; weights that nothing has bounded (`original`) are cut off at 0 and 1."""
    weights = np.clip(face.astype(np.float64), 0.0, 1.0).round(DIGITS).tolist()
    return Expression(blendshapes=Blendshapes(layout=LAYOUT, weights=weights))


def embed(records: Iterable[Record], *, space: Space, features: Features) -> bytes:
    """Find where sentences lie, and their faces where they have some.

    Returns:
        Safetensors: `texts` (n, k) float32, `faces` (m, k) float32, `face_rows` (m,) int64 that say
        to which of the n records they belong; the entry `embeddings` of its metadata holds the ids.
    """
    ids: list[str] = []
    rows: list[int] = []
    texts: list[Array] = []
    faces: list[Array] = []
    waiting = iter(records)
    while batch := list(islice(waiting, TEXTS_AT_ONCE)):
        encoded = features.encode([record[Text].content for record in batch])
        for record, row in zip(batch, encoded, strict=True):
            expression = record.get(Expression)
            if expression is not None and expression.blendshapes is not None:
                rows.append(len(ids))
                faces.append(space.embed_faces(read_face(expression)[np.newaxis])[0])
            ids.append(record.id)
            texts.append(space.embed_texts(row[np.newaxis])[0])
    nowhere = np.zeros((0, space.config.dimension), dtype=np.float32)
    tensors: dict[str, NDArray[np.generic]] = {
        "texts": np.stack(texts) if texts else nowhere,
        "faces": np.stack(faces) if faces else nowhere,
        "face_rows": np.array(rows, dtype=np.int64),
    }
    told = {"space": space.name, "ids": ids}
    return safetensors.numpy.save(tensors, metadata={"embeddings": json.dumps(told)})
