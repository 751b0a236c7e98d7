"""What `quality` holds against what: a measure, its bound, and the fault it is when it fails."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from affectory_protocol.records import Verdict

from filters.config import QualityConfig


class Measure(StrEnum):
    """Names of the measures, in the order they are written."""

    SIZE = "size"
    SHARPNESS = "sharpness"
    EXPOSURE = "exposure"
    CLIPPED = "clipped"
    FACES = "faces"


class Fault(StrEnum):
    """Why an image fails, in the order of judgement."""

    TOO_SMALL = "too-small"
    TOO_BLURRED = "too-blurred"
    TOO_DARK = "too-dark"
    TOO_BRIGHT = "too-bright"
    TOO_CLIPPED = "too-clipped"
    TOO_FEW_FACES = "too-few-faces"
    TOO_MANY_FACES = "too-many-faces"


@dataclass(frozen=True, slots=True)
class Check:
    """A measure against a bound.

    Attributes:
        measure: what is judged.
        fault: what it is when it fails.
        low: the smallest value that passes; None where there is none.
        high: the largest value that passes; None where there is none.
    """

    measure: Measure
    fault: Fault
    low: float | None = None
    high: float | None = None

    @property
    def bound(self) -> float | None:
        """What the measure is held against; None when it is not judged."""
        return self.low if self.high is None else self.high

    def fails(self, value: float) -> bool:
        """Whether a value lies outside."""
        return (self.low is not None and value < self.low) or (
            self.high is not None and value > self.high
        )


def list_checks(config: QualityConfig) -> list[Check]:
    """The checks that were asked for, in the order of `Fault`."""
    checks = (
        Check(Measure.SIZE, Fault.TOO_SMALL, low=config.min_size),
        Check(Measure.SHARPNESS, Fault.TOO_BLURRED, low=config.min_sharpness),
        Check(Measure.EXPOSURE, Fault.TOO_DARK, low=config.min_exposure),
        Check(Measure.EXPOSURE, Fault.TOO_BRIGHT, high=config.max_exposure),
        Check(Measure.CLIPPED, Fault.TOO_CLIPPED, high=config.max_clipped),
        Check(Measure.FACES, Fault.TOO_FEW_FACES, low=config.min_faces),
        Check(Measure.FACES, Fault.TOO_MANY_FACES, high=config.max_faces),
    )
    return [check for check in checks if check.bound is not None]


def judge(measures: Mapping[Measure, float | None], config: QualityConfig) -> Verdict:
    """Hold measures against the bounds.

    Args:
        measures: a value for every measure; None where it is not known.
        config: the bounds.

    Returns:
        A verdict with the fault of the first check that fails. One check alone tells its number
        and bound, whether it fails or not; of several only the one that fails does, since a pass
        is of them all.

    Raises:
        RecordError: a measure that is to be judged is not known.
    """
    known = {measure.value: value for measure, value in measures.items()}
    checks = list_checks(config)
    for check in checks:
        value = measures[check.measure]
        if value is None:
            raise RecordError(
                Reason.MISSING_SECTION,
                f"no detector has looked for faces in the image: /faces/{config.role}",
            )
        if check.fails(value):
            return Verdict(
                passed=False,
                score=value,
                threshold=check.bound,
                reason=check.fault.value,
                of=config.role,
                measures=known,
            )
    passed = Verdict(passed=True, of=config.role, measures=known)
    if len(checks) != 1:
        return passed
    (only,) = checks
    update = {"score": measures[only.measure], "threshold": only.bound}
    return passed.model_copy(update=update)
