"""The verbs as functions over batches of records."""

import math
from collections.abc import Callable, Sequence
from enum import StrEnum

from affectory_protocol.errors import RecordError
from affectory_protocol.places import Places
from affectory_protocol.reasons import Reason
from affectory_protocol.record import Record
from affectory_protocol.records import Faces, FacesInImage, Verdict

from filters.check import Measure, judge
from filters.clipping import measure_clipping
from filters.config import QualityConfig, ThresholdConfig
from filters.exposure import measure_exposure
from filters.faces import measure_faces
from filters.image import decode_image
from filters.pointer import resolve_pointer
from filters.sharpness import measure_sharpness
from filters.size import measure_size
from filters.subject import Subject

MEASURES: dict[Measure, Callable[[Subject], float | None]] = {
    Measure.SIZE: measure_size,
    Measure.SHARPNESS: measure_sharpness,
    Measure.EXPOSURE: measure_exposure,
    Measure.CLIPPED: measure_clipping,
    Measure.FACES: measure_faces,
}
"""Every measure; all are taken of every image, also those that are not judged."""


class OutOfBounds(StrEnum):
    """Why a number fails."""

    BELOW_MIN = "below-min"
    ABOVE_MAX = "above-max"


def judge_quality(
    records: Sequence[Record], *, places: Places, config: QualityConfig
) -> list[Verdict | RecordError]:
    """Measure the image of each record and hold it against the bounds.

    Args:
        records: with `assets`, and `faces` where there are some.
        places: where the images lie.
        config: which image, which bounds.

    Returns:
        A verdict for each record, or why it cannot be judged.
    """
    return [_judge_image(record, places, config) for record in records]


def _judge_image(record: Record, places: Places, config: QualityConfig) -> Verdict | RecordError:
    try:
        image = decode_image(places.read(record, config.role))
        subject = Subject.of(image, _find_faces(record, config.role))
        return judge({name: measure(subject) for name, measure in MEASURES.items()}, config)
    except RecordError as error:
        return error


def _find_faces(record: Record, role: str) -> FacesInImage | None:
    faces = record.get(Faces)
    return None if faces is None else faces.root.get(role)


def judge_threshold(
    records: Sequence[Record], *, config: ThresholdConfig
) -> list[Verdict | RecordError]:
    """Hold a number that each record stores against the bounds.

    Args:
        records: of any kind.
        config: which number, which bounds.

    Returns:
        A verdict for each record, or missing-field where there is no number.
    """
    path = config.path
    return [_judge_number(resolve_pointer(record.members, path), config) for record in records]


def _judge_number(value: object, config: ThresholdConfig) -> Verdict | RecordError:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        return RecordError(Reason.MISSING_FIELD, f"there is no number at the field: {config.field}")
    low, high = config.min_value, config.max_value
    if low is not None and value < low:
        return _fail(value, low, OutOfBounds.BELOW_MIN)
    if high is not None and value > high:
        return _fail(value, high, OutOfBounds.ABOVE_MAX)
    if low is None or (high is not None and high - value < value - low):
        low = high
    return Verdict(passed=True, score=value, threshold=low)


def _fail(value: float, bound: float, reason: OutOfBounds) -> Verdict:
    return Verdict(passed=False, score=value, threshold=bound, reason=reason.value)
