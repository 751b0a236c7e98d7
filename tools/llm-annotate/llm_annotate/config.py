"""What a person chooses about each verb."""

from enum import StrEnum

from affectory_protocol.choices import Choices


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
