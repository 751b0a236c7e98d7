"""From records to an evaluation, and to the predictions that it follows from."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.errors import ManifestError, UsageError
from affectory_protocol.evaluation import write_evaluation
from affectory_protocol.record import Record

from trainers.expression_space.examples import Examples, read_examples
from trainers.expression_space.features import Features
from trainers.expression_space.judging.evaluation import evaluate_predictions, render_evaluation
from trainers.expression_space.judging.predicting import ORIGINAL, Manner, predict_all
from trainers.expression_space.judging.predictions import (
    THIS,
    parse_predictions,
    write_predictions,
)
from trainers.expression_space.overlap import refuse_overlap
from trainers.expression_space.recipe import Preset
from trainers.expression_space.space import Space
from trainers.expression_space.training import describe_data
from trainers.further_file import write_file


@dataclass(frozen=True)
class Spaces:
    """What is judged, and what it is held against.

    Attributes:
        this: the space.
        original: one of the preset `original`, trained on the same records; None leaves it out.
    """

    this: Space
    original: Space | None = None

    def by_name(self) -> dict[str, Space]:
        """Those that are there."""
        named = {THIS: self.this, ORIGINAL: self.original}
        return {name: space for name, space in named.items() if space is not None}

    def check(self) -> None:
        """Refuse what cannot be compared.

        Raises:
            UsageError: the two were not trained alike.
        """
        if self.original is None:
            return
        one, other = self.this.config, self.original.config
        if other.preset is not Preset.ORIGINAL:
            raise UsageError("--original is a space of another preset than original")
        if one.encoder.digest != other.encoder.digest:
            raise UsageError(
                "the two spaces were trained with different encoders of texts",
                hint="Train both with the same --backend.",
            )
        if one.data.digest != other.data.digest:
            raise UsageError(
                "the two spaces were trained on different records",
                hint="Train both on the same manifest.",
            )


def evaluate(
    records: Iterable[Record],
    *,
    spaces: Spaces,
    features: Features,
    manner: Manner,
    predictions: Path | None,
    say: Callable[[str], None],
) -> Iterator[bytes]:
    """Judge a space on the test records of a manifest.

    Args:
        records: of all splits; those of train and validation serve the baselines.
        spaces: what is judged.
        features: by the encoder that the spaces were trained with.
        manner: how lookups are made.
        predictions: where they go; None keeps none.
        say: shows the table of figures.

    Yields:
        The evaluation as JSON.

    Raises:
        ManifestError: a text or a group lies in more than one split, a split has no records, or the
            spaces were trained among other records.
        UsageError: the two spaces are not to be compared.
    """
    spaces.check()
    examples = read_examples(records)
    refuse_overlap(examples)
    if not manner.any_data:
        _refuse_other_data(spaces, examples)
    content = write_predictions(
        predict_all(examples, spaces=spaces.by_name(), features=features, manner=manner)
    )
    if predictions is not None:
        write_file(predictions, content)
    # from the file as it lies there, so that whoever reads it computes the same
    evaluation = evaluate_predictions(parse_predictions(content))
    say(render_evaluation(evaluation))
    yield write_evaluation(evaluation)


def _refuse_other_data(spaces: Spaces, examples: Examples) -> None:
    """Refuse records that the spaces were not trained among: what they learned is unknown."""
    if describe_data(examples).digest != spaces.this.config.data.digest:
        raise ManifestError(
            "the space was trained among other records, or other splits of them: whether it has "
            "learned from those that are scored is not known",
            hint="Give the manifest that it was trained on. --any-data scores all the same.",
        )
