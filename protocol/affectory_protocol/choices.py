"""What a person chooses about a verb: a wrong choice is a mistake of usage, told by its option."""

from collections.abc import Callable
from typing import Self

from affectory_protocol.errors import UsageError
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator


class Choices(BaseModel):
    """Options of a verb, each in its range; a field is called as its option is.

    What compares fields with one another raises a UsageError itself, in words about both.

    Raises:
        UsageError: one is not in its range, or two contradict each other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="wrap")
    @classmethod
    def _refuse(cls, given: object, handler: Callable[[object], Self]) -> Self:
        try:
            return handler(given)
        except ValidationError as error:
            wrong = error.errors(include_url=False, include_input=False)[0]
            option = str(wrong["loc"][0]).replace("_", "-")
            raise UsageError(f"--{option}: {wrong['msg']}") from None
