"""From records with a text to facial expressions."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from affectory_protocol.errors import RecordError, UsageError
from affectory_protocol.facs import blend_units, to_blendshapes
from affectory_protocol.record import Record
from affectory_protocol.records import Blendshapes, Emotion, Expression, Labels, Probabilities, Text

from llm_annotate.config import ExpressionConfig
from llm_annotate.description import describe
from llm_annotate.feeling import Felt, Mood, rank
from llm_annotate.human import read_labels

LAYOUT = "arkit-52"
CACHED_EXPRESSIONS = 4_096
"""Expressions remembered by their emotions, some 3 kB each; most recur."""

BACKENDS: dict[str, str] = {
    "lexicon": "llm_annotate.backends.lexicon",
    "linear": "llm_annotate.backends.linear",
}
"""Module of each backend; it has a function `load`."""


class Backend(Protocol):
    """Finds emotions in a text."""

    @property
    def model(self) -> str | None:
        """Which weights it has, by their content, where they are a choice."""
        ...

    def read_mood(self, text: str) -> Mood:
        """Find the emotions of a text."""
        ...


def load_backend(name: str, weights: Path | None = None) -> Backend:
    """Load a backend by name.

    Args:
        name: a key of `BACKENDS`.
        weights: file in place of the weights that come with it, where it has some.

    Raises:
        UsageError: there is none of that name, or the file is none of its own.
    """
    if name not in BACKENDS:
        raise UsageError(f"unknown backend (known: {', '.join(BACKENDS)}): {name}")
    load = cast("Callable[..., Backend]", import_module(BACKENDS[name]).load)
    return load() if weights is None else load(weights)


def annotate(
    records: Sequence[Record], *, backend: Backend, config: ExpressionConfig
) -> list[Expression | RecordError]:
    """Write how a face shows each record, one outcome a record, in order."""
    return [annotate_one(record, backend=backend, config=config) for record in records]


def annotate_one(
    record: Record, *, backend: Backend, config: ExpressionConfig
) -> Expression | RecordError:
    """Write how a face shows what a record says."""
    mood = backend.read_mood(record[Text].content)
    labels = record.get(Labels) if config.use_labels else None
    felt: Iterable[Felt] = mood.shown.values()
    if labels is not None and labels.emotions:
        try:
            felt = read_labels(labels.emotions, mood)
        except RecordError as error:
            return error
    expression = express(rank(felt))
    if mood.probabilities is None:
        return expression
    return expression.model_copy(update={"probabilities": _to_section(mood.probabilities)})


def _to_section(probabilities: tuple[float, ...]) -> Probabilities:
    return Probabilities(vocabulary="ekman", values=list(probabilities))


@lru_cache(maxsize=CACHED_EXPRESSIONS)
def express(felt: tuple[Felt, ...]) -> Expression:
    """Compose the face that shows emotions.

    Args:
        felt: strongest first; not empty.
    """
    emotions = [
        Emotion(vocabulary=each.vocabulary, label=each.label, intensity=each.intensity)
        for each in felt
    ]
    units = blend_units(emotions)
    return Expression(
        emotions=emotions,
        action_units=units,
        description=describe(emotions, units),
        blendshapes=Blendshapes(layout=LAYOUT, weights=to_blendshapes(units)),
    )
