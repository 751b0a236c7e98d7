"""Cards of single records: the face, the words, and what people and programs made of them."""

from collections.abc import Sequence
from dataclasses import dataclass

from affectory_protocol.errors import RecordError
from affectory_protocol.places import Places
from affectory_protocol.reasons import REASON_TEXTS
from affectory_protocol.record import Record
from affectory_protocol.records import (
    Assets,
    Blendshapes,
    EmotionLabel,
    Expression,
    Faces,
    Labels,
    Source,
    Text,
    Verdicts,
)
from affectory_protocol.vocabularies.action_units import ACTION_UNITS
from affectory_protocol.vocabularies.blendshapes import LAYOUTS

from report.config import BuildConfig
from report.thumbnail import Thumbnail, make_thumbnail

MAX_TEXT = 1500
"""Characters of a text that a card shows."""

MAX_ITEMS = 64
"""Entries of one list that a card shows: no layout has more weights."""

ROTATION_ENDINGS = ("Yaw", "Pitch", "Roll")
"""Weights with these names are angles in radians."""


@dataclass(frozen=True, slots=True)
class Box:
    """Where a face was found, in parts (0 to 1) of the picture's width and height."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Something with a strength.

    Attributes:
        name: what it is.
        value: 0 to 1; rotations in radians.
        detail: vocabulary, side or unit, "" when there is none.
    """

    name: str
    value: float | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict in a word."""

    name: str
    passed: bool
    reason: str
    numbers: tuple[Measured, ...]


@dataclass(frozen=True, slots=True)
class Card:
    """Everything the page shows of one record.

    Attributes:
        picture: small JPEG, None when there is none.
        problem: why there is no picture although the record names one, else "".
        more_text: characters of the text that are not shown.
        profile: weights in the order of their layout.
        emotions: every label of the card, people's and predicted, for filtering.
    """

    id: str
    picture: Thumbnail | None
    problem: str
    boxes: tuple[Box, ...]
    text: str
    more_text: int
    labels: tuple[Measured, ...]
    predicted: tuple[Measured, ...]
    has_expression: bool
    units: tuple[Measured, ...]
    description: str
    layout: str
    weights: tuple[Measured, ...]
    profile: tuple[float, ...]
    badges: tuple[Badge, ...]
    dataset: str
    split: str
    licence: str

    @property
    def emotions(self) -> frozenset[str]:
        """Labels by people and by programs."""
        return frozenset(e.name for e in (*self.labels, *self.predicted))


class CardMaker:
    """Makes cards and counts the pictures that could not be shown.

    Args:
        places: where assets lie.
        config: role and size of pictures.
    """

    def __init__(self, places: Places, config: BuildConfig) -> None:
        self._places = places
        self._config = config
        self.missing_pictures = 0

    def make(self, record: Record) -> Card:
        """Make the card of one record; a picture that cannot be read is said so on it."""
        text = record.get(Text)
        content = text.content if text else ""
        expression = record.get(Expression)
        blendshapes = expression.blendshapes if expression else None
        source = record.get(Source)
        picture, problem = self.load_picture(record)
        return Card(
            id=record.id,
            picture=picture,
            problem=problem,
            boxes=self._find_boxes(record, picture),
            text=content[:MAX_TEXT],
            more_text=max(0, len(content) - MAX_TEXT),
            labels=describe_labels(record.get(Labels)),
            predicted=describe_emotions(expression),
            has_expression=expression is not None,
            units=describe_units(expression),
            description=((expression.description or "") if expression else "")[:MAX_TEXT],
            layout=blendshapes.layout if blendshapes else "",
            weights=describe_weights(blendshapes) if blendshapes else (),
            profile=tuple(blendshapes.weights[:MAX_ITEMS]) if blendshapes else (),
            badges=describe_verdicts(record.get(Verdicts)),
            dataset=source.dataset if source else "",
            split=(source.split or "") if source else "",
            licence=(source.licence or "") if source else "",
        )

    def load_picture(self, record: Record) -> tuple[Thumbnail | None, str]:
        """Read and shrink the record's picture.

        Returns:
            The picture, or None and why there is none; "" when the record names none.
        """
        assets = record.get(Assets)
        role = self._config.role
        if assets is None or role not in assets.root:
            return None, ""
        try:
            content = self._places.read(record, role)
            return make_thumbnail(content, self._config.thumbnail_size), ""
        except RecordError as error:
            self.missing_pictures += 1
            return None, REASON_TEXTS[error.reason]

    def _find_boxes(self, record: Record, picture: Thumbnail | None) -> tuple[Box, ...]:
        faces = record.get(Faces)
        if picture is None or faces is None or self._config.role not in faces.root:
            return ()
        found = faces.root[self._config.role].items[:MAX_ITEMS]
        return tuple(
            _place_box(face.bbox_xyxy, picture.source_width, picture.source_height)
            for face in found
        )


def _place_box(bbox_xyxy: Sequence[float], width: int, height: int) -> Box:
    """Cut a box to its picture and say it in parts of its sides."""
    x0, x1 = (min(max(x / width, 0.0), 1.0) for x in (bbox_xyxy[0], bbox_xyxy[2]))
    y0, y1 = (min(max(y / height, 0.0), 1.0) for y in (bbox_xyxy[1], bbox_xyxy[3]))
    return Box(x0, y0, max(0.0, x1 - x0), max(0.0, y1 - y0))


def describe_labels(labels: Labels | None) -> tuple[Measured, ...]:
    """People's labels, each with its intensity or its votes where they are known."""
    given = labels.emotions[:MAX_ITEMS] if labels else ()
    return tuple(Measured(e.label, e.score, _describe_label(e)) for e in given)


