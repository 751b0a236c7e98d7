"""Values of sections: valid ones, and ones broken in one place; written by hand, not derived."""

from random import Random

from affectory_protocol.vocabularies.action_units import ACTION_UNITS, Laterality
from affectory_protocol.vocabularies.blendshapes import LAYOUTS, SHAPES
from affectory_protocol.vocabularies.emotions import VOCABULARIES
from hypothesis import strategies as st

_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
_unit = st.one_of(
    st.floats(0, 1, allow_nan=False, width=32), st.sampled_from([0, 1, 0.5, 1.0, 0.0])
)
_number = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False, width=32), st.integers(-(2**53), 2**53)
)
_count = st.one_of(st.integers(0, 2**53 - 1), st.integers(0, 9))
_seconds = st.floats(0, 1e9)
_rate = st.floats(0.5, 240)
_role = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True)
_hexadecimal = "0123456789abcdef"


_TRAITS = ("openness", "conscientiousness", "extraversion", "agreeableness", "neuroticism")


def _optional(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.one_of(st.none(), strategy)


def _model(
    required: dict[str, st.SearchStrategy], optional: dict[str, st.SearchStrategy] | None = None
) -> st.SearchStrategy:
    """An object of a model; a newer field may be there too."""
    newer = {"newer_field": st.sampled_from([1, {"a": [None]}])}
    return st.fixed_dictionaries(required, optional={**(optional or {}), **newer})


made_by = _model(
    {
        "tool": _text,
        "verb": _text,
        "behaviour": _count,
        "options": st.text(_hexadecimal, min_size=16, max_size=16),
        "read": st.text(_hexadecimal, min_size=16, max_size=16),
    },
    {"backend": _optional(_text), "model": _optional(_text)},
)
_made = {"made_by": _optional(made_by)}
_named = [(vocabulary, label) for vocabulary in VOCABULARIES for label in VOCABULARIES[vocabulary]]


def _labelled(
    required: dict[str, st.SearchStrategy], optional: dict[str, st.SearchStrategy] | None = None
) -> st.SearchStrategy:
    """An object with a label of a registered vocabulary, or of one's own."""
    own = _model({"vocabulary": _text, "label": _text, **required}, optional)
    registered = st.builds(
        lambda one, pair: one | {"vocabulary": pair[0], "label": pair[1]},
        own,
        st.sampled_from(_named),
    )
    return st.one_of(own, registered)


emotion = _labelled({"intensity": _unit})
_sides = [
    (number, side)
    for number, unit in ACTION_UNITS.items()
    for side in ("left", "right", "both")
    if side != "both" or unit.laterality is not Laterality.DIRECTED
]
action_unit = st.builds(
    lambda one, pair: one | {"au": pair[0], "side": pair[1]},
    _model({"au": st.none(), "side": st.none(), "intensity": _unit}),
    st.sampled_from(_sides),
)


def _weights(layout: str) -> st.SearchStrategy:
    one = [_unit if name in SHAPES else _number for name in LAYOUTS[layout]]
    return _model({"layout": st.just(layout), "weights": st.tuples(*one).map(list)})


blendshapes = st.sampled_from(sorted(LAYOUTS)).flatmap(_weights)
source = _model(
    {"dataset": _text},
    {
        "split": _optional(_text),
        "licence": _optional(_text),
        "citation": _optional(_text),
        "consent": _optional(_text),
        "groups": st.dictionaries(_text, _text, max_size=2),
        **_made,
    },
)
asset = _model(
    {"uri": st.text("abc/.:-é", min_size=1, max_size=12), "media_type": _text},
    {
        "bytes": _optional(_count),
        "sha256": _optional(st.text(_hexadecimal, min_size=64, max_size=64)),
        "width": _optional(st.integers(1, 9999)),
        "height": _optional(st.integers(1, 9999)),
        "duration": _optional(_seconds),
        "fps": _optional(_rate),
        "sample_rate": _optional(st.integers(1, 192_000)),
        "channels": _optional(st.integers(1, 8)),
        "shape": _optional(st.lists(_count, max_size=3)),
        "dtype": _optional(_text),
        "rows": _optional(st.lists(_count, min_size=2, max_size=2).map(sorted)),
        **_made,
    },
)
assets = st.dictionaries(_role, asset, max_size=2)
span = _model({"role": _role, "start": _seconds}, {"duration": _optional(_seconds), **_made})
text = _model(
    {"content": _text}, {"language": _optional(_text), "speaker": _optional(_text)} | _made
)
labels = _model(
    {},
    {
        "emotions": st.lists(
            _labelled(
                {},
                {
                    "score": _optional(_unit),
                    "votes": _optional(_count),
                    "rater": _optional(_text),
                },
            ),
            max_size=2,
        ),
        "raters": _optional(_count),
        "unclear": _optional(_count),
        "valence": _optional(_unit),
        "arousal": _optional(_unit),
        "dominance": _optional(_unit),
        "big_five": _optional(_model({}, dict.fromkeys(_TRAITS, _optional(_unit)))),
        "captions": st.lists(_text, max_size=2),
        **_made,
    },
)
expression = _model(
    {},
    {
        "of": _optional(_role),
        "confidence": _optional(_unit),
        "emotions": st.lists(emotion, max_size=2),
        "action_units": st.lists(action_unit, max_size=2),
        "description": _optional(_text),
        "blendshapes": _optional(blendshapes),
        **_made,
    },
)
faces = st.dictionaries(
    _role,
    _model(
        {
            "items": st.lists(
                _model(
                    {
                        "bbox_xyxy": st.lists(_number, min_size=4, max_size=4),
                        "confidence": _optional(_unit),
                        "landmarks": st.lists(
                            _model({"name": _text, "x": _number, "y": _number}), max_size=2
                        ),
                        "age": _optional(st.floats(0, 130)),
                        "gender": _optional(_text),
                        "emotion": _optional(st.lists(emotion, max_size=1)),
                    }
                ),
                max_size=2,
            )
        },
        _made,
    ),
    max_size=2,
)
generation = _model(
    {"of": _role, "seed": st.integers(0, 2**32 - 1)},
    {
        "reference": _optional(_text),
        "parameters": st.dictionaries(_text, st.one_of(_text, _number, st.booleans()), max_size=3),
        **_made,
    },
)
_early = st.sampled_from([0, 0.0, 1e-9, 5e-9])
"""Seconds that lie within any track; key frames are in the order of time."""


def _order(key_frames: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(key_frames, key=lambda key: key["time"])


tracks = st.dictionaries(
    _role,
    _model(
        {
            "role": _role,
            "fps": _rate,
            "channels": st.sampled_from(sorted(LAYOUTS)),
            "unit": st.just("weight"),
            "frames": st.integers(1, 9999),
        },
        {
            "start": _seconds,
            "key_frames": _optional(
                st.lists(_model({"name": _role, "time": _early}), max_size=2).map(_order)
            ),
            "of": _optional(_role),
            **_made,
        },
    ),
    max_size=2,
)
verdicts = st.dictionaries(
    _role,
    _model(
        {"passed": st.booleans()},
        {
            "score": _optional(_number),
            "threshold": _optional(_number),
            "reason": _optional(_text),
            "of": _optional(_role),
            "measures": st.dictionaries(_text, _optional(_number), max_size=2),
            **_made,
        },
    ),
    max_size=2,
)

VALID_SECTIONS: dict[str, st.SearchStrategy] = {
    "source": source,
    "assets": assets,
    "span": span,
    "text": text,
    "labels": labels,
    "expression": expression,
    "faces": faces,
    "generation": generation,
    "tracks": tracks,
    "verdicts": verdicts,
}
"""A strategy for each section; a test holds this table against the models."""

identities = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
    st.sampled_from(["a", "é" * 256, "x" * 512, "😀" * 128, "\u200b", "a/b c"]),
)

JUNK: tuple[object, ...] = (
    *(None, True, False, 0, 1, -1, 2, 1.5, -0.5, 2**53 - 1, 2**53, 2**63, 2.0**64, 1e300),
    *("", "5", "0.5", "true", "yes", "left", "LEFT", "Ab", "0" * 16, "g" * 64, "x" * 5000),
    *([], [1], [[]], {}, {"": 0}, {"A": {}}, {"passed": 1}),
)
"""What stands in the place of a value to break it; some of it is right in some places."""


@st.composite
def records(draw: st.DrawFn) -> dict[str, object]:
    """A valid record with up to three sections and up to two members nobody knows."""
    names = draw(st.lists(st.sampled_from(sorted(VALID_SECTIONS)), max_size=3, unique=True))
    record: dict[str, object] = {"id": draw(identities)}
    for name in names:
        record[name] = draw(st.one_of(VALID_SECTIONS[name], st.none()))
    unknown = st.sampled_from(["parent", "skeleton", "notes", "Text"])
    return record | draw(
        st.dictionaries(unknown, st.sampled_from([None, "p", [1, {}]]), max_size=2)
    )


@st.composite
def broken_records(draw: st.DrawFn) -> dict[str, object]:
    """A record with something replaced, removed or renamed at random; it may be valid still."""
    record = draw(records())
    chance = Random(draw(st.integers(0, 2**32 - 1)))
    return _damage(record, chance)


def _damage(value: object, chance: Random) -> object:
    if isinstance(value, dict) and value:
        key = chance.choice(list(value))
        deed = chance.random()
        if deed < 0.7:
            return value | {key: _damage(value[key], chance)}
        rest = {name: one for name, one in value.items() if name != key}
        return rest if deed < 0.8 else rest | {f"{key}X": value[key]} if deed < 0.85 else {}
    if isinstance(value, list) and value and chance.random() < 0.7:
        place = chance.randrange(len(value))
        return [*value[:place], _damage(value[place], chance), *value[place + 1 :]]
    return chance.choice(JUNK)
