"""What was predicted for each scored record, in a file from which every figure follows.

The file is safetensors: arrays of all records under the names below, and the rest as JSON in its
metadata. It holds no text.

- `target` (n, s): the face that the annotator gave;
- `center` (s,): the mean face of training records;
- `faces.NAME` (n, s): the face that NAME predicts from the text;
- `looked_up.NAME` (n, s): the face that NAME looks up by, where it is another;
- `text_latents.NAME`, `face_latents.NAME` (n, k): where NAME puts text and face, unit vectors;
- `group` (n,): number of the record's group; records of one group share a speaker, a text or so;
- `said` (n, c): which classes of `ekman` people found; a row without any has no label.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import safetensors.numpy
from affectory_protocol.errors import UsageError
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from trainers.expression_space.judging.budget import Training
from trainers.expression_space.judging.lookups import Lookup
from trainers.expression_space.judging.read_back import CLASSES
from trainers.expression_space.judging.shapes import NAMES
from trainers.expression_space.metadata import read_entry

THIS = "this"
"""The space that is judged."""
DECODED = "this-decoded"
"""The same space, not asked what lies near in it, but what is like the face that it predicts."""
FORMAT = "expression-space-predictions-2"
_BROKEN = (safetensors.SafetensorError, KeyError, ValueError, TypeError)


@dataclass(frozen=True)
class Answer:
    """What one method says.

    Attributes:
        faces: (n, s) predicted from the text.
        text_latents: (n, k) unit vectors, of a method that has a space.
        face_latents: (n, k), of a method that has one.
        looked_up: (n, s) faces that lookups are made by; None where they are `faces`.
    """

    faces: NDArray[np.float32]
    text_latents: NDArray[np.float32] | None = None
    face_latents: NDArray[np.float32] | None = None
    looked_up: NDArray[np.float32] | None = None

    @property
    def is_space(self) -> bool:
        """Whether texts and faces have a place each."""
        return self.text_latents is not None and self.face_latents is not None


class Meaning(BaseModel):
    """What is known of all records together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = FORMAT
    ids: tuple[str, ...] = Field(description="Of the scored records, in their order.")
    annotators: tuple[str, ...] = Field(
        description="What gave the faces that are the targets: those of the scored records."
    )
    pool: int = Field(description="Records that a lookup is among, at most.", ge=2)
    seed: int = Field(description="Of pools and intervals.", ge=0)
    train: int = Field(description="Records that were learned from.")
    validation: int = Field(description="Records that choices were made on.")
    any_data: bool = Field(
        description="Whether spaces were judged whatever records they were trained among."
    )
    overlap: int | None = Field(
        description="Texts and values of groups in more than one split; null where it is not known "
        "what the spaces learned from."
    )
    training: dict[str, Training] = Field(description="By space, what went into it.")
    chosen: dict[str, dict[str, float]] = Field(
        description="By baseline, what was chosen on validation records."
    )
    lookups: dict[str, Lookup] = Field(
        description="By who looks up by a predicted face, the way that was chosen."
    )
    majority: str | None = Field(
        description="The class that people found most often in training records, if any."
    )


@dataclass(frozen=True)
class Predictions:
    """Everything that figures are computed from.

    Attributes:
        meaning: of all records.
        target: (n, s).
        center: (s,) the mean face of training records.
        group: (n,) from 0 on.
        said: (n, c).
        answers: by method; `THIS` is among them.
    """

    meaning: Meaning
    target: NDArray[np.float32]
    center: NDArray[np.float32]
    group: NDArray[np.int64]
    said: NDArray[np.bool_]
    answers: Mapping[str, Answer]


def write_predictions(predictions: Predictions) -> bytes:
    """Write predictions; the same ones give the same bytes."""
    tensors: dict[str, NDArray[Any]] = {
        "target": predictions.target,
        "center": predictions.center,
        "group": predictions.group,
        "said": predictions.said,
    }
    for name, answer in predictions.answers.items():
        for kind in Answer.__dataclass_fields__:
            if (array := getattr(answer, kind)) is not None:
                tensors[f"{kind}.{name}"] = array
    arrays = {name: np.ascontiguousarray(array) for name, array in tensors.items()}
    # One entry only: safetensors does not promise an order of several.
    return safetensors.numpy.save(
        arrays, metadata={"predictions": predictions.meaning.model_dump_json()}
    )


def parse_predictions(content: bytes) -> Predictions:
    """Read predictions as `write_predictions` writes them.

    Raises:
        UsageError: these are none.
    """
    try:
        meaning = _read_meaning(content)
        tensors = safetensors.numpy.load(content)
        names = [name.split(".", 1)[1] for name in tensors if name.startswith("faces.")]
        answers = {
            name: Answer(
                tensors[f"faces.{name}"],
                tensors.get(f"text_latents.{name}"),
                tensors.get(f"face_latents.{name}"),
                tensors.get(f"looked_up.{name}"),
            )
            for name in [THIS, *sorted(set(names) - {THIS})]
        }
        predictions = Predictions(
            meaning=meaning,
            target=tensors["target"],
            center=tensors["center"],
            group=tensors["group"],
            said=tensors["said"],
            answers=answers,
        )
    except _BROKEN:
        raise _refuse() from None
    if not _is_sound(predictions):
        raise _refuse()
    return predictions


def _read_meaning(content: bytes) -> Meaning:
    meaning = Meaning.model_validate_json(read_entry(content, "predictions"))
    if meaning.format != FORMAT:
        raise ValueError
    return meaning


def _is_sound(predictions: Predictions) -> bool:
    n = len(predictions.meaning.ids)
    answers, lookups = predictions.answers, predictions.meaning.lookups
    faces = [predictions.target, *(answer.faces for answer in answers.values())]
    faces += [one.looked_up for one in answers.values() if one.looked_up is not None]
    return (
        n > 0
        and all(one.is_space or name in lookups for name, one in answers.items())
        and predictions.center.shape == (len(NAMES),)
        and predictions.group.shape == (n,)
        and predictions.said.shape == (n, len(CLASSES))
        and all(face.shape == (n, len(NAMES)) and np.isfinite(face).all() for face in faces)
    )


def _refuse() -> UsageError:
    return UsageError(
        "the file holds no predictions of an expression space",
        hint="`trainers expression-space evaluate --predictions FILE` writes one.",
    )
