"""Which choices are refused."""

import pytest
from affectory_protocol.errors import UsageError
from face_annot.config import AnnotateConfig


@pytest.mark.parametrize(
    ("choice", "option"),
    [
        ({"min_face_size": 0.0}, "--min-face-size"),
        ({"min_face_size": 1.1}, "--min-face-size"),
        ({"min_face_size": float("nan")}, "--min-face-size"),
        ({"scale_factor": 1.0}, "--scale-factor"),
        ({"scale_factor": 3.0}, "--scale-factor"),
        ({"min_neighbors": 0}, "--min-neighbors"),
        ({"role": "No Role"}, "--role"),
    ],
)
def test_choice_out_of_range_is_refused_by_its_option(choice, option):
    with pytest.raises(UsageError) as raised:
        AnnotateConfig(**choice)

    assert raised.value.message.startswith(f"{option}: ")
