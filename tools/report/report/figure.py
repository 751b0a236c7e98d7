"""A drawing that was made elsewhere, to be shown in the page as it is."""

import base64
import os
import re
from dataclasses import dataclass
from pathlib import Path

from affectory_protocol.errors import RecordError, UsageError

from report.svg import check_svg

MAX_BYTES = 8 * 2**20
"""Largest file taken into the page, where it needs a third more."""

SVG = "image/svg+xml"
SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
"""How files of a picture's bytes begin. Source: PNG 3rd edition, 5.2; ITU T.81, B.1.1.3."""

_LETTERS = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Figure:
    """One drawing.

    Attributes:
        caption: what it is called.
        data_uri: the file itself as a data: address.
        width: pixels; None of a drawing without any, SVG.
        height: pixels.
    """

    caption: str
    data_uri: str
    width: int | None = None
    height: int | None = None


def read_figure(path: Path) -> Figure:
    """Read a PNG, JPEG or SVG file, told by its content, whose name is its caption.

    A browser shows an SVG as it does any picture: what script it holds is not run, and what it
    refers to is not loaded. One that would lack something then is refused.

    Raises:
        UsageError: the file cannot be read, is too large, damaged, or of another kind.
    """
    content = _read(path)
    kind = next((k for k, begin in SIGNATURES.items() if content.startswith(begin)), SVG)
    caption = make_caption(path)
    encoded = base64.b64encode(content).decode("ascii")
    data_uri = f"data:{kind};base64,{encoded}"
    if kind == SVG:
        check_svg(content, path)
        return Figure(caption, data_uri)
    return Figure(caption, data_uri, *_measure(content, path))


def make_caption(path: Path) -> str:
    """Make the name of a file readable: `loss_by_epoch.png` is called Loss by epoch.

    Where words are parted by spaces or underscores, hyphens are a part of them: `t-SNE_of_faces`.
    """
    stem = os.fsencode(path.stem).decode("utf-8", "replace")
    if not _LETTERS.search(stem):
        return stem
    spaced = stem.replace("_", " ") if re.search(r"[ _]", stem) else stem.replace("-", " ")
    words = spaced.split()
    if words[0].islower():  # one with capitals of its own, as t-SNE, keeps them
        words[0] = words[0][0].upper() + words[0][1:]
    return " ".join(words)


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"a figure cannot be read: {error.strerror}: {path}") from error
    if len(content) > MAX_BYTES:
        raise UsageError(
            f"a figure has more than {MAX_BYTES} bytes: {path}",
            hint="Save it with fewer pixels, or as PNG if it is an SVG of very many shapes.",
        )
    return content


def _measure(content: bytes, path: Path) -> tuple[int, int]:
    """Width and height of a picture that can be decoded to its last line, pixels."""
    from report.image import decode_image  # it loads numpy

    try:
        height, width = decode_image(content).shape[:2]
    except RecordError as error:
        raise UsageError(
            f"a figure is damaged: {error.message}: {path}", hint="Draw it again."
        ) from error
    return width, height
