"""Which fault an image is found to have."""

import pytest
from affectory_protocol.errors import RecordError
from affectory_protocol.reasons import Reason
from filters.check import Fault, Measure, judge, list_checks
from filters.config import QualityConfig

MEASURES = {
    Measure.SIZE: 300,
    Measure.SHARPNESS: 120.5,
    Measure.EXPOSURE: 0.4,
    Measure.CLIPPED: 0.1,
    Measure.FACES: 2,
}
FAILING = [
    ({"min_size": 301}, "too-small", 300, 301),
    ({"min_sharpness": 121}, "too-blurred", 120.5, 121),
    ({"min_exposure": 0.5}, "too-dark", 0.4, 0.5),
    ({"max_exposure": 0.3}, "too-bright", 0.4, 0.3),
    ({"max_clipped": 0.05}, "too-clipped", 0.1, 0.05),
    ({"min_faces": 3}, "too-few-faces", 2, 3),
    ({"max_faces": 1}, "too-many-faces", 2, 1),
]
EXACT = {
    "min_size": 300,
    "min_sharpness": 120.5,
    "min_exposure": 0.4,
    "max_exposure": 0.4,
    "max_clipped": 0.1,
    "min_faces": 2,
    "max_faces": 2,
}


@pytest.mark.parametrize(("bounds", "fault", "score", "threshold"), FAILING)
def test_failed_bound_gives_its_fault(bounds, fault, score, threshold):
    verdict = judge(MEASURES, QualityConfig(**bounds))

    assert (verdict.passed, verdict.reason) == (False, fault)
    assert (verdict.score, verdict.threshold) == (score, threshold)


def test_every_fault_can_be_found():
    assert [fault for _, fault, _, _ in FAILING] == [fault.value for fault in Fault]


def test_value_at_the_bound_passes():
    assert judge(MEASURES, QualityConfig(**EXACT)).passed


def test_first_fault_is_told():
    bounds = {name: value for bound, *_ in reversed(FAILING) for name, value in bound.items()}
    bounds["max_exposure"] = 0.6
    del bounds["max_faces"]

    assert judge(MEASURES, QualityConfig(**bounds)).reason == "too-small"


def test_nothing_is_judged_unless_it_is_asked_for():
    assert list_checks(QualityConfig()) == []


def test_bound_of_zero_is_judged():
    assert judge(MEASURES, QualityConfig(max_faces=0)).reason == "too-many-faces"


@pytest.mark.parametrize(("bound", "value"), EXACT.items())
def test_one_bound_alone_tells_its_number_when_it_passes_too(bound, value):
    verdict = judge(MEASURES, QualityConfig(**{bound: value}))

    assert (verdict.passed, verdict.reason) == (True, None)
    assert (verdict.score, verdict.threshold) == (value, value)


@pytest.mark.parametrize(
    "bounds", [{}, {"min_size": 10, "min_sharpness": 1}, {"min_faces": 1, "max_faces": 3}]
)
def test_pass_of_several_bounds_or_none_is_no_single_number(bounds):
    verdict = judge(MEASURES, QualityConfig(**bounds))

    assert (verdict.passed, verdict.score, verdict.threshold) == (True, None, None)


def test_verdict_holds_all_measures_in_order():
    assert list(judge(MEASURES, QualityConfig()).measures.items()) == [
        ("size", 300),
        ("sharpness", 120.5),
        ("exposure", 0.4),
        ("clipped", 0.1),
        ("faces", 2),
    ]


def test_verdict_names_the_role():
    assert judge(MEASURES, QualityConfig(role="portrait")).of == "portrait"


@pytest.mark.parametrize("bound", [{"min_faces": 0}, {"max_faces": 9}])
def test_faces_that_nobody_looked_for_cannot_be_judged(bound):
    with pytest.raises(RecordError) as raised:
        judge({**MEASURES, Measure.FACES: None}, QualityConfig(**bound))

    assert raised.value.reason is Reason.MISSING_SECTION


def test_faces_that_nobody_looked_for_are_null():
    verdict = judge({**MEASURES, Measure.FACES: None}, QualityConfig())

    assert verdict.measures["faces"] is None
