"""All figures of a space, from its predictions alone.

- `text-to-face-pool-r1`, `-r5`, `-r10`: share of sentences whose face is among the nearest 1, 5, 10
  of a pool of records; `-rank` is the median place. `face-to-text` the other way, `all` among all
  scored records. What has a space is looked up by the cosine in it, what only predicts a face in
  the way of `lookups.py` that was best for it on validation records. `this-decoded` is the space
  itself, looked up in such a way by the face that it predicts.
- `mae-all`, `mae-brow`, …: mean absolute error of the predicted face, whole and by part.
- `au-f1`: of action units read from the predicted face, against those read from the annotator's;
  the mean over the units that either shows. `au-f1-micro` counts every single unit the same.
- `outside`: share of weights below 0 or above 1.
- `emotion-f1`: of the emotion that the predicted face is read back as, against those that people
  found, the mean over the classes that either has; of records with labels. `majority` is the class
  that people found most often in training records.
- `text-cosine`, `face-cosine`, `text-effective-rank`, `face-effective-rank`: see `collapse.py`;
  of records no two of which have one face.

A figure that is no number, since there is nothing that could be right or wrong, is left out.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from affectory_protocol.evaluation import DIGITS, Metric
from numpy.typing import NDArray

from trainers.expression_space.collapse import Collapse
from trainers.expression_space.judging.lookups import score_faces
from trainers.expression_space.judging.measures import Matches, Means, Medians, Spread
from trainers.expression_space.judging.predictions import DECODED, THIS, Answer, Predictions
from trainers.expression_space.judging.ranks import (
    Pool,
    Score,
    draw_pools,
    find_ceiling,
    find_identical,
    rank_in_pools,
    score_cosine,
)
from trainers.expression_space.judging.read_back import CLASSES, read_emotions
from trainers.expression_space.judging.resampling import (
    RESAMPLES,
    Figures,
    Measure,
    Weights,
    draw,
    measure_intervals,
)
from trainers.expression_space.judging.shapes import measure_errors, measure_outside
from trainers.expression_space.judging.units import find_units

DEPTHS = (1, 5, 10)
"""Places up to which an answer counts as found."""
PROTOTYPE = "prototype"
"""The baseline that is told what people said, and so is not asked what they said."""
ANNOTATOR, MAJORITY = "annotator", "majority"
"""Baselines of emotions alone: the annotator's own face read back, and the most frequent class."""
MAX_SPREAD = 1_000
"""Records that the spread of a space is measured on, at most: its intervals are dear."""
SPREAD_RESAMPLES = 200

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Family:
    """Figures that are computed together.

    Attributes:
        unit: of all of them.
        measures: by method, of the rows.
        rows: records that are measured.
        lower_is_better: which way is better.
        resamples: for intervals.
        is_centred: whether the interval is laid around the value: a draw that has records twice
            uses fewer directions than all records do.
    """

    unit: str
    measures: Mapping[str, Measure]
    rows: Rows
    lower_is_better: bool = False
    resamples: int = RESAMPLES
    is_centred: bool = False


