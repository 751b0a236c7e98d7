"""Asks those who know little, each with what serves it best on validation records."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from trainers.expression_space.examples import Examples
from trainers.expression_space.judging.baselines import (
    STRENGTHS,
    Data,
    Ridge,
    find_nearest,
    predict_mean,
    predict_median,
)
from trainers.expression_space.judging.figures import PROTOTYPE
from trainers.expression_space.judging.lookups import Given, Lookup, choose_lookup
from trainers.expression_space.judging.predictions import Answer
from trainers.expression_space.judging.prototypes import Prototypes, Told

Floats = NDArray[np.float32]


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


class Baseline(NamedTuple):
    """One who knows little.

    Attributes:
        answer: for test records.
        lookup: the way that was chosen for it.
        chosen: what else was.
    """

    answer: Answer
    lookup: Lookup
    chosen: dict[str, float]


def ask_baselines(train: Side, validation: Side, test: Side, given: Given) -> dict[str, Baseline]:
    """Ask the baselines; what is chosen for each is chosen on validation records."""
    learned = train.examples.faces
    prototypes = Prototypes(validation.told, given.center)
    faces = {
        "mean": [predict_mean(learned, len(side.examples)) for side in (validation, test)],
        "median": [predict_median(learned, len(side.examples)) for side in (validation, test)],
        PROTOTYPE: [prototypes.predict(side.examples.emotions) for side in (validation, test)],
        "nearest": [
            learned[find_nearest(side.features, train.features)] for side in (validation, test)
        ],
    }
    chosen = {PROTOTYPE: {"intensity": prototypes.intensity}}
    found = {
        name: Baseline(Answer(asked), choose_lookup([tried], given)[1], chosen.get(name, {}))
        for name, (tried, asked) in faces.items()
    }
    return {
        **found,
        "ridge": _ask_ridge(Ridge(train.data, validation.data), validation, test, given),
    }


def _ask_ridge(ridge: Ridge, validation: Side, test: Side, given: Given) -> Baseline:
    """Ask the linear map; what is best for lookups may be another strength than for errors."""
    strengths = [ridge.strength, *(one for one in STRENGTHS if one != ridge.strength)]
    tried = [ridge.predict(validation.features, strength) for strength in strengths]
    position, lookup = choose_lookup(tried, given)
    looked_up = ridge.predict(test.features, strengths[position]) if position else None
    return Baseline(
        Answer(ridge.predict(test.features), looked_up=looked_up),
        lookup,
        {"strength": ridge.strength, "lookup-strength": strengths[position]},
    )
