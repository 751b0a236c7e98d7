"""JSON texts as foreign programs write them: any white space, escapes, order, doubled names."""

import json
from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

WHITE_SPACE = ("", "", "", " ", "\t", "\r", "  ", " \t ")
_SHORT_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r"}
_SHORT_ESCAPES |= {"\t": "\\t", "/": "\\/"}
_TRICKY = [
    "",
    "id",
    "text",
    'a"b',
    "a\\",
    '\\"',
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '","x":1}',
    "é",
    "😀",
]

texts = st.one_of(
    st.sampled_from(_TRICKY), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)
numbers = st.one_of(
    st.integers(-(2**70), 2**70), st.floats(allow_nan=False, allow_infinity=False, width=32)
)
scalars = st.one_of(st.none(), st.booleans(), numbers, texts)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=8,
)


@dataclass(frozen=True)
class Member:
    """One member of an object as it is written."""

    name: str
    value: object
    before: bytes
    written_name: bytes
    written_value: bytes
    after: bytes


@dataclass(frozen=True)
class ObjectText:
    """An object as it is written, member by member."""

    members: tuple[Member, ...]

    @property
    def line(self) -> bytes:
        """The whole text."""
        return self.with_values({})

    def with_values(self, changed: dict[str, bytes]) -> bytes:
        """The same text with other bytes for the values of these members."""
        return (
            b"{"
            + b",".join(
                m.before + m.written_name + changed.get(m.name, m.written_value) + m.after
                for m in self.members
            )
            + b"}"
        )

    @property
    def pairs(self) -> list[tuple[str, object]]:
        """Names and values in order."""
        return [(member.name, member.value) for member in self.members]


def write_text(text: str, style: Random) -> str:
    """A JSON string; any character may be escaped, and some must be."""
    return '"' + "".join(_write_character(c, style) for c in text) + '"'


def _write_character(character: str, style: Random) -> str:
    must = character in '"\\' or ord(character) < 0x20
    if must or style.random() < 0.2:
        if character in _SHORT_ESCAPES and style.random() < 0.7:
            return _SHORT_ESCAPES[character]
        units = character.encode("utf-16-be")
        pairs = [units[i : i + 2].hex() for i in range(0, len(units), 2)]
        return "".join("\\u" + style.choice((p, p.upper())) for p in pairs)
    return character


def write_value(value: object, style: Random) -> str:
    """A JSON value in one of the many ways it can be written."""

    def pad(text: str) -> str:
        return style.choice(WHITE_SPACE) + text + style.choice(WHITE_SPACE)

    if isinstance(value, str):
        return write_text(value, style)
    if isinstance(value, list):
        return "[" + ",".join(pad(write_value(v, style)) for v in value) + "]"
    if isinstance(value, dict):
        written = (
            pad(write_text(k, style)) + ":" + pad(write_value(v, style)) for k, v in value.items()
        )
        return "{" + ",".join(written) + "}"
    return json.dumps(value)


def write_object(pairs: list[tuple[str, object]], style: Random) -> ObjectText:
    """An object of these members, doubled names included."""
    members = []
    for name, value in pairs:
        space = [style.choice(WHITE_SPACE).encode() for _ in range(4)]
        members.append(
            Member(
                name,
                value,
                space[0],
                write_text(name, style).encode() + space[1] + b":" + space[2],
                write_value(value, style).encode(),
                space[3],
            )
        )
    return ObjectText(tuple(members))


@st.composite
def object_texts(
    draw: st.DrawFn, names: st.SearchStrategy[str] = texts, *, doubled: bool = True
) -> ObjectText:
    """An object with one to six members, written at random."""
    pairs = draw(
        st.lists(
            st.tuples(names, values),
            min_size=1,
            max_size=6,
            unique_by=None if doubled else (lambda pair: pair[0]),
        )
    )
    return write_object(pairs, Random(draw(st.integers(0, 2**32 - 1))))
