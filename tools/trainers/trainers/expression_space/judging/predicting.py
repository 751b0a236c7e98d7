"""Asks a space, and everyone beside it, for the faces of the test records."""

import tempfile
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from affectory_protocol.cli.components import Components
from affectory_protocol.errors import UsageError
from numpy.typing import NDArray

from trainers.expression_space.examples import Examples
from trainers.expression_space.features import Features
from trainers.expression_space.judging.baselines import (
    Data,
    Ridge,
    find_nearest,
    predict_mean,
    predict_median,
)
from trainers.expression_space.judging.figures import PROTOTYPE
from trainers.expression_space.judging.predictions import THIS, Answer, Meaning, Predictions
from trainers.expression_space.judging.prototypes import Prototypes, Told
from trainers.expression_space.judging.said import mark_said
from trainers.expression_space.normal_text import normalise_text
from trainers.expression_space.space import Space
from trainers.expression_space.split import Split

ORIGINAL = "original"
"""A space of the preset of this name, trained on the same records."""
ROWS_AT_ONCE = 1_024
"""Texts and faces that go through networks together."""

Floats = NDArray[np.float32]


class Manner(NamedTuple):
    """How lookups are made.

    Attributes:
        pool: records that a lookup is among, at most.
        seed: of pools and intervals.
        any_data: whether spaces are judged that were trained among other records.
    """

    pool: int
    seed: int
    any_data: bool = False


class Side(NamedTuple):
    """The records of one split.

    Attributes:
        examples: of the records.
        features: (n, d) of their texts.
    """

    examples: Examples
    features: Floats

    @property
    def data(self) -> Data:
        """Texts with their faces."""
        return Data(self.features, self.examples.faces)

    @property
    def told(self) -> Told:
        """Records with what people said."""
        return Told(self.examples.emotions, self.examples.faces)


def predict_all(
    examples: Examples, *, spaces: dict[str, Space], features: Features, manner: Manner
) -> Predictions:
    """Predict the face of every test record, by each method.

    Args:
        examples: of all splits.
        spaces: `THIS`, and `ORIGINAL` where there is one.
        features: of texts, by the encoder that all spaces were trained with.
        manner: how lookups are made.

    Raises:
        UsageError: a split has no records.
    """
    train, validation, test = (_encode(examples.part(split), features, split) for split in Split)
    answers = {name: _ask(space, test) for name, space in spaces.items()}
    baselines, chosen = _ask_baselines(train, validation, test)
    return Predictions(
        meaning=Meaning(
            ids=test.examples.ids,
            annotators=tuple(examples.annotators),
            pool=manner.pool,
            seed=manner.seed,
            train=len(train.examples),
            validation=len(validation.examples),
            chosen=chosen,
        ),
        target=test.examples.faces,
        group=_number_groups(test.examples),
        said=mark_said(test.examples.emotions),
        answers={THIS: answers.pop(THIS), **baselines, **answers},
    )


def _encode(examples: Examples, features: Features, split: Split) -> Side:
    """Encode the texts of a split into an array on the disk: 60,000 take half a gigabyte."""
    n = len(examples)
    if n == 0:
        raise UsageError(
            f"no record is in the split: {split}",
            hint="`manifest split` divides a manifest; evaluate reads all of its parts.",
        )
    shape = (n, features.encoder.dimension)
    with tempfile.TemporaryFile() as file:
        encoded: Floats = np.memmap(file, dtype=np.float32, mode="w+", shape=shape)
    for start in range(0, n, ROWS_AT_ONCE):
        texts = examples.texts[start : start + ROWS_AT_ONCE]
        encoded[start : start + len(texts)] = features.encode(texts)
    return Side(examples, encoded)


def _ask(space: Space, test: Side) -> Answer:
    faces, texts, places = [], [], []
    for start in range(0, len(test.features), ROWS_AT_ONCE):
        rows = slice(start, start + ROWS_AT_ONCE)
        faces.append(space.predict(test.features[rows]))
        texts.append(space.embed_texts(test.features[rows]))
        places.append(space.embed_faces(test.examples.faces[rows]))
    return Answer(np.concatenate(faces), np.concatenate(texts), np.concatenate(places))


def _ask_baselines(
    train: Side, validation: Side, test: Side
) -> tuple[dict[str, Answer], dict[str, dict[str, float]]]:
    """The baselines, and what was chosen for each on validation records."""
    n, learned = len(test.examples), train.examples.faces
    mean = predict_mean(learned, n)
    ridge = Ridge(train.data, validation.data)
    prototypes = Prototypes(validation.told, mean[0])
    faces = {
        "mean": mean,
        "median": predict_median(learned, n),
        PROTOTYPE: prototypes.predict(test.examples.emotions),
        "nearest": learned[find_nearest(test.features, train.features)],
        "ridge": ridge.predict(test.features),
    }
    chosen = {
        PROTOTYPE: {"intensity": prototypes.intensity},
        "ridge": {"strength": ridge.strength},
    }
    return {name: Answer(face) for name, face in faces.items()}, chosen


def _number_groups(examples: Examples) -> NDArray[np.int64]:
    """Number the groups: records that share a text or a value of a group, or are linked by some."""
    with Components(0) as components:
        for text, groups in zip(examples.texts, examples.groups, strict=True):
            components.add([normalise_text(text), *map(repr, sorted(groups))])
        roots: Sequence[int] = list(components.roots())
    _, numbers = np.unique(roots, return_inverse=True)
    return numbers.astype(np.int64)
