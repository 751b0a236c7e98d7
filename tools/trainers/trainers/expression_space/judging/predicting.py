"""Asks a space, and everyone beside it, for the faces of the test records."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from affectory_protocol.cli.components import Components
from affectory_protocol.errors import ManifestError
from numpy.typing import NDArray

from trainers.expression_space.disk_array import make_disk_array
from trainers.expression_space.examples import Examples
from trainers.expression_space.features import Features
from trainers.expression_space.judging.baselines import predict_mean
from trainers.expression_space.judging.budget import describe_training
from trainers.expression_space.judging.lookups import Given, choose_lookup
from trainers.expression_space.judging.predictions import (
    DECODED,
    THIS,
    Answer,
    Meaning,
    Predictions,
)
from trainers.expression_space.judging.ranks import draw_pools
from trainers.expression_space.judging.read_back import CLASSES
from trainers.expression_space.judging.rivals import Side, ask_baselines
from trainers.expression_space.judging.said import mark_said
from trainers.expression_space.normal_text import normalise_text
from trainers.expression_space.overlap import find_overlap
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
        ManifestError: a split has no records.
    """
    train, validation, test = (_encode(examples.part(split), features, split) for split in Split)
    center = predict_mean(train.examples.faces, 1)[0]
    given = _give(validation, center, manner)
    answers = {name: _ask(space, test) for name, space in spaces.items()}
    baselines = ask_baselines(train, validation, test, given)
    _, decoded = choose_lookup([_predict(spaces[THIS], validation)], given)
    return Predictions(
        meaning=Meaning(
            ids=test.examples.ids,
            annotators=tuple(test.examples.annotators),
            pool=manner.pool,
            seed=manner.seed,
            train=len(train.examples),
            validation=len(validation.examples),
            any_data=manner.any_data,
            overlap=None if manner.any_data else len(find_overlap(examples)),
            training={name: describe_training(space.config) for name, space in spaces.items()},
            chosen={name: one.chosen for name, one in baselines.items() if one.chosen},
            lookups={DECODED: decoded, **{name: one.lookup for name, one in baselines.items()}},
            majority=_find_majority(train.examples),
        ),
        target=test.examples.faces,
        center=center,
        group=_number_groups(test.examples),
        said=mark_said(test.examples.emotions),
        answers={
            THIS: answers.pop(THIS),
            **{name: one.answer for name, one in baselines.items()},
            **answers,
        },
    )


def _give(validation: Side, center: Floats, manner: Manner) -> Given:
    pools = list(draw_pools(len(validation.examples), manner.pool, manner.seed))
    return Given(validation.examples.faces, center, pools)


def _find_majority(train: Examples) -> str | None:
    """The class that people found most often, of equally frequent ones the first."""
    counts = mark_said(train.emotions).sum(axis=0)
    return CLASSES[int(counts.argmax())] if counts.any() else None


def _encode(examples: Examples, features: Features, split: Split) -> Side:
    """Encode the texts of a split into an array on the disk: 60,000 take half a gigabyte."""
    n = len(examples)
    if n == 0:
        raise ManifestError(
            f"no record is in the split: {split}",
            hint="`manifest split` divides a manifest; evaluate reads all of its parts.",
        )
    encoded = make_disk_array((n, features.encoder.dimension))
    for start in range(0, n, ROWS_AT_ONCE):
        texts = examples.texts[start : start + ROWS_AT_ONCE]
        encoded[start : start + len(texts)] = features.encode(texts)
    return Side(examples, encoded)


def _ask(space: Space, test: Side) -> Answer:
    texts, places = [], []
    for rows in _cut(len(test.features)):
        texts.append(space.embed_texts(test.features[rows]))
        places.append(space.embed_faces(test.examples.faces[rows]))
    return Answer(_predict(space, test), np.concatenate(texts), np.concatenate(places))


def _predict(space: Space, side: Side) -> Floats:
    return np.concatenate([space.predict(side.features[rows]) for rows in _cut(len(side.features))])


def _cut(count: int) -> list[slice]:
    return [slice(start, start + ROWS_AT_ONCE) for start in range(0, count, ROWS_AT_ONCE)]


def _number_groups(examples: Examples) -> NDArray[np.int64]:
    """Number the groups: records that share a text or a value of a group, or are linked by some."""
    with Components(0) as components:
        for text, groups in zip(examples.texts, examples.groups, strict=True):
            components.add([normalise_text(text), *map(repr, sorted(groups))])
        roots: Sequence[int] = list(components.roots())
    _, numbers = np.unique(roots, return_inverse=True)
    return numbers.astype(np.int64)
