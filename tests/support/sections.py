"""One valid example of each section, and files small enough to be made on the spot."""

import struct
import zlib
from pathlib import Path

SENTENCES = [
    "I am so happy that you came.",
    "Nobody told me, and I am furious about it!",
    "The dark stairs frighten me.",
    "She misses her old dog every day.",
    "What a surprise, a parcel.",
    "The milk had gone sour, how disgusting.",
    "Thank you, that was kind.",
    "The train leaves at nine.",
]

KEYED = ("assets", "faces", "tracks", "verdicts")
"""Sections of entries."""
SIDES = {1: "test", 2: "validation"}
"""Splits of the records of a sentence, by its position; the others train."""

TOKEN = "zxqvAttic7"  # noqa: S105 - no secret
"""A word that is planted into what verbs read, to be looked for in what they say."""

MADE_BY = (
    '"made_by":{"tool":"elsewhere","verb":"guess","behaviour":1,'
    '"options":"0123456789abcdef","read":"0123456789abcdef"}'
)


def example(name: str, number: int = 0) -> str:
    """JSON of a valid section, as a machine made it; examples differ by their number."""
    return _EXAMPLES[name](number)


def _source(number: int) -> str:
    # A sentence comes again after so many, and stays on its side.
    split = SIDES.get(number % len(SENTENCES), "train")
    return (
        f'{{"dataset":"examples","split":"{split}","groups":{{"speaker":"s{number}"}},{MADE_BY}}}'
    )


def _assets(number: int) -> str:
    uri = f"pictures/{'small' if number % 3 == 0 else 'large'}.png"
    series = f"series/{'short' if number % 3 == 0 else 'long'}"
    return (
        f'{{"image":{{"uri":"{uri}","media_type":"image/png",{MADE_BY}}},'
        f'"face_track":{{"uri":"{series}.npy","media_type":"application/x-npy",{MADE_BY}}},'
        f'"frames":{{"uri":"{series}-film.npy","media_type":"application/x-npy",{MADE_BY}}}}}'
    )


def _span(number: int) -> str:
    return f'{{"role":"video","start":{number}.5,"duration":0.04,{MADE_BY}}}'


def _text(number: int) -> str:
    return f'{{"content":"{SENTENCES[number % len(SENTENCES)]}","language":"en",{MADE_BY}}}'


def _labels(number: int) -> str:
    label = ("joy", "anger", "fear", "sadness", "surprise", "disgust", "gratitude", "neutral")
    score = number % 10 / 10
    return (
        f'{{"emotions":[{{"vocabulary":"goemotions","label":"{label[number % len(label)]}",'
        f'"score":{score}}}],{MADE_BY}}}'
    )


def _expression(number: int) -> str:
    weights = ",".join(str((number + i) % 4 / 4) for i in range(52))
    return (
        '{"emotions":[{"vocabulary":"ekman","label":"joy","intensity":0.5}],'
        '"action_units":[{"au":12,"side":"both","intensity":0.5}],'
        '"description":"a smile",'
        f'"blendshapes":{{"layout":"arkit-52","weights":[{weights}]}},{MADE_BY}}}'
    )


def _faces(number: int) -> str:
    return (
        f'{{"image":{{"items":[{{"bbox_xyxy":[8,8,{24 + number % 8},28],"confidence":0.9,'
        f'"landmarks":[],"age":null,"gender":null,"emotion":null}}],{MADE_BY}}}}}'
    )


def _generation(number: int) -> str:
    return f'{{"of":"image","seed":{number},"parameters":{{"size":64}},{MADE_BY}}}'


def _tracks(number: int) -> str:
    return (
        '{"face":{"role":"face_track","fps":30.0,"channels":"arkit-52","unit":"weight",'
        f'"frames":{_SHORT if number % 3 == 0 else _LONG},'
        f'"key_frames":[{{"name":"apex","time":0.05}}],{MADE_BY}}}}}'
    )


def _verdicts(number: int) -> str:
    return f'{{"earlier":{{"passed":true,"score":{number % 5},"reason":null,{MADE_BY}}}}}'


_EXAMPLES = {
    "source": _source,
    "assets": _assets,
    "span": _span,
    "text": _text,
    "labels": _labels,
    "expression": _expression,
    "faces": _faces,
    "generation": _generation,
    "tracks": _tracks,
    "verdicts": _verdicts,
}


_SHORT, _LONG = 2, 4
"""Frames of the series."""
_SHAPES = 52
_FILM_SIZE = 16


def write_files(folder: Path) -> None:
    """The files that examples of `assets` name: pictures 32 and 96 pixels square, and series."""
    (folder / "pictures").mkdir()
    for name, size in (("small", 32), ("large", 96)):
        (folder / f"pictures/{name}.png").write_bytes(encode_png(size))
    (folder / "series").mkdir()
    for name, frames in (("short", _SHORT), ("long", _LONG)):
        weights = [(n + i) % 4 / 4 for n in range(frames) for i in range(_SHAPES)]
        numbers = struct.pack(f"<{len(weights)}f", *weights)
        array = encode_array("<f4", (frames, _SHAPES), numbers)
        (folder / f"series/{name}.npy").write_bytes(array)
        size = (frames, _FILM_SIZE, _FILM_SIZE, 3)
        film = bytes(n % 251 for n in range(frames * _FILM_SIZE**2 * 3))
        (folder / f"series/{name}-film.npy").write_bytes(encode_array("|u1", size, film))


def encode_array(dtype: str, shape: tuple[int, ...], content: bytes) -> bytes:
    """An array file of numpy's format 1.0, as its documentation lays it out."""
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}"
    padding = " " * (-(len(header) + 11) % 64)
    return (
        b"\x93NUMPY\1\0"
        + struct.pack("<H", len(header + padding) + 1)
        + (f"{header}{padding}\n".encode() + content)
    )


def encode_png(size: int) -> bytes:
    """A square picture of coloured gradients with an edge in it, 8 bit RGB."""
    rows = b"".join(
        b"\0" + bytes(v for x in range(size) for v in _pixel(x * 255 // size, y * 255 // size))
        for y in range(size)
    )
    header = struct.pack(">2I5B", size, size, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _png_chunk(b"IHDR", header)
        + _png_chunk(b"IDAT", zlib.compress(rows))
        + _png_chunk(b"IEND", b"")
    )


def _pixel(x: int, y: int) -> tuple[int, int, int]:
    return x, y, 255 if (x > 127) is (y > 127) else 40


def _png_chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )
