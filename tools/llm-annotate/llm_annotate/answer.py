"""What a language model answers: its schema, and the way from its words to an expression."""

from itertools import combinations
from typing import Annotated, Literal

from affectory_protocol.facs import (
    parse_action_unit,
    parse_intensity,
    resolve_conflicts,
    to_blendshapes,
)
from affectory_protocol.facs.conflict import EXCLUSIVE
from affectory_protocol.facs.sides import check_unit
from affectory_protocol.records import ActionUnit, Blendshapes, Emotion, Expression, Side
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from llm_annotate.prompt import VOCABULARY, name_units

LAYOUT = "arkit-52"
MIN_EMOTIONS, MAX_EMOTIONS = 3, 6
MAX_UNITS = 16
MAX_DESCRIPTION = 600
"""Characters; a description that goes on is a model that does not stop."""


class InvalidAnswerError(Exception):
    """An answer that is no expression; the message says why and quotes nothing."""


class _Answered(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


class AnsweredEmotion(_Answered):
    """An emotion as a model writes it."""

    label: str
    intensity: Annotated[float, Field(ge=0, le=1, strict=False)]


class AnsweredUnit(_Answered):
    """An action unit as a model writes it."""

    name: str
    side: Literal["left", "right", "both"]
    intensity: Literal["A", "B", "C", "D", "E"]


class Answer(_Answered):
    """A whole answer."""

    emotions: Annotated[
        list[AnsweredEmotion], Field(min_length=MIN_EMOTIONS, max_length=MAX_EMOTIONS)
    ]
    action_units: Annotated[list[AnsweredUnit], Field(min_length=1, max_length=MAX_UNITS)]
    description: Annotated[str, Field(min_length=1, max_length=MAX_DESCRIPTION)]


_NAMES = frozenset(
    name for model in (Answer, AnsweredEmotion, AnsweredUnit) for name in model.model_fields
)


def answer_schema() -> dict[str, object]:
    """JSON Schema of an answer, names as closed lists, in the subset that servers accept."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": ["emotions", "action_units", "description"],
        "properties": {
            "emotions": _items(
                {
                    "label": {"type": "string", "enum": list(VOCABULARIES[VOCABULARY])},
                    "intensity": {"type": "number", "minimum": 0, "maximum": 1},
                },
                MIN_EMOTIONS,
                MAX_EMOTIONS,
            ),
            "action_units": _items(
                {
                    "name": {"type": "string", "enum": name_units()},
                    "side": {"type": "string", "enum": [side.value for side in Side]},
                    "intensity": {"type": "string", "enum": ["A", "B", "C", "D", "E"]},
                },
                1,
                MAX_UNITS,
            ),
            "description": {"type": "string", "maxLength": MAX_DESCRIPTION},
        },
    }


def _items(properties: dict[str, object], least: int, most: int) -> dict[str, object]:
    item = {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }
    return {"type": "array", "minItems": least, "maxItems": most, "items": item}


def read_answer(content: str) -> Expression:
    """Turn an answer into an expression.

    Code fences around the object are taken off; nothing else is repaired here.

    Raises:
        InvalidAnswerError: it is no answer, or names what does not exist.
    """
    try:
        answer = Answer.model_validate_json(_unfence(content))
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        raise InvalidAnswerError(f"{_say_place(wrong['loc'])}: {wrong['type']}") from None
    emotions = [_to_emotion(number, one) for number, one in enumerate(answer.emotions)]
    if len({emotion.label for emotion in emotions}) < len(emotions):
        raise InvalidAnswerError("emotions: one stands twice")
    if not answer.description.strip():
        raise InvalidAnswerError("description: empty")
    units = [_to_unit(number, one) for number, one in enumerate(answer.action_units)]
    if len({(unit.au, unit.side) for unit in units}) < len(units):
        raise InvalidAnswerError("action_units: one stands twice")
    conflicts = find_conflicts(units)
    try:
        weights = to_blendshapes(resolve_conflicts(units))
    except ValueError as error:  # half a muscle whose only shape is in the middle of the face
        raise InvalidAnswerError(f"action_units: {error}") from None
    expression = Expression(
        emotions=sorted(emotions, key=lambda emotion: -emotion.intensity),
        action_units=sorted(units, key=lambda unit: (unit.au, unit.side)),
        description=answer.description.strip(),
        blendshapes=Blendshapes(layout=LAYOUT, weights=weights),
    )
    return expression.model_copy(update={"conflicts": conflicts}) if conflicts else expression


def _say_place(steps: tuple[int | str, ...]) -> str:
    """Where a fault is, in names of ours alone: a model may have written any other."""
    known = [str(step) if step in _NAMES or isinstance(step, int) else "?" for step in steps]
    return "/".join(known) or "the whole"


def _unfence(content: str) -> str:
    text = content.strip()
    if text.startswith("```") and text.endswith("```"):
        return text.removeprefix("```").removeprefix("json").removesuffix("```").strip()
    return text


def _to_emotion(number: int, answered: AnsweredEmotion) -> Emotion:
    label = answered.label.strip().lower()
    if label not in VOCABULARIES[VOCABULARY]:
        raise InvalidAnswerError(f"emotions/{number}/label: not in the vocabulary {VOCABULARY}")
    return Emotion(vocabulary=VOCABULARY, label=label, intensity=answered.intensity)


def _to_unit(number: int, answered: AnsweredUnit) -> ActionUnit:
    try:
        au, side = parse_action_unit(answered.name), Side(answered.side)
        check_unit(au, side)
    except ValueError:
        raise InvalidAnswerError(
            f"action_units/{number}: no such unit, or not on that side"
        ) from None
    return ActionUnit(au=au, side=side, intensity=parse_intensity(answered.intensity))


def find_conflicts(units: list[ActionUnit]) -> list[list[int]]:
    """Pairs of units, by number, that the face cannot show at once on the side they share."""
    pairs = {
        tuple(sorted((one.au, other.au)))
        for one, other in combinations(units, 2)
        if frozenset((one.au, other.au)) in EXCLUSIVE
        and (one.side is other.side or Side.BOTH in {one.side, other.side})
    }
    return [list(pair) for pair in sorted(pairs)]