def _describe_label(label: EmotionLabel) -> str:
    if label.votes is None:
        return label.vocabulary
    return f"{label.vocabulary}, {label.votes} {'vote' if label.votes == 1 else 'votes'}"


def describe_emotions(expression: Expression | None) -> tuple[Measured, ...]:
    """Predicted emotions, strongest first."""
    given = expression.emotions if expression else []
    ranked = sorted(given, key=lambda emotion: -emotion.intensity)
    return tuple(Measured(e.label, e.intensity, e.vocabulary) for e in ranked[:MAX_ITEMS])


def describe_units(expression: Expression | None) -> tuple[Measured, ...]:
    """Action units with their names in FACS, by number."""
    given = sorted(expression.action_units, key=lambda u: u.au) if expression else []
    return tuple(
        Measured(f"AU{u.au} {name_action_unit(u.au)}".rstrip(), u.intensity, u.side.value)
        for u in given[:MAX_ITEMS]
    )


def name_action_unit(number: int) -> str:
    """The name of an action unit in FACS, "" when it has none."""
    return ACTION_UNITS[number].name if number in ACTION_UNITS else ""


def describe_weights(blendshapes: Blendshapes) -> tuple[Measured, ...]:
    """Weights that are not zero, largest first, by the names of their layout."""
    names = LAYOUTS[blendshapes.layout]
    named = [(n, w) for n, w in zip(names, blendshapes.weights, strict=True) if w]
    ranked = sorted(named, key=lambda pair: -abs(pair[1]))[:MAX_ITEMS]
    return tuple(
        Measured(name, weight, "radians" if name.endswith(ROTATION_ENDINGS) else "")
        for name, weight in ranked
    )


def describe_verdicts(verdicts: Verdicts | None) -> tuple[Badge, ...]:
    """A badge for each filter, with what it measured."""
    judged = list(verdicts.root.items())[:MAX_ITEMS] if verdicts else []
    return tuple(
        Badge(
            name,
            verdict.passed,
            verdict.reason or "",
            tuple(Measured(n, v) for n, v in list(verdict.measures.items())[:MAX_ITEMS]),
        )
        for name, verdict in judged
    )
