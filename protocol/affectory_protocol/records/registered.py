"""What the registered tables say about a part of a record, beyond the types of its fields.

These checks look at what came in before the types are checked, so that they work alike for models
and for plain dictionaries, and leave to the types whatever is of a wrong one.

An emotion vocabulary that is not registered is somebody's own: nothing is known of its labels.
Blendshape layouts and action units are closed. A side is asked of the units that have one always;
FACS lets a coder mark one on most of the others.
"""

from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, SHAPES
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from pydantic_core import PydanticCustomError, core_schema

_LABELS = {name: frozenset(labels) for name, labels in VOCABULARIES.items()}
_DIRECTED = frozenset(
    number for number, unit in ACTION_UNITS.items() if unit.laterality is Laterality.DIRECTED
)


def check_emotion(given: object) -> object:
    """Refuse a label that its registered vocabulary does not have."""
    if type(given) is dict:
        vocabulary, label = given.get("vocabulary"), given.get("label")
        if type(vocabulary) is str and type(label) is str:
            labels = _LABELS.get(vocabulary)
            if labels is not None and label not in labels:
                raise PydanticCustomError("label", "must hold a label of its vocabulary")
    return given


def check_action_unit(given: object) -> object:
    """Refuse a number that is no unit, and both sides of a unit that has one."""
    if type(given) is dict:
        number = given.get("au")
        if type(number) is not int:
            return given
        if number not in ACTION_UNITS:
            raise PydanticCustomError("au", "must hold the number of an action unit")
        if number in _DIRECTED and given.get("side") == "both":
            raise PydanticCustomError("side", "must name one side: the unit has no other form")
    return given


def check_blendshapes(given: object) -> object:
    """Refuse a layout that is not registered, and weights that are not as many as its names."""
    if type(given) is dict:
        layout, weights = given.get("layout"), given.get("weights")
        if type(layout) is str and type(weights) is list:
            names = LAYOUTS.get(layout)
            if names is None:
                raise PydanticCustomError("layout", "must name a registered layout")
            if len(weights) != len(names):
                raise PydanticCustomError(
                    "weights", "must hold one weight for each name of the layout"
                )
    return given


def check_channels(given: object) -> object:
    """Refuse channels that no registered layout names."""
    if type(given) is dict:
        channels = given.get("channels")
        if type(channels) is str and channels not in LAYOUTS:
            raise PydanticCustomError("channels", "must name channels of a registered layout")
    return given


def check_rows(given: object) -> object:
    """Refuse rows that end before they begin."""
    if type(given) is dict and type(rows := given.get("rows")) is list:
        is_pair = len(rows) == len(("first", "end")) and all(type(row) is int for row in rows)
        if is_pair and rows[0] > rows[1]:
            raise PydanticCustomError("rows", "must hold rows that end behind their beginning")
    return given


def check_probabilities(given: object) -> object:
    """Refuse a vocabulary that is not registered, and values that are not as many as its labels."""
    if type(given) is dict:
        vocabulary, values = given.get("vocabulary"), given.get("values")
        if type(vocabulary) is str and type(values) is list:
            labels = _LABELS.get(vocabulary)
            if labels is None:
                raise PydanticCustomError("vocabulary", "must name a registered vocabulary")
            if len(values) != len(labels):
                raise PydanticCustomError(
                    "values", "must hold one probability for each label of the vocabulary"
                )
    return given


def weights_schema(*_: object) -> core_schema.CoreSchema:
    """Lists of shapes alone, 0 to 1; longer ones are shapes with rotations behind them."""
    number = core_schema.float_schema(allow_inf_nan=False, strict=True)
    shape = core_schema.float_schema(ge=0, le=1, allow_inf_nan=False, strict=True)
    shapes = core_schema.list_schema(shape, max_length=len(SHAPES))
    more = core_schema.list_schema(number, min_length=len(SHAPES) + 1)
    with_rotations = core_schema.no_info_after_validator_function(_check_shapes, more)
    return core_schema.union_schema(
        [shapes, with_rotations],
        mode="left_to_right",
        custom_error_type="weights",
        custom_error_message="must hold weights of shapes from 0 to 1",
    )


def _check_shapes(weights: list[float]) -> list[float]:
    if not all(0 <= weight <= 1 for weight in weights[: len(SHAPES)]):
        raise ValueError
    return weights
