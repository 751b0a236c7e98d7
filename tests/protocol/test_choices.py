"""A wrong choice is told by the option it came by."""

from typing import Annotated, Self

import pytest
from affectory_protocol.choices import Choices
from affectory_protocol.errors import UsageError
from pydantic import Field, ValidationError, model_validator


class Sizes(Choices):
    """Two options that depend on one another."""

    min_size: Annotated[int, Field(ge=1)] = 1
    max_size: int = 9
    names: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.min_size > self.max_size:
            raise UsageError("the bounds are crossed")
        return self


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"min_size": 0}, "--min-size: Input should be greater than or equal to 1"),
        ({"min_size": "much"}, "--min-size: "),
        ({"names": ("a", 5)}, "--names: "),
        ({"colour": "red"}, "--colour: "),
        ({"min_size": 5, "max_size": 4}, "the bounds are crossed"),
    ],
)
def test_wrong_choice_is_a_mistake_of_usage(given, message):
    with pytest.raises(UsageError) as raised:
        Sizes(**given)

    assert raised.value.message.startswith(message)


def test_right_choices_are_kept_and_do_not_change():
    sizes = Sizes(min_size=3)

    assert (sizes.min_size, sizes.max_size) == (3, 9)
    with pytest.raises(ValidationError):
        sizes.min_size = 4
