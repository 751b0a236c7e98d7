"""What a person chooses about each verb."""

from enum import StrEnum

from affectory_protocol.choices import Choices
from pydantic import Field


class ExpressionConfig(Choices):
    """The choices of `expression`.

    Attributes:
        use_labels: what people said about a record goes before what is read from its text.
    """

    use_labels: bool = False


class Overlap(StrEnum):
    """What `evaluate` does about sentences that the lexicon was derived from."""

    FAIL = "fail"
    DROP = "drop"


class EvaluationConfig(Choices):
    """The choices of `evaluate`.

    Attributes:
        overlap: whether known sentences end the run or are left out and counted.
    """

    overlap: Overlap = Overlap.FAIL


class BatchConfig(Choices):
    """The choices of `batch write`; the limits are those that providers published in 2025.

    Attributes:
        endpoint: of a server, that the lines of request files name.
        max_requests_per_file: a provider takes no more.
        max_bytes_per_file: a provider takes no larger file; 200 MB, of a million bytes each.
        ask_refused: ask once more what a server refused for good.
    """

    endpoint: str = "/v1/chat/completions"
    max_requests_per_file: int = Field(default=50_000, ge=1)
    max_bytes_per_file: int = Field(default=200_000_000, ge=1)
    ask_refused: bool = False
