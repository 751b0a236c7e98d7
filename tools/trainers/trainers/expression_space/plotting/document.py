"""The plane and the lookups as one page that a person can use: no network, no library."""

import base64
import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from trainers.expression_space.plotting.colours import COLOURS, NAMES, Emotions
from trainers.expression_space.plotting.portraits import Portrait
from trainers.expression_space.plotting.retrieval import Found, Lookup

WIDTH, HEIGHT, MARGIN = 1000.0, 700.0, 20.0
"""Of the plane, in its own units."""
RADIUS = 4.0
_MARKER = re.compile("@([a-z_]+)@")


@dataclass(frozen=True)
class Shown:
    """A record in words.

    Attributes:
        id: of the record.
        text: its sentence.
        face: its face, told by action units.
    """

    id: str
    text: str
    face: str


@dataclass(frozen=True)
class Contents:
    """What the page holds.

    Attributes:
        title: heading of the page.
        summary: a sentence under it.
        records: n, in words.
        places: (2 n, 2) of sentences, then of faces; from 0 to 1.
        emotions: of the records.
        lookups: what sentences find.
        portraits: drawn faces by the id of the record that shows one; None where nobody named any.
    """

    title: str
    summary: str
    records: Sequence[Shown]
    places: NDArray[np.float64]
    emotions: Emotions
    lookups: Sequence[Lookup]
    portraits: Mapping[str, Portrait] | None

    @property
    def shown(self) -> set[str]:
        """Ids of the records whose faces sentences find."""
        return {self.records[found.record].id for one in self.lookups for found in one.found}

    @property
    def pictures(self) -> str:
        """What is to be said of faces without a picture; nothing where none is missing."""
        missing = self.shown - (self.portraits or {}).keys()
        if self.portraits is None or not missing:
            return ""
        return f"{len(missing)} of the {len(self.shown)} faces shown have no picture in --faces."


def render_page(contents: Contents) -> bytes:
    """Write the page.

    Returns:
        An HTML document, UTF-8; all that came from records is escaped.
    """
    script = _read("script.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode("ascii")
    parts = {
        "script_hash": digest,
        "title": escape(contents.title),
        "style": _read("style.css"),
        "summary": escape(contents.summary),
        "marks": "\n".join(_draw_marks(contents)),
        "origin": escape(contents.emotions.origin),
        "legend": "\n".join(_list_legend(contents.emotions)),
        "faces": str(contents.lookups[0].faces if contents.lookups else 0),
        "pictures": escape(contents.pictures),
        "lookups": "\n".join(_tell_lookup(one, contents) for one in contents.lookups),
        "records": _write_records(contents),
        "script": script,
    }
    return _MARKER.sub(lambda found: parts[found[1]], _read("page.html")).encode()


@cache
def _read(name: str) -> str:
    return files("trainers.expression_space.plotting").joinpath("page", name).read_text("utf-8")


def _draw_marks(contents: Contents) -> Iterator[str]:
    """A group of marks for each emotion and kind, so that a group can be hidden."""
    size = np.array([WIDTH, HEIGHT]) - 2 * MARGIN
    # upwards on paper is downwards in SVG
    places = MARGIN + size * (contents.places * [1.0, -1.0] + [0.0, 1.0])
    n = len(contents.records)
    for number in sorted(set(contents.emotions.classes.tolist())):
        rows = np.flatnonzero(contents.emotions.classes == number).tolist()
        colour, group = COLOURS[NAMES[number]], f"emotion-{number}"
        yield f'<g class="{group}"><g class="sentences" fill="{colour}">'
        yield from (_draw_circle(row, *places[row]) for row in rows)
        yield f'</g><g class="faces" fill="{colour}">'
        yield from (_draw_triangle(row, *places[n + row]) for row in rows)
        yield "</g></g>"


def _draw_circle(row: int, x: float, y: float) -> str:
    return f'<circle data-record="{row}" cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}"/>'


def _draw_triangle(row: int, x: float, y: float) -> str:
    low, high = y + RADIUS, y - RADIUS
    corners = f"{x - RADIUS:.1f},{low:.1f} {x + RADIUS:.1f},{low:.1f} {x:.1f},{high:.1f}"
    return f'<polygon data-record="{row}" points="{corners}"/>'


def _list_legend(emotions: Emotions) -> Iterator[str]:
    for kind in ("sentences", "faces"):
        yield f'<label><input type="checkbox" checked value="{kind}">{kind}</label>'
    for number in sorted(set(emotions.classes.tolist())):
        name = NAMES[number]
        yield (
            f'<label><input type="checkbox" checked value="emotion-{number}">'
            f'<span class="dot" style="background:{COLOURS[name]}"></span>{escape(name)}</label>'
        )


def _tell_lookup(lookup: Lookup, contents: Contents) -> str:
    record = contents.records[lookup.record]
    emotion = NAMES[contents.emotions.classes[lookup.record]]
    found = "\n".join(_tell_found(one, contents) for one in lookup.found)
    return (
        f"<article><p>“{escape(record.text)}” <small>{escape(record.id)}, {escape(emotion)}; "
        f"its own face comes in place {lookup.place} of {lookup.faces}</small></p>\n"
        f"<ol>\n{found}\n</ol></article>"
    )


def _tell_found(found: Found, contents: Contents) -> str:
    record = contents.records[found.record]
    image = "" if contents.portraits is None else _show(record.id, contents.portraits)
    own = ' class="own"' if found.is_own else ""
    return f"<li{own}>{image}{escape(record.face)} <small>cosine {found.cosine:.3f}</small></li>"


def _show(record: str, portraits: Mapping[str, Portrait]) -> str:
    """The picture of a face; of whom it is, where another record has the identical face."""
    portrait = portraits.get(record)
    if portrait is None:
        return "<small>no picture</small> "
    image = f'<img src="{escape(portrait.address)}" alt="">'
    if portrait.owner == record:
        return image
    return f"{image}<small>drawn for {escape(portrait.owner)}</small> "


def _write_records(contents: Contents) -> str:
    """The records as JSON that ends no element: `<` stands there as an escape."""
    told = [
        {
            "id": record.id,
            "text": record.text,
            "emotion": NAMES[number],
            "face": record.face,
        }
        for record, number in zip(contents.records, contents.emotions.classes.tolist(), strict=True)
    ]
    return json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
