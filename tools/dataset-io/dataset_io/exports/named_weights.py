"""Blendshape weights by their names, for readers who do not know the registered layouts."""

from collections.abc import Iterator, Mapping

import orjson
from affectory_protocol.record import Record
from affectory_protocol.vocabularies.blendshapes import LAYOUTS

FACE = ("expression", "blendshapes")
"""Where a record has a layout and weights in its order."""
WEIGHTS = "weights"
_PIECE_BYTES = 2**18


def name_weights(face: object) -> dict[str, object]:
    """The weights of a face by the names of its layout; none of anything else.

    Args:
        face: what lies at `FACE`.
    """
    if not isinstance(face, dict):
        return {}
    layout, weights = face.get("layout"), face.get(WEIGHTS)
    names = LAYOUTS.get(layout, ()) if isinstance(layout, str) else ()
    if not isinstance(weights, list) or len(names) != len(weights):
        return {}
    return dict(zip(names, weights, strict=True))


def spread_face(face: dict[str, object]) -> dict[str, object]:
    """A face with its weights by name, as it is where they have no names."""
    named = name_weights(face)
    return face | {WEIGHTS: named} if named else face


def write_lines(records: Iterator[Record]) -> Iterator[bytes]:
    """Every record as a line of JSON, in pieces of many lines."""
    piece = bytearray()
    for record in records:
        piece += orjson.dumps(_spread(record.members), option=orjson.OPT_APPEND_NEWLINE)
        if len(piece) >= _PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    yield bytes(piece)


def _spread(members: Mapping[str, object]) -> dict[str, object]:
    section, part = FACE
    expression = members.get(section)
    face = expression.get(part) if isinstance(expression, dict) else None
    if not isinstance(expression, dict) or not isinstance(face, dict):
        return dict(members)
    return {**members, section: expression | {part: spread_face(face)}}
