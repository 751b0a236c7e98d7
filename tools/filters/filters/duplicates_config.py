"""What a person chooses about each verb of `duplicates`."""

from typing import Annotated

from affectory_protocol.choices import Choices
from affectory_protocol.records.assets import Role
from pydantic import Field


class NearTextConfig(Choices):
    """The choices of `duplicates near-text`.

    Attributes:
        max_similarity: largest share of n-grams in common that passes, of those in either text.
        ngram: characters in an n-gram.
    """

    max_similarity: Annotated[float, Field(ge=0.2, lt=1)] = 0.7
    ngram: Annotated[int, Field(ge=1, le=32)] = 5


class ExactAssetConfig(Choices):
    """The choices of `duplicates exact-asset`.

    Attributes:
        role: of the file that is compared.
    """

    role: Role = "image"


class NearImageConfig(Choices):
    """The choices of `duplicates near-image`.

    Attributes:
        role: of the image that is compared.
        min_distance: smallest number of differing bits, of 64, that passes.
    """

    role: Role = "image"
    min_distance: Annotated[int, Field(ge=1, le=64)] = 10
