"""Which choices are refused."""

import pytest
from affectory_protocol.errors import UsageError
from filters.config import QualityConfig, ThresholdConfig


@pytest.mark.parametrize(
    ("choices", "option"),
    [
        ({"min_size": 0}, "--min-size"),
        ({"min_sharpness": -1.0}, "--min-sharpness"),
        ({"min_sharpness": float("nan")}, "--min-sharpness"),
        ({"min_exposure": 1.5}, "--min-exposure"),
        ({"max_exposure": -0.1}, "--max-exposure"),
        ({"max_clipped": 2.0}, "--max-clipped"),
        ({"max_faces": -1}, "--max-faces"),
        ({"role": "No Role"}, "--role"),
        ({"min_exposure": 0.6, "max_exposure": 0.5}, "--min-exposure is above --max-exposure"),
        ({"min_faces": 2, "max_faces": 1}, "--min-faces is above --max-faces"),
    ],
)
def test_quality_refuses_and_names_the_option(choices, option):
    with pytest.raises(UsageError) as raised:
        QualityConfig(**choices)

    assert raised.value.message.startswith(option)


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"field": "/a"}, "there is no bound"),
        ({"field": "", "min": 1.0}, "--field is the whole record"),
        ({"field": "a/b", "min": 1.0}, "--field is no JSON pointer: it must begin with a slash"),
        ({"field": "/a~2", "min": 1.0}, "--field is no JSON pointer"),
        ({"field": "/a", "min": 2.0, "max": 1.0}, "--min is above --max"),
        ({"field": "/a", "min": float("nan")}, "--min"),
        ({"field": "/a", "max": float("inf")}, "--max"),
    ],
)
def test_threshold_refuses_and_says_why(choices, message):
    with pytest.raises(UsageError) as raised:
        ThresholdConfig(**choices)

    assert raised.value.message.startswith(message)


def test_equal_bounds_are_one_value():
    config = ThresholdConfig(field="/a", min=1.0, max=1.0)

    assert (config.min_value, config.max_value) == (1.0, 1.0)