class Judge:
    """Computes figures.

    Args:
        predictions: of the scored records.
    """

    def __init__(self, predictions: Predictions) -> None:
        self._given = predictions
        self._answers = predictions.answers
        n = len(predictions.meaning.ids)
        seed = predictions.meaning.seed
        self._rows = np.arange(n)
        self._identical = find_identical(predictions.target)
        self._pools: dict[str, list[Pool]] = {
            "pool": list(draw_pools(n, predictions.meaning.pool, seed)),
            "all": list(draw_pools(n, n, seed)),
        }

    def state_metrics(self) -> tuple[Metric, ...]:
        """Every figure with its interval and what baselines reach."""
        families = [*self._list_compared(), *self._list_emotions(), *self._list_spread()]
        return tuple(metric for family in families for metric in self._state(family))

    def find_ceilings(self) -> Figures:
        """What a perfect answer would reach, since identical faces cannot be told apart."""
        return {
            f"{name}-r{depth}": round(float((ranks <= depth).mean()), DIGITS)
            for name, pools in self._pools.items()
            for ranks in [find_ceiling(self._identical, pools)]
            for depth in DEPTHS
        }

    def _list_compared(self) -> Iterator[Family]:
        asked = dict(self._answers)
        if DECODED in self._given.meaning.lookups:
            asked[DECODED] = Answer(asked[THIS].faces)
        places = {name: self._look_up(name, answer) for name, answer in asked.items()}
        found = {name: Means(_count_found(ranks)).measure for name, ranks in places.items()}
        yield Family("share", found, self._rows)
        medians = {name: Medians(_name_ranks(ranks)).measure for name, ranks in places.items()}
        yield Family("place", medians, self._rows, lower_is_better=True)
        yield self._compare("weight, 0 to 1", self._measure_mae, lower_is_better=True)
        yield self._compare("share", self._match_units)
        yield self._compare("share", _measure_outside, lower_is_better=True)

    def _compare(
        self, unit: str, make: Callable[[Answer], Measure], *, lower_is_better: bool = False
    ) -> Family:
        measures = {name: make(answer) for name, answer in self._answers.items()}
        return Family(unit, measures, self._rows, lower_is_better)

    def _look_up(self, name: str, answer: Answer) -> dict[str, NDArray[np.float64]]:
        """The place of each record, by direction and pool."""
        return {
            f"{way}-{of}": rank_in_pools(score, self._identical, pools)
            for way, score in self._score(name, answer).items()
            for of, pools in self._pools.items()
        }

    def _score(self, name: str, answer: Answer) -> dict[str, Score]:
        """How texts are held against faces, by direction."""
        score: Callable[[NDArray[np.float32], NDArray[np.float32]], Score] = score_cosine
        texts, faces = answer.text_latents, answer.face_latents
        if texts is None or faces is None:
            way = self._given.meaning.lookups[name].way
            score = partial(score_faces, way=way, center=self._given.center)
            texts = answer.faces if answer.looked_up is None else answer.looked_up
            faces = self._given.target
        return {"text-to-face": score(texts, faces), "face-to-text": score(faces, texts)}

    def _measure_mae(self, answer: Answer) -> Measure:
        errors = measure_errors(answer.faces, self._given.target)
        return Means({f"mae-{part}": error for part, error in errors.items()}).measure

    def _match_units(self, answer: Answer) -> Measure:
        return Matches("au-f1", find_units(self._given.target), find_units(answer.faces)).measure

    def _list_emotions(self) -> Iterator[Family]:
        rows = np.flatnonzero(self._given.said.any(axis=1))
        if not len(rows):
            return
        said = self._given.said[rows]
        faces = {name: one.faces for name, one in self._answers.items() if name != PROTOTYPE}
        found = {
            name: read_emotions(one[rows])
            for name, one in {**faces, ANNOTATOR: self._given.target}.items()
        }
        if (majority := self._given.meaning.majority) is not None:
            found[MAJORITY] = np.tile([name == majority for name in CLASSES], (len(rows), 1))
        measures = {name: Matches("emotion-f1", said, one).measure for name, one in found.items()}
        yield Family("share", measures, rows)

    def _list_spread(self) -> Iterator[Family]:
        rows = self._find_distinct()
        spread = {
            name: Spread({"text": one.text_latents[rows], "face": one.face_latents[rows]})
            for name, one in self._answers.items()
            if one.text_latents is not None and one.face_latents is not None
        }
        cosines = {name: one.measure_cosines for name, one in spread.items()}
        yield Family("cosine", cosines, rows, lower_is_better=True, resamples=SPREAD_RESAMPLES)
        ranks = {name: one.measure_ranks for name, one in spread.items()}
        yield Family("directions", ranks, rows, resamples=SPREAD_RESAMPLES, is_centred=True)

    def _find_distinct(self) -> Rows:
        """Records with a face each of its own, the first of each, or some of them."""
        _, first = np.unique(self._identical, return_index=True)
        random = np.random.default_rng(self._given.meaning.seed)
        return np.sort(random.permutation(first)[:MAX_SPREAD])

    def _state(self, family: Family) -> Iterator[Metric]:
        everything: Weights = np.ones(len(family.rows), dtype=np.int64)
        values = {name: measure(everything) for name, measure in family.measures.items()}
        _, groups = np.unique(self._given.group[family.rows], return_inverse=True)
        draws = draw(groups, self._given.meaning.seed, times=family.resamples)
        around = values[THIS] if family.is_centred else None
        intervals = measure_intervals(family.measures[THIS], draws, around=around)
        for name, (low, high) in intervals.items():
            yield Metric(
                name=name,
                unit=family.unit,
                value=round(values[THIS][name], DIGITS),
                ci95=(round(low, DIGITS), round(high, DIGITS)),
                n=len(family.rows),
                failures=0,  # whoever is asked predicts a face for every text, or the run ends
                baselines={
                    of: round(each[name], DIGITS)
                    for of, each in values.items()
                    if of != THIS and not math.isnan(each[name])
                },
                lower_is_better=family.lower_is_better,
            )


def find_collapsed(metrics: tuple[Metric, ...]) -> dict[str, bool]:
    """Whether the spaces have collapsed by the rule of `collapse.py`, this and those beside it."""
    values = {metric.name: {THIS: metric.value, **metric.baselines} for metric in metrics}
    return {
        of: any(
            Collapse(
                values[f"{side}-cosine"][of], values[f"{side}-effective-rank"][of]
            ).is_collapsed
            for side in ("text", "face")
        )
        for of in values["text-cosine"]
    }


def _measure_outside(answer: Answer) -> Measure:
    return Means({"outside": measure_outside(answer.faces)}).measure


def _count_found(ranks: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.bool_]]:
    return {f"{way}-r{depth}": each <= depth for way, each in ranks.items() for depth in DEPTHS}


def _name_ranks(ranks: Mapping[str, NDArray[np.float64]]) -> dict[str, NDArray[np.float64]]:
    return {f"{way}-rank": each for way, each in ranks.items()}
